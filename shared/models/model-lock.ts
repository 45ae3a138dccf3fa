import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasResultCode, openDatabase, SQLITE_BUSY, SQLITE_LOCKED } from '../sqlite.ts';
import { ModelError } from './model-error.ts';

const RETRY_MS = 250;

/**
 * Locks a model, so that only one process works on it. The lock is that of a SQLite file, which the system releases
 * when the process ends, even if it is killed. The empty file stays: deleting it would let two processes lock two
 * different files.
 * @returns the lock, which disposing releases; undefined when another process holds it.
 * @throws ModelError MODEL_NOT_PULLED when the models folder cannot be written to.
 */
export function tryLockModel(modelPath: string): Disposable | undefined {
  const folder = path.join(path.dirname(modelPath), '.locks');
  prepare(folder);
  try {
    return openDatabase(path.join(folder, path.basename(modelPath)), { timeoutMs: 0 }, (db) => {
      db.exec('BEGIN EXCLUSIVE');
      return { [Symbol.dispose]: () => db.close() };
    });
  } catch (error) {
    if (hasResultCode(error, SQLITE_BUSY, SQLITE_LOCKED)) return undefined;
    throw error;
  }
}

/**
 * Locks a model, waiting for as long as another process holds the lock.
 * @param onWait called once if it has to wait.
 * @throws ModelError MODEL_NOT_PULLED as `tryLockModel` does; an AbortError when the signal aborts while it waits.
 */
export async function lockModel(modelPath: string, onWait: () => void, signal: AbortSignal): Promise<Disposable> {
  let lock = tryLockModel(modelPath);
  if (lock === undefined) onWait();
  while (lock === undefined) {
    await sleep(RETRY_MS, undefined, { signal });
    lock = tryLockModel(modelPath);
  }
  return lock;
}

function prepare(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK);
  } catch (error) {
    const message = `cannot write to ${path.dirname(folder)}; allow this user to write there, or set ASKBOX_MODELS_DIR to another folder`;
    throw new ModelError('MODEL_NOT_PULLED', message, { cause: error });
  }
}
