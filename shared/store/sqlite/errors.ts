import { AskboxError, StoreError, codeOf, messageOf } from '../../errors.ts';
import {
  resultCodeOf,
  SQLITE_BUSY,
  SQLITE_CANTOPEN,
  SQLITE_CORRUPT,
  SQLITE_FULL,
  SQLITE_IOERR,
  SQLITE_LOCKED,
  SQLITE_NOTADB,
  SQLITE_PERM,
  SQLITE_READONLY,
} from '../../sqlite.ts';

const UNAVAILABLE: Readonly<Record<number, string>> = {
  [SQLITE_PERM]: 'access is denied; give the user that runs askbox the right to write there',
  [SQLITE_BUSY]: 'another process keeps it locked; try again',
  [SQLITE_LOCKED]: 'another connection keeps it locked; try again',
  [SQLITE_READONLY]: 'it cannot be written; give the user that runs askbox the right to write there',
  [SQLITE_IOERR]: 'the disk reports an error; check the disk and try again',
  [SQLITE_FULL]: 'the disk is full; free some space and try again',
  [SQLITE_CANTOPEN]: 'it cannot be opened; check that its folder exists and can be written',
};

/**
 * Runs one call of the store and turns SQLite's errors into ours.
 * @param file the store, for the message.
 * @throws StoreError STORE_UNAVAILABLE, STORE_DAMAGED or STORE_FOREIGN; errors that SQLite did not throw as they are.
 */
export function withStoreErrors<Result>(file: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw storeErrorOf(file, error);
  }
}

function storeErrorOf(file: string, error: unknown): unknown {
  if (error instanceof AskboxError || codeOf(error) !== 'ERR_SQLITE_ERROR') return error;
  const resultCode = resultCodeOf(error) ?? 0;
  if (resultCode === SQLITE_CORRUPT) {
    return new StoreError(
      'STORE_DAMAGED',
      `the store ${file} is damaged (${messageOf(error)}); stop askbox and delete it, it is rebuilt from the inbox`,
      { cause: error },
    );
  }
  if (resultCode === SQLITE_NOTADB) return foreignStore(file, 'it is not a SQLite database', error);
  const reason = UNAVAILABLE[resultCode];
  if (reason === undefined) return error;
  return new StoreError('STORE_UNAVAILABLE', `cannot use the store ${file}: ${reason}`, { cause: error });
}

/** Returns a STORE_FOREIGN error. @param reason why this askbox cannot use the file, as a clause. */
export function foreignStore(file: string, reason: string, cause?: unknown): StoreError {
  return new StoreError(
    'STORE_FOREIGN',
    `this askbox cannot use the store ${file}: ${reason}; move the file away or choose another ASKBOX_DATA, the store is rebuilt from the inbox`,
    { cause },
  );
}
