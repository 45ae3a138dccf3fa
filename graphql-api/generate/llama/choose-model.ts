import path from 'node:path';
import type { Config } from '#shared/config.ts';
import { findStats, namesIn } from '#shared/models/model-place.ts';

/** The model file to answer with, or why there is none and what to do. */
export type ModelChoice =
  | { readonly file: string; /** Changes when the file does. */ readonly stamp: string }
  | { readonly file: null; readonly message: string };

/** What load-model.ts chooses when nothing is set. On a graphics card the memory that is looked at here matters less. */
const SEQUENCES_ON_CPU = 2;
/** Room for the program itself and the buffers of one batch. */
const OVERHEAD_BYTES = 512 * 1024 ** 2;
// Keys and values of a token, by the shapes of Llama 3.1 8B (128 KiB; weights of 4.9 GB), 3.2 3B (112 KiB; 2.0 GB) and
// 3.2 1B (32 KiB; 0.8 GB) at Q4_K_M: never more than this share of the weights.
const KV_SHARE_PER_TOKEN = 1 / 16_384;

/**
 * Looks at the disk and the memory as they are now. `auto` takes the largest .gguf that fits into free memory.
 * @param loadedFile keeps its claim: its memory is no longer free, but is its own.
 * @param unusable stamps of files that could not be loaded: such a one is taken when no other fits, so that it can say why.
 */
export function chooseModel(
  { model, modelsDir, contextTokens, sequences }: Pick<Config, 'model' | 'modelsDir' | 'contextTokens' | 'sequences'>,
  loadedFile: string | null,
  unusable: ReadonlySet<string>,
  freeBytes = process.availableMemory(),
): ModelChoice {
  if (model === 'none') return { file: null, message: 'no model is wanted (ASKBOX_MODEL=none)' };
  if (model !== 'auto') {
    return (
      found(model) ?? {
        file: null,
        message: `${model} is not there; it is being pulled, or put it there, or change ASKBOX_MODEL`,
      }
    );
  }

  const files = listGguf(modelsDir).toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  const candidates = files.toSorted((a, b) => Number(unusable.has(a.stamp)) - Number(unusable.has(b.stamp)));
  const totalTokens = contextTokens * (sequences ?? SEQUENCES_ON_CPU);
  const neededBytes = (sizeBytes: number): number =>
    sizeBytes * (1 + totalTokens * KV_SHARE_PER_TOKEN) + OVERHEAD_BYTES;
  const best = candidates.find(({ file, sizeBytes }) => file === loadedFile || neededBytes(sizeBytes) <= freeBytes);
  if (best !== undefined) return best;

  const smallest = files.at(-1);
  if (smallest === undefined) {
    return { file: null, message: `no model: put a .gguf file into ${modelsDir}, it is taken up within seconds` };
  }
  const [needed, free] = [neededBytes(smallest.sizeBytes), freeBytes].map((bytes) => (bytes / 1024 ** 3).toFixed(1));
  return {
    file: null,
    message: `no model: ${smallest.file} needs about ${needed} GiB of memory and ${free} GiB are free; use a smaller one, lower ASKBOX_CONTEXT or ASKBOX_SEQUENCES, or name it in ASKBOX_MODEL to load it all the same`,
  };
}

interface ModelFile {
  readonly file: string;
  readonly sizeBytes: number;
  readonly stamp: string;
}

function listGguf(folder: string): readonly ModelFile[] {
  return namesIn(folder).flatMap((name) => (name.endsWith('.gguf') ? (found(path.join(folder, name)) ?? []) : []));
}

function found(file: string): ModelFile | undefined {
  const stats = findStats(file);
  if (stats === undefined || !stats.isFile()) return undefined;
  return { file, sizeBytes: stats.size, stamp: `${file}\n${stats.size}\n${stats.mtimeMs}` };
}
