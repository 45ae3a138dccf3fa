import { randomUUID } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { AskboxError } from '#shared/errors.ts';
import { LEDGER_SCHEMA, LEDGER_VERSION } from './ledger-schema.ts';

/** The ledger's file: one process, one writer, durable transactions, and a sequence number that only rises. */
export class LedgerDatabase implements Disposable {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #listeners = new Set<() => void>();

  /**
   * Opens or makes the file. A damaged one, or one of another version, is moved aside: the folder is the truth.
   * @throws AskboxError ALREADY_RUNNING
   */
  static open(file: string): LedgerDatabase {
    try {
      return new LedgerDatabase(file);
    } catch (error) {
      if (isLocked(error)) {
        const message = `another askbox watcher is at work on ${file}; stop it, or give this one its own ASKBOX_DATA and ASKBOX_INBOX`;
        throw new AskboxError('ALREADY_RUNNING', message, { cause: error });
      }
      if (!existsSync(file)) throw error;
    }
    const aside = `${file}.set-aside-${Date.now()}`;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
    }
    return new LedgerDatabase(file);
  }

  private constructor(file: string) {
    this.#db = new DatabaseSync(file);
    try {
      // Exclusive mode is a kernel lock for as long as we live: freed by a kill, not stolen from a stopped process. A
      // watcher that was asked to stop a moment ago may still hold it.
      this.#db.exec(
        'PRAGMA busy_timeout = 2000; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL',
      );
      this.#db.exec('BEGIN EXCLUSIVE; COMMIT');
      if (this.one(`SELECT 1 FROM sqlite_schema WHERE name = 'meta'`) === undefined) this.#create();
      const version = this.one<{ version: number }>('SELECT version FROM meta')?.version;
      if (version !== LEDGER_VERSION) throw new AskboxError('LEDGER_VERSION', `${file} is of version ${version}`);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  #create(): void {
    this.transaction(() => {
      this.#db.exec(LEDGER_SCHEMA);
      this.run('INSERT INTO meta (version, watcher_id, seq) VALUES (?, ?, 0)', LEDGER_VERSION, randomUUID());
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

/** SQLITE_BUSY and SQLITE_LOCKED. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (error.errcode === 5 || error.errcode === 6);
}
