import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { codeOf } from '../errors.ts';
import { ModelError } from './model-error.ts';
import { isGguf } from './model-path.ts';

const INSTALL_RECORD = z.object({
  /** `user/repo` on the hub, or the path that it was imported from. */
  source: z.string(),
  /** The commit, if the hub named one; else null. */
  revision: z.string().nullable(),
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number(), sha256: z.string() })),
});

/**
 * The record that a model was pulled or imported completely: where it came from, and the size and SHA-256 of each file.
 * It is stored with the model, and `verify` compares the files with it.
 */
export type InstallRecord = z.infer<typeof INSTALL_RECORD>;

/**
 * Returns the path of a model's record: `askbox.json` in the model's folder, or `<file>.gguf.json` beside a .gguf file.
 * @param modelPath the folder or .gguf file of the model.
 */
export function installRecordFileOf(modelPath: string): string {
  return isGguf(modelPath) ? `${modelPath}.json` : path.join(modelPath, 'askbox.json');
}

/** Writes a record to `file`, which is a path from `installRecordFileOf`. */
export async function writeInstallRecord(file: string, record: InstallRecord): Promise<void> {
  await writeFile(file, `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * Reads the record of a model.
 * @returns undefined for a model that was put there by hand.
 * @throws ModelError MODEL_UNUSABLE when the record cannot be read.
 */
export async function findInstallRecord(modelPath: string): Promise<InstallRecord | undefined> {
  const file = installRecordFileOf(modelPath);
  try {
    return INSTALL_RECORD.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new ModelError('MODEL_UNUSABLE', `cannot read ${file}; delete it, or remove the model and pull it again`, {
      cause: error,
    });
  }
}
