import { readdirSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { Model, ModelFile } from './catalogue.ts';

/** A folder `<modelsDir>/<name>` for a model of several files, `<modelsDir>/<fileName>` for a .gguf. */
export function placeOf(modelsDir: string, model: Model): string {
  return path.join(modelsDir, model.kind === 'GENERATION' ? model.fileName : model.name);
}

/** Where its files gather until all of them are there; never taken for a model, since its name ends in `.part`. */
export function partFolderOf(place: string): string {
  return `${place}.part`;
}

/** Where one of its files lies: in the folder, or the place itself. */
function fileIn(place: string, model: Model, file: Pick<ModelFile, 'path'>): string {
  return model.kind === 'GENERATION' ? place : path.join(place, file.path);
}

/** Whether all of its files are there, each of its known size. What they hold is for verify-model.ts to say. */
export function isPresent(modelsDir: string, model: Model): boolean {
  const place = placeOf(modelsDir, model);
  return model.files.every((file) => {
    const stats = findStats(fileIn(place, model, file));
    return stats?.isFile() === true && (file.sizeBytes === null || file.sizeBytes === stats.size);
  });
}

/** Undefined for what is not there, and for what this user may not look at, which is as good as not there. */
export function findStats(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

/** In order; none of a folder that is not there, or that this user may not look into. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
