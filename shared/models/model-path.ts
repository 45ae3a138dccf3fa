import { readdirSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { Model, ModelFile } from './catalogue.ts';

/**
 * Returns where a model is on disk: the folder `<modelsDir>/<name>`, or the file `<modelsDir>/<fileName>` for a .gguf.
 */
export function modelPathOf(modelsDir: string, model: Model): string {
  return path.join(modelsDir, model.kind === 'GENERATION' ? model.fileName : model.name);
}

/**
 * Returns the folder that collects a model's files until all of them are there. Its name ends in `.part`, so it is
 * never taken for a model.
 */
export function partFolderOf(modelPath: string): string {
  return `${modelPath}.part`;
}

/** Whether a model is a single .gguf file; the others are folders. */
export function isGguf(modelPath: string): boolean {
  return modelPath.endsWith('.gguf');
}

/** Returns the path of one of a model's files: inside the folder, or the .gguf file itself. */
function fileIn(modelPath: string, model: Model, file: Pick<ModelFile, 'path'>): string {
  return model.kind === 'GENERATION' ? modelPath : path.join(modelPath, file.path);
}

/** Whether all files of a model are there, each with its known size. Does not read them; verify-model.ts does. */
export function isPresent(modelsDir: string, model: Model): boolean {
  const modelPath = modelPathOf(modelsDir, model);
  return model.files.every((file) => {
    const stats = findStats(fileIn(modelPath, model, file));
    return stats?.isFile() === true && (file.sizeBytes === null || file.sizeBytes === stats.size);
  });
}

/** Returns the size of all files of a model, or of a part of it, in bytes; 0 when nothing is there. */
export function bytesAt(modelPath: string): number {
  const stats = findStats(modelPath);
  if (stats?.isDirectory() !== true) return stats?.size ?? 0;
  return namesIn(modelPath).reduce((sum, name) => sum + bytesAt(path.join(modelPath, name)), 0);
}

/** Returns undefined when the file does not exist or this user may not see it. */
export function findStats(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

/** Returns the sorted names in a folder; none when it does not exist or this user may not list it. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
