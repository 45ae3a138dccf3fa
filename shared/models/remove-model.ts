import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { findModel } from './find-model.ts';
import { ModelError } from './model-error.ts';
import { tryLockModel } from './model-lock.ts';
import { isGguf, modelPathOf, partFolderOf } from './model-path.ts';
import { installRecordFileOf } from './install-record.ts';

/**
 * Returns the path of a model from the name that people use: one of the catalogue, a URI, or that of its folder or file
 * in the models folder. Does not check that the model is there.
 * @throws ModelError MODEL_MISSING when the name would lead out of the models folder.
 */
export function modelPathByName(modelsDir: string, name: string): string {
  const model = findModel(name);
  if (model !== undefined) return modelPathOf(modelsDir, model);
  if (name === '' || name.startsWith('.') || path.basename(name) !== name) {
    throw new ModelError(
      'MODEL_MISSING',
      `${name} is not the name of a model in ${modelsDir}; npm run models lists them`,
    );
  }
  return path.join(modelsDir, name);
}

/**
 * Deletes a model and what an unfinished pull of it has left. Touches nothing outside the models folder.
 * @returns the path of the model.
 * @throws ModelError MODEL_MISSING when there is nothing to delete; MODEL_UNUSABLE when another process is pulling it.
 */
export async function removeModel(modelsDir: string, name: string): Promise<string> {
  const modelPath = modelPathByName(modelsDir, name);
  const own = [modelPath, partFolderOf(modelPath), ...(isGguf(modelPath) ? [installRecordFileOf(modelPath)] : [])];
  if (!own.some((file) => existsSync(file))) {
    throw new ModelError('MODEL_MISSING', `${name} is not in ${modelsDir}; npm run models lists the models that are`);
  }
  using lock = tryLockModel(modelPath);
  if (lock === undefined) throw new ModelError('MODEL_UNUSABLE', `${name} is being pulled now; stop that first`);
  for (const file of own) await rm(file, { recursive: true, force: true });
  return modelPath;
}
