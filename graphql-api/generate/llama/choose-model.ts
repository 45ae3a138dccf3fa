import path from 'node:path';
import type { Config } from '#shared/config.ts';
import { findStats, namesIn } from '#shared/models/model-path.ts';

/** Parent side: chooses the model file to load. */

/** A model file on the disk. */
export interface ModelFile {
  readonly file: string;
  readonly sizeBytes: number;
  /** Changes when the file does. */
  readonly stamp: string;
  readonly mtimeMs: number;
  /** Tells a file that was written over from another one that took its place. */
  readonly inode: number;
  /** Memory for its weights, the keys and values of all sequences, and the program. */
  readonly neededBytes: number;
}

/** The model file to answer with, or why there is none and what to do. */
export type ModelChoice = {
  /** All model files that were looked at, whether or not they fit. */
  readonly files: readonly ModelFile[];
} & ({ readonly best: ModelFile } | { readonly best: null; readonly message: string });

/** The default of load-model.ts on a CPU. With a graphics card, the memory that this file estimates matters less. */
const SEQUENCES_ON_CPU = 2;
/** For the program itself and the buffers of one batch. */
const OVERHEAD_BYTES = 512 * 1024 ** 2;
// Upper bound of the memory for one token's keys and values, as a share of the weights. From the shapes of Llama 3.1 8B
// (128 KiB; weights of 4.9 GB), 3.2 3B (112 KiB; 2.0 GB) and 3.2 1B (32 KiB; 0.8 GB) at Q4_K_M.
const KV_SHARE_PER_TOKEN = 1 / 16_384;

/**
 * Chooses a model file by the disk and the free memory as they are now. `auto` takes the largest .gguf that fits, once
 * the memory of the loaded model is free.
 * @param loaded the file that is loaded now, which always fits: its memory is not free, but is already its own.
 * @param isUnusable whether a file could not be loaded. One of these is chosen only if no other fits.
 */
export function chooseModel(
  { model, modelsDir, contextTokens, sequences }: Pick<Config, 'model' | 'modelsDir' | 'contextTokens' | 'sequences'>,
  loaded: ModelFile | null,
  isUnusable: (file: ModelFile) => boolean,
  freeBytes: number,
): ModelChoice {
  if (model === 'none') return none([], 'no model is wanted (ASKBOX_MODEL=none); set ASKBOX_MODEL=auto to use one');
  const totalTokens = contextTokens * (sequences ?? SEQUENCES_ON_CPU);
  const found = (file: string): ModelFile | undefined => findModelFile(file, totalTokens);
  if (model !== 'auto') {
    const best = found(model);
    if (best !== undefined) return { best, files: [best] };
    return none([], `${model} does not exist; wait until it is downloaded, put the file there, or change ASKBOX_MODEL`);
  }

  const files = ggufIn(modelsDir)
    .flatMap((file) => found(file) ?? [])
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  const candidates = files.toSorted((a, b) => Number(isUnusable(a)) - Number(isUnusable(b)));
  const roomBytes = freeBytes + (loaded === null ? 0 : memoryGivenBack(loaded));
  const best = candidates.find(({ stamp, neededBytes }) => stamp === loaded?.stamp || neededBytes <= roomBytes);
  if (best !== undefined) return { best, files };

  const smallest = files.at(-1);
  if (smallest === undefined) {
    return none(files, `no model is installed; put a .gguf file into ${modelsDir} and it is loaded within seconds`);
  }
  const [needed, free] = [smallest.neededBytes, roomBytes].map((bytes) => (bytes / 1024 ** 3).toFixed(1));
  return none(
    files,
    `no model fits into memory: ${smallest.file} needs about ${needed} GiB, and ${free} GiB are free; use a smaller model, lower ASKBOX_CONTEXT or ASKBOX_SEQUENCES, or set ASKBOX_MODEL to this file to load it anyway`,
  );
}

/** Whether a model can be loaded while another one stays loaded. */
export function fitsBeside(file: ModelFile, loaded: ModelFile, freeBytes: number): boolean {
  // The weights of the loaded one are a mapped file, which counts as free memory. It is not: it is read for each token.
  return file.neededBytes + loaded.sizeBytes <= freeBytes;
}

/** Returns what closing a model frees of what is not free already: all but the weights, a mapped file. */
function memoryGivenBack({ neededBytes, sizeBytes }: ModelFile): number {
  return neededBytes - sizeBytes;
}

function none(files: readonly ModelFile[], message: string): ModelChoice {
  return { best: null, files, message };
}

function ggufIn(folder: string): readonly string[] {
  return namesIn(folder).flatMap((name) => (name.endsWith('.gguf') ? [path.join(folder, name)] : []));
}

function findModelFile(file: string, totalTokens: number): ModelFile | undefined {
  const stats = findStats(file);
  if (stats === undefined || !stats.isFile()) return undefined;
  const { size: sizeBytes, mtimeMs, ino: inode } = stats;
  const neededBytes = sizeBytes * (1 + totalTokens * KV_SHARE_PER_TOKEN) + OVERHEAD_BYTES;
  return { file, sizeBytes, stamp: `${file}\n${sizeBytes}\n${mtimeMs}`, mtimeMs, inode, neededBytes };
}
