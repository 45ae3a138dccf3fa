import { LLAMA_1B, LLAMA_3B, LLAMA_8B, type KnownGenerator } from './catalogue.ts';

/** What a machine has to run a model with. */
export interface Hardware {
  /** Memory of the largest graphics card, or of what an Apple chip shares with its GPU; 0 if there is none. */
  readonly gpuBytes: number;
  /** Memory that a new program can use now. */
  readonly freeBytes: number;
}

const GB = 1e9;
// 8B at Q4_K_M: 4.9 GB of weights and 128 KiB of keys and values per token; with 4 answers of 8,192 tokens, 9.6 GB.
const GPU_BYTES_OF_8B = 10 * GB;
// 3B at Q4_K_M: 2 GB of weights and 112 KiB per token; with 2 answers of 4,096 tokens, 3.4 GB. The rest is for the
// documents, the embedder and the user's other programs.
const FREE_BYTES_OF_3B = 8 * GB;

/**
 * Returns the largest Llama that answers at an acceptable speed on this machine, and the reason as a clause for people.
 */
export function recommendGenerator({ gpuBytes, freeBytes }: Hardware): { model: KnownGenerator; reason: string } {
  const free = `${(freeBytes / GB).toFixed(1)} GB of memory is free`;
  if (gpuBytes >= GPU_BYTES_OF_8B) {
    return {
      model: LLAMA_8B,
      reason: `a GPU with ${(gpuBytes / GB).toFixed(0)} GB has room for it and four answers at once`,
    };
  }
  if (freeBytes >= FREE_BYTES_OF_3B) {
    return { model: LLAMA_3B, reason: `${free}, and a larger one would be slow without a GPU of 10 GB` };
  }
  return { model: LLAMA_1B, reason: `${free}, and the next larger one needs 8 GB` };
}
