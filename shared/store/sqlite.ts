import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { ANALYSER_VERSION } from '../text/analyser.ts';
import { foreignStore, withStoreErrors } from './sqlite-errors.ts';
import { SqliteReader } from './sqlite-reader.ts';
import { reanalyse } from './sqlite-reanalyse.ts';
import { firstRow } from './sqlite-rows.ts';
import { APPLICATION_ID, FORMAT_VERSION, SCHEMA } from './sqlite-schema.ts';
import { inTransaction } from './sqlite-transaction.ts';
import { SqliteWriter } from './sqlite-writer.ts';
import type { StoreReader, StoreWriter } from './store.ts';

// How long a call waits for a lock of another process before it is STORE_UNAVAILABLE.
const BUSY_TIMEOUT_MS = 5000;

// How often a reader looks whether a writer has made the store.
const POLL_MS = 100;

/**
 * The embedded store, in one file on a local disk. Makes it when it is not there; its folder has to be.
 * @throws StoreError STORE_FOREIGN for a file that is not ours or of a newer version, STORE_DAMAGED, STORE_UNAVAILABLE.
 */
export async function openSqliteWriter(file: string): Promise<StoreWriter> {
  return withStoreErrors(file, () => {
    const db = openDatabase(file, { readOnly: false });
    try {
      if (isEmpty(file, db)) create(db);
      // On a power failure the last commits may be lost, not the file: the watcher's next audit stores them again.
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      reanalyse(db);
      return new SqliteWriter(file, db);
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * Reads the embedded store, also while another process writes it. Waits without a deadline for a writer to make it, or
 * to analyse it anew after an update; the signal ends the wait.
 * @throws StoreError as the writer does.
 */
export async function openSqliteReader(file: string, signal?: AbortSignal): Promise<StoreReader> {
  for (;;) {
    signal?.throwIfAborted();
    const reader = withStoreErrors(file, () => tryOpenReader(file));
    if (reader !== undefined) return reader;
    await delay(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

function tryOpenReader(file: string): StoreReader | undefined {
  if (!existsSync(file)) return undefined;
  const db = openDatabase(file, { readOnly: true });
  try {
    if (!isEmpty(file, db) && isOurAnalyser(db)) return new SqliteReader(file, db);
  } catch (error) {
    db.close();
    throw error;
  }
  db.close();
  return undefined;
}

function openDatabase(file: string, { readOnly }: { readonly readOnly: boolean }): DatabaseSync {
  return new DatabaseSync(file, { readOnly, timeout: BUSY_TIMEOUT_MS });
}

/** Whether nothing is in the file yet; false for a store of ours. Looks before anything is changed. */
function isEmpty(file: string, db: DatabaseSync): boolean {
  const header = firstRow<{ application: number; format: number; tables: number }>(
    db.prepare(
      `SELECT application_id AS application, user_version AS format, (SELECT count(*) FROM sqlite_schema) AS tables
       FROM pragma_application_id, pragma_user_version`,
    ),
  );
  if (header?.application === 0 && header.tables === 0) return true;
  if (header?.application !== APPLICATION_ID) throw foreignStore(file, 'another program made it');
  if (header.format > FORMAT_VERSION) {
    throw foreignStore(file, `a newer askbox made it (format ${header.format}, this one knows ${FORMAT_VERSION})`);
  }
  return false;
}

function isOurAnalyser(db: DatabaseSync): boolean {
  const meta = firstRow<{ analyser_version: number }>(db.prepare('SELECT analyser_version FROM meta'));
  return meta?.analyser_version === ANALYSER_VERSION;
}

function create(db: DatabaseSync): void {
  // Vectors of 384 half floats fill pages of 8 KB better than those of 4; it has to be said before the first table.
  db.exec('PRAGMA page_size = 8192');
  inTransaction(db, 'IMMEDIATE', () => {
    db.exec(SCHEMA);
    db.prepare('INSERT INTO meta VALUES (1, ?, ?, NULL, 0, 0)').run(randomUUID(), ANALYSER_VERSION);
  });
}
