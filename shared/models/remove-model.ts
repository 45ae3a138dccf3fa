import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { findModel } from './find-model.ts';
import { ModelError } from './model-error.ts';
import { tryLockModel } from './model-lock.ts';
import { partFolderOf, placeOf } from './model-place.ts';
import { isGguf, receiptFileOf } from './receipt.ts';

/** Where a model lies by what people call it: a name of the catalogue, a URI, or its folder or file in the models folder. */
export function placeByName(modelsDir: string, name: string): string {
  const model = findModel(name);
  if (model !== undefined) return placeOf(modelsDir, model);
  if (name === '' || name.startsWith('.') || path.basename(name) !== name) {
    throw new ModelError('MODEL_MISSING', `${name} is no name in ${modelsDir}; npm run models lists them`);
  }
  return path.join(modelsDir, name);
}

/**
 * Deletes a model and what a pull of it has left; nothing outside the models folder.
 * @returns its place.
 * @throws ModelError MODEL_MISSING, MODEL_UNUSABLE
 */
export async function removeModel(modelsDir: string, name: string): Promise<string> {
  const place = placeByName(modelsDir, name);
  const own = [place, partFolderOf(place), ...(isGguf(place) ? [receiptFileOf(place)] : [])];
  if (!own.some((file) => existsSync(file))) {
    throw new ModelError('MODEL_MISSING', `${name} is not in ${modelsDir}; npm run models lists what is`);
  }
  using lock = tryLockModel(place);
  if (lock === undefined) throw new ModelError('MODEL_UNUSABLE', `${name} is being pulled now; stop that first`);
  for (const file of own) await rm(file, { recursive: true, force: true });
  return place;
}
