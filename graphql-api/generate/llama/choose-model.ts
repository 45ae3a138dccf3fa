import path from 'node:path';
import type { Config } from '#shared/config.ts';
import { findStats, namesIn } from '#shared/models/model-path.ts';

/** Parent side: chooses the model file to load. */

/** The model file to answer with, or why there is none and what to do. */
export type ModelChoice =
  | { readonly file: string; /** Changes when the file does. */ readonly stamp: string }
  | { readonly file: null; readonly message: string };

/** The default of load-model.ts on a CPU. With a graphics card, the memory that this file estimates matters less. */
const SEQUENCES_ON_CPU = 2;
/** For the program itself and the buffers of one batch. */
const OVERHEAD_BYTES = 512 * 1024 ** 2;
// Upper bound of the memory for one token's keys and values, as a share of the weights. From the shapes of Llama 3.1 8B
// (128 KiB; weights of 4.9 GB), 3.2 3B (112 KiB; 2.0 GB) and 3.2 1B (32 KiB; 0.8 GB) at Q4_K_M.
const KV_SHARE_PER_TOKEN = 1 / 16_384;

/**
 * Chooses a model file by the disk and the free memory as they are now. `auto` takes the largest .gguf that fits.
 * @param loadedFile the file that is loaded now, which always fits: its memory is not free, but is already its own.
 * @param unusable stamps of files that could not be loaded. One of these is chosen only if no other fits.
 */
export function chooseModel(
  { model, modelsDir, contextTokens, sequences }: Pick<Config, 'model' | 'modelsDir' | 'contextTokens' | 'sequences'>,
  loadedFile: string | null,
  unusable: ReadonlySet<string>,
  freeBytes = process.availableMemory(),
): ModelChoice {
  if (model === 'none')
    return { file: null, message: 'no model is wanted (ASKBOX_MODEL=none); set ASKBOX_MODEL=auto to use one' };
  if (model !== 'auto') {
    return (
      found(model) ?? {
        file: null,
        message: `${model} does not exist; wait until it is downloaded, put the file there, or change ASKBOX_MODEL`,
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
    return {
      file: null,
      message: `no model is installed; put a .gguf file into ${modelsDir} and it is loaded within seconds`,
    };
  }
  const [needed, free] = [neededBytes(smallest.sizeBytes), freeBytes].map((bytes) => (bytes / 1024 ** 3).toFixed(1));
  return {
    file: null,
    message: `no model fits into memory: ${smallest.file} needs about ${needed} GiB, and ${free} GiB are free; use a smaller model, lower ASKBOX_CONTEXT or ASKBOX_SEQUENCES, or set ASKBOX_MODEL to this file to load it anyway`,
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
