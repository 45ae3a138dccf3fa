import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { AskboxError, messageOf } from '#shared/errors.ts';
import { LEDGER_MIGRATIONS, LEDGER_SCHEMA, LEDGER_VERSION } from './schema.ts';

/** The ledger's file: one process, one writer, durable transactions, and a sequence number that only rises. */
export class LedgerDatabase implements Disposable {
  /** Where a file that was of no use has been moved to; null: there was none. */
  readonly setAside: string | null;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #listeners = new Set<() => void>();

  /**
   * Opens or makes the file. A damaged one, or one of another version, is moved aside: the folder is the truth.
   * @throws AskboxError ALREADY_RUNNING, LEDGER_UNUSABLE
   */
  static open(file: string): LedgerDatabase {
    try {
      return new LedgerDatabase(file, null);
    } catch (error) {
      if (isLocked(error)) throw alreadyRunning(file, error);
      if (!isBeyondUse(error)) throw unusable(file, error);
    }
    const aside = `${file}.set-aside-${Date.now()}`;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
    }
    return new LedgerDatabase(file, aside);
  }

  private constructor(file: string, setAside: string | null) {
    this.setAside = setAside;
    this.#db = new DatabaseSync(file);
    try {
      // Exclusive mode is a kernel lock for as long as we live: freed by a kill, not stolen from a stopped process. A
      // watcher that was asked to stop a moment ago may still hold it. NORMAL loses nothing to a kill; a power cut may give
      // an older ledger, which the look and the audit bring up to date, and FULL halves the files read a second.
      this.#db.exec(
        'PRAGMA busy_timeout = 2000; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL',
      );
      this.#db.exec('BEGIN EXCLUSIVE; COMMIT');
      writeFileSync(holderFile(file), `${process.pid} on ${os.hostname()}`);
      this.#check(file);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** @throws what isBeyondUse knows. */
  #check(file: string): void {
    if (this.one(`SELECT 1 FROM sqlite_schema`) === undefined) this.#create();
    const found = this.one<{ quick_check: string }>('PRAGMA quick_check(1)')?.quick_check;
    if (found !== 'ok') throw new AskboxError('LEDGER_DAMAGED', `${file} is damaged: ${found}`);
    const hasMeta = this.one(`SELECT 1 FROM sqlite_schema WHERE name = 'meta'`) !== undefined;
    let version = hasMeta ? this.one<{ version: number }>('SELECT version FROM meta')?.version : undefined;
    for (let step; version !== undefined && (step = LEDGER_MIGRATIONS[version]) !== undefined;) {
      version = this.#migrate(step, version + 1);
    }
    if (version !== LEDGER_VERSION) throw new AskboxError('LEDGER_VERSION', `${file} is of version ${version}`);
  }

  #create(): void {
    this.transaction(() => {
      this.#db.exec(LEDGER_SCHEMA);
      this.run('INSERT INTO meta (version, watcher_id, seq) VALUES (?, ?, 0)', LEDGER_VERSION, randomUUID());
    });
  }

  #migrate(step: string, version: number): number {
    return this.transaction(() => {
      this.#db.exec(step);
      this.run('UPDATE meta SET version = ?', version);
      return version;
    });
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  /** Calls back after every `change`. Returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A transaction that listeners hear of. Inside another one it is part of that. */
  change<T>(work: () => T): T {
    if (this.#db.isTransaction) return work();
    const result = this.transaction(work);
    for (const listener of this.#listeners) listener();
    return result;
  }

  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  nextSeq(): number {
    return this.one<{ seq: number }>('UPDATE meta SET seq = seq + 1 RETURNING seq')!.seq;
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    // The schema is ours and STRICT, so a row has the columns that the statement names.
    return this.#statement(sql).all(...values) as Row[];
  }

  one<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  /** @returns how many rows were changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }
}

/** Says who holds the ledger, for the one who finds it locked; the lock itself is the kernel's. */
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

// Primary result codes, https://www.sqlite.org/rescode.html
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

function isLocked(error: unknown): boolean {
  return [SQLITE_BUSY, SQLITE_LOCKED].includes(resultCodeOf(error));
}

/** Damage and other versions; a full disk or a lack of rights say nothing against the file. */
function isBeyondUse(error: unknown): boolean {
  if (error instanceof AskboxError) return true;
  return [SQLITE_CORRUPT, SQLITE_NOTADB].includes(resultCodeOf(error));
}

function resultCodeOf(error: unknown): number {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) % 256 : 0;
}
