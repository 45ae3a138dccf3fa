import { LLAMA_1B, LLAMA_3B, LLAMA_8B, type KnownGenerator } from './catalogue.ts';

export interface Hardware {
  /** Memory of the largest graphics card, or what Apple's chip shares with it; 0 for none. */
  readonly gpuBytes: number;
  /** Memory that a new program may take now. */
  readonly freeBytes: number;
}

const GB = 1e9;
// 8B at Q4_K_M: 4.9 GB of weights, 128 KiB of keys and values for each token; 4 answers of 8,192 tokens make 9.6 GB.
const GPU_BYTES_OF_8B = 10 * GB;
// 3B at Q4_K_M: 2 GB of weights, 112 KiB for each token; 2 answers of 4,096 tokens make 3.4 GB. The rest is for the
// documents, the embedder and the person's other programs.
const FREE_BYTES_OF_3B = 8 * GB;

/** The largest Llama that answers at a bearable speed on this machine, and one clause that says why. */
export function recommendGenerator({ gpuBytes, freeBytes }: Hardware): { model: KnownGenerator; reason: string } {
  const free = `${(freeBytes / GB).toFixed(1)} GB of memory are free`;
  if (gpuBytes >= GPU_BYTES_OF_8B) {
    return {
      model: LLAMA_8B,
      reason: `a GPU with ${(gpuBytes / GB).toFixed(0)} GB holds it with four answers at once`,
    };
  }
  if (freeBytes >= FREE_BYTES_OF_3B) {
    return { model: LLAMA_3B, reason: `${free}, and a larger one would be slow without a GPU of 10 GB` };
  }
  return { model: LLAMA_1B, reason: `${free}, and the next larger one wants 8 GB` };
}
