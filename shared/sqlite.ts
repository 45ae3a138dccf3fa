import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { PRIVATE_FILE } from './data-dir.ts';

/** What the store, the ledger, the saved answers and the model locks share in their use of node:sqlite. */

// Primary result codes, https://www.sqlite.org/rescode.html

/** The file or folder denies access. */
export const SQLITE_PERM = 3;
/** Another connection, possibly of another process, has a lock. */
export const SQLITE_BUSY = 5;
/** Another connection of this process has a lock on a table. */
export const SQLITE_LOCKED = 6;
/** The file cannot be written, or was opened for reading only. */
export const SQLITE_READONLY = 8;
/** The operating system reported an I/O error. */
export const SQLITE_IOERR = 10;
/** The file is damaged. */
export const SQLITE_CORRUPT = 11;
/** The disk is full, or the file has reached its size limit. */
export const SQLITE_FULL = 13;
/** The file cannot be opened or created. */
export const SQLITE_CANTOPEN = 14;
/** The file is not a database. */
export const SQLITE_NOTADB = 26;

/**
 * Lets other processes read while one writes, and loses nothing when the process is killed. A power failure may undo
 * the last commits, but does not damage the file.
 */
export const WAL_PRAGMAS = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL';

/**
 * Opens a database file and returns what `setUp` makes of it; closes it again if `setUp` throws. Creates an empty file
 * if there is none, unless `isReadOnly`. Deleted rows are overwritten; see rewriteFile for what that leaves. Other users cannot read it, nor the write-ahead log, which takes its mode. Does
 * not create the folder.
 * @param file a path, or `:memory:`.
 * @param options.isReadOnly false by default.
 * @param options.timeoutMs how long a statement waits for a lock that another connection holds; 0, the default, fails
 *   at once.
 * @throws SQLite's own errors (see hasResultCode) and whatever `setUp` throws.
 */
export function openDatabase<Result>(
  file: string,
  options: { readonly isReadOnly?: boolean; readonly timeoutMs?: number },
  setUp: (db: DatabaseSync) => Result,
): Result {
  const isReadOnly = options.isReadOnly ?? false;
  // SQLite would create it with the mode that the umask leaves.
  if (!isReadOnly && file !== ':memory:') createFile(file);
  const db = new DatabaseSync(file, { readOnly: isReadOnly, timeout: options.timeoutMs ?? 0 });
  try {
    // What is deleted is overwritten, instead of staying readable in the file until its page is used again.
    if (!isReadOnly) db.exec('PRAGMA secure_delete = ON');
    return setUp(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function createFile(file: string): void {
  try {
    closeSync(openSync(file, 'ax', PRIVATE_FILE));
  } catch {
    // It exists already, or SQLite meets the same obstacle and names it by a result code.
  }
}

/** Identifies the program and the version that made a file, before anything in it is read. */
export interface DatabaseHeader {
  /** `PRAGMA application_id`; 0 if none was set. */
  readonly applicationId: number;
  /** `PRAGMA user_version`; 0 if none was set. */
  readonly userVersion: number;
  /** Whether the file has no tables, indexes or views yet. */
  readonly isEmpty: boolean;
}

/** Reads the header of a database file. Changes nothing. */
export function headerOf(db: DatabaseSync): DatabaseHeader {
  const header = firstRow<{ application: number; version: number; entries: number }>(
    db.prepare(
      `SELECT application_id AS application, user_version AS version, (SELECT count(*) FROM sqlite_schema) AS entries
       FROM pragma_application_id, pragma_user_version`,
    ),
  );
  return {
    applicationId: header?.application ?? 0,
    userVersion: header?.version ?? 0,
    isEmpty: header?.entries === 0,
  };
}

/**
 * Runs `work` in one transaction: commits when it returns, rolls back when it throws. Transactions do not nest.
 * @param mode IMMEDIATE to write; DEFERRED to read several times from one snapshot.
 * @returns what `work` returns, which must not be a promise.
 */
export function inTransaction<Result>(db: DatabaseSync, mode: 'IMMEDIATE' | 'DEFERRED', work: () => Result): Result {
  db.exec(`BEGIN ${mode}`);
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // Some errors, such as a full disk, have ended the transaction already.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Writes the whole file again without anything that was deleted, and empties its write-ahead log. Overwriting deleted
 * rows is not enough: when SQLite moves rows to other pages it leaves copies in the gaps, and so did older versions of
 * askbox in free pages. Costs as much time as copying the file, and as much space in the folder for temporary files.
 * @returns false if another connection that still reads keeps the log from being emptied; see emptyLog.
 */
export function rewriteFile(db: DatabaseSync): boolean {
  db.exec('VACUUM');
  return emptyLog(db);
}

/** Moves the write-ahead log into the file and empties it. @returns false while another connection reads. */
export function emptyLog(db: DatabaseSync): boolean {
  return firstRow<{ busy: number }>(db.prepare('PRAGMA wal_checkpoint(TRUNCATE)'))?.busy === 0;
}

/**
 * Returns a function that prepares each SQL text once and then returns the same statement. The cache is not bounded.
 */
export function statementCache(db: DatabaseSync): (sql: string) => StatementSync {
  const statements = new Map<string, StatementSync>();
  return (sql) => {
    let statement = statements.get(sql);
    if (statement === undefined) statements.set(sql, (statement = db.prepare(sql)));
    return statement;
  };
}

/** Returns every row. @param Row the columns that the statement selects. */
export function allRows<Row>(statement: StatementSync, ...values: readonly SQLInputValue[]): Row[] {
  // Our tables are STRICT and only we write them, so a row has the types that its statement selects.
  return statement.all(...values) as Row[];
}

/** Returns one row at a time, for results that should not be in memory at once. @param Row as for allRows. */
export function eachRow<Row>(statement: StatementSync, ...values: readonly SQLInputValue[]): IterableIterator<Row> {
  // As in allRows.
  return statement.iterate(...values) as IterableIterator<Row>;
}

/** Returns the first row, or undefined if there is none. @param Row as for allRows. */
export function firstRow<Row>(statement: StatementSync, ...values: readonly SQLInputValue[]): Row | undefined {
  // As in allRows.
  return statement.get(...values) as Row | undefined;
}

/** Returns the primary result code of an error that SQLite threw; undefined for any other value. */
export function resultCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  // An extended code has its primary code in the low byte.
  return error.errcode & 0xff;
}

/** Whether SQLite threw this error, with one of these primary result codes. */
export function hasResultCode(error: unknown, ...codes: readonly number[]): boolean {
  const code = resultCodeOf(error);
  return code !== undefined && codes.includes(code);
}
