import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasResultCode, openDatabase, SQLITE_BUSY, SQLITE_LOCKED } from '../sqlite.ts';
import { ModelError } from './model-error.ts';

const LOOK_AGAIN_MS = 250;

/**
 * One process at a time works on a model. The lock is that of a SQLite file, which the system releases with the process
 * that holds it, killed or not. The empty file stays: deleting it would let two processes lock two files.
 * @param place of the model.
 * @returns undefined when another process has it.
 * @throws ModelError MODEL_NOT_PULLED when the models folder cannot be written to.
 */
export function tryLockModel(place: string): Disposable | undefined {
  const folder = path.join(path.dirname(place), '.locks');
  prepare(folder);
  try {
    return openDatabase(path.join(folder, path.basename(place)), { timeoutMs: 0 }, (db) => {
      db.exec('BEGIN EXCLUSIVE');
      return { [Symbol.dispose]: () => db.close() };
    });
  } catch (error) {
    if (hasResultCode(error, SQLITE_BUSY, SQLITE_LOCKED)) return undefined;
    throw error;
  }
}

/** Waits until the model is free. @param onWait called once when it is not. */
export async function lockModel(place: string, onWait: () => void, signal: AbortSignal): Promise<Disposable> {
  let lock = tryLockModel(place);
  if (lock === undefined) onWait();
  while (lock === undefined) {
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
    lock = tryLockModel(place);
  }
  return lock;
}

function prepare(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK);
  } catch (error) {
    const message = `cannot write to ${path.dirname(folder)}; give this user the right to, or name another folder in ASKBOX_MODELS_DIR`;
    throw new ModelError('MODEL_NOT_PULLED', message, { cause: error });
  }
}
