import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { PRIVATE_FILE } from '#shared/data-dir.ts';
import { AskboxError, messageOf } from '#shared/errors.ts';
import {
  allRows,
  firstRow,
  hasResultCode,
  inTransaction,
  openDatabase,
  rewriteFile,
  SQLITE_BUSY,
  SQLITE_CORRUPT,
  SQLITE_LOCKED,
  SQLITE_NOTADB,
  statementCache,
  WAL_PRAGMAS,
} from '#shared/sqlite.ts';
import { LATE_CONTENT_COLUMNS, LEDGER_MIGRATIONS, LEDGER_SCHEMA, LEDGER_VERSION } from './schema.ts';
import type { Event } from './states.ts';

/** In the names of files that were moved aside, before the time. */
const ASIDE = '.set-aside-';
/** In the names of copies that are being sent, before a random id. */
const COPY = '.copy-';
// A watcher that was asked to stop a moment ago may still hold the lock.
const BUSY_TIMEOUT_MS = 2000;

/** Hears of a change which events it consists of; a change that is no event of a document, such as of its title, has none. */
export type ChangeListener = (events: ReadonlySet<Event>) => void;

/** The ledger's database file: one process, one writer, transactions, and a sequence number that only rises. */
export class LedgerDatabase implements Disposable {
  /** Where an unusable file was moved to; null if there was none. */
  readonly setAside: string | null;
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #statement: (sql: string) => StatementSync;
  readonly #listeners = new Set<ChangeListener>();
  /** How many rows `run` has changed so far. A sequence number that no row was given counts as no change. */
  #changedRows = 0;
  /** The events of the present `change`. */
  #events = new Set<Event>();

  /**
   * Opens, creates or migrates the file. One that is damaged or of an unknown version is moved aside and replaced by an
   * empty one: the inbox folder is the source of truth.
   * @throws AskboxError ALREADY_RUNNING, LEDGER_UNUSABLE
   */
  static open(file: string): LedgerDatabase {
    try {
      return LedgerDatabase.#lock(file, null);
    } catch (error) {
      if (hasResultCode(error, SQLITE_BUSY, SQLITE_LOCKED)) throw alreadyRunning(file, error);
      if (!isBeyondUse(error)) throw unusable(file, error);
    }
    const aside = `${file}${ASIDE}${Date.now()}`;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
    }
    return LedgerDatabase.#lock(file, aside);
  }

  static #lock(file: string, setAside: string | null): LedgerDatabase {
    return openDatabase(file, { timeoutMs: BUSY_TIMEOUT_MS }, (db) => {
      // Exclusive mode keeps a kernel lock for as long as this process lives: a kill frees it, and no other process can
      // take it from a stopped one. NORMAL loses nothing to a kill. After a power cut the ledger may be older, and the
      // scan and the audit bring it up to date; FULL would halve the number of files read per second.
      db.exec(`PRAGMA locking_mode = EXCLUSIVE; ${WAL_PRAGMAS}`);
      db.exec('BEGIN EXCLUSIVE; COMMIT');
      writeFileSync(holderFile(file), `${process.pid} on ${os.hostname()}`, { mode: PRIVATE_FILE });
      deleteBeside(file, COPY); // a kill may have left some
      return new LedgerDatabase(file, db, setAside);
    });
  }

  private constructor(file: string, db: DatabaseSync, setAside: string | null) {
    this.setAside = setAside;
    this.#file = file;
    this.#db = db;
    this.#statement = statementCache(db);
    this.#check();
  }

  /** Creates the tables in an empty file. @throws an error for which isBeyondUse is true. */
  #check(): void {
    const file = this.#file;
    if (this.one(`SELECT 1 FROM sqlite_schema`) === undefined) this.#create();
    const found = this.one<{ quick_check: string }>('PRAGMA quick_check(1)')?.quick_check;
    if (found !== 'ok') throw new AskboxError('LEDGER_DAMAGED', `${file} is damaged: ${found}`);
    const hasMeta = this.one(`SELECT 1 FROM sqlite_schema WHERE name = 'meta'`) !== undefined;
    const foundVersion = hasMeta ? this.one<{ version: number }>('SELECT version FROM meta')?.version : undefined;
    const version = foundVersion === undefined ? undefined : this.#migrateFrom(foundVersion);
    if (version !== LEDGER_VERSION) throw new AskboxError('LEDGER_VERSION', `${file} is of version ${version}`);
  }

  #create(): void {
    this.transaction(() => {
      this.#db.exec(LEDGER_SCHEMA);
      this.run('INSERT INTO meta (version, watcher_id, seq) VALUES (?, ?, 0)', LEDGER_VERSION, randomUUID());
    });
  }

  /** Migrates the ledger as far as there are steps. Returns the version that it has afterwards. */
  #migrateFrom(version: number): number {
    const step = LEDGER_MIGRATIONS[version];
    if (step === undefined) return version;
    this.transaction(() => {
      this.#db.exec(step);
      for (const [column, addition] of Object.entries(LATE_CONTENT_COLUMNS)) {
        const isThere = this.one(`SELECT 1 FROM pragma_table_info('contents') WHERE name = ?`, column) !== undefined;
        if (!isThere) this.#db.exec(addition);
      }
      this.run('UPDATE meta SET version = ?', version + 1);
    });
    return this.#migrateFrom(version + 1);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  /** Rewrites the file without what was deleted (see rewriteFile), and deletes the files that `open` moved aside. */
  scrub(): void {
    rewriteFile(this.#db); // no other connection can keep the log from being emptied
    deleteBeside(this.#file, ASIDE);
  }

  /**
   * Copies the database, as it is now, into a new file beside it. No other process can: this one has the lock. Blocks the
   * event loop meanwhile: SQLite's backup, which does not, fails with "not an error" when this connection writes. The
   * next `open` deletes what is left of copies.
   * @returns the path of the copy, which the caller deletes.
   */
  copy(): string {
    const copy = `${this.#file}${COPY}${randomUUID()}`;
    writeFileSync(copy, '', { mode: PRIVATE_FILE, flag: 'wx' });
    try {
      this.#db.prepare('VACUUM INTO ?').run(copy);
    } catch (error) {
      rmSync(copy, { force: true });
      throw error;
    }
    return copy;
  }

  /** Calls `listener` after every `change` that changed something. Returns a function that ends this. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Runs `work` in a transaction, then calls the listeners if `run` changed a row in it. Inside another `change` it is part
   * of that transaction.
   */
  change<T>(work: () => T): T {
    if (this.#db.isTransaction) return work();
    const rowsBefore = this.#changedRows;
    const events = (this.#events = new Set<Event>());
    const result = this.transaction(work);
    if (this.#changedRows > rowsBefore) for (const listener of this.#listeners) listener(events);
    return result;
  }

  /** Notes that a document has taken this event, for the listeners of the present `change`. */
  took(event: Event): void {
    this.#events.add(event);
  }

  /** Runs `work` in a transaction of which listeners hear nothing. Does not nest. */
  transaction<T>(work: () => T): T {
    return inTransaction(this.#db, 'IMMEDIATE', work);
  }

  /** Increments the sequence number and returns it. */
  nextSeq(): number {
    return this.one<{ seq: number }>('UPDATE meta SET seq = seq + 1 RETURNING seq')!.seq;
  }

  /** Returns every row. @param Row the columns that the statement selects. */
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return allRows<Row>(this.#statement(sql), ...values);
  }

  /** Returns the first row, or undefined if there is none. @param Row the columns that the statement selects. */
  one<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return firstRow<Row>(this.#statement(sql), ...values);
  }

  /** Returns the number of rows that were changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    const rows = Number(this.#statement(sql).run(...values).changes);
    this.#changedRows += rows;
    return rows;
  }
}

/** Deletes the files beside the ledger that have its name, followed by a mark. */
function deleteBeside(file: string, mark: string): void {
  const folder = path.dirname(file);
  for (const name of readdirSync(folder)) {
    if (name.startsWith(`${path.basename(file)}${mark}`)) rmSync(path.join(folder, name));
  }
}

/**
 * The file that names the process holding the ledger, for the error message of a second one; it is not the lock itself.
 */
function holderFile(file: string): string {
  return `${file}.holder`;
}

function alreadyRunning(file: string, cause: unknown): AskboxError {
  const holder = existsSync(holderFile(file)) ? `process ${readFileSync(holderFile(file), 'utf8')}` : 'another process';
  const message = `another askbox watcher, ${holder}, is at work on ${file}; stop it, or give this one its own ASKBOX_DATA and ASKBOX_INBOX`;
  return new AskboxError('ALREADY_RUNNING', message, { cause });
}

function unusable(file: string, cause: unknown): AskboxError {
  const message = `cannot use the ledger ${file}: ${messageOf(cause)}; free space on its disk, and give askbox the right to write there`;
  return new AskboxError('LEDGER_UNUSABLE', message, { isRetryable: true, cause });
}

/** True for damage and for another version. A full disk or missing rights say nothing against the file. */
function isBeyondUse(error: unknown): boolean {
  return error instanceof AskboxError || hasResultCode(error, SQLITE_CORRUPT, SQLITE_NOTADB);
}
