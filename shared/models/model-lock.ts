import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { ModelError } from './model-error.ts';

const LOOK_AGAIN_MS = 250;
/** SQLite's primary result codes for a lock that another connection holds. */
const [SQLITE_BUSY, SQLITE_LOCKED] = [5, 6];

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
  const db = new DatabaseSync(path.join(folder, path.basename(place)), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (isHeldByAnother(error)) return undefined;
    throw error;
  }
  return { [Symbol.dispose]: () => db.close() };
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

function isHeldByAnother(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false;
  return [SQLITE_BUSY, SQLITE_LOCKED].includes(error.errcode & 0xff);
}
