import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { inTransaction, openDatabase, WAL_PRAGMAS } from '../../sqlite.ts';
import { ANALYSER_VERSION } from '../../text/analyser.ts';
import { withStoreErrors } from './errors.ts';
import { migrate } from './upgrade/migrate.ts';
import { BUSY_TIMEOUT_MS, formatOf } from './open.ts';
import { reanalyse } from './upgrade/reanalyse.ts';
import { SCHEMA } from './schema.ts';
import { ThreadedReader } from './threaded-reader.ts';
import { SqliteWriter } from './writer.ts';
import type { StoreReader, StoreWriter } from '../store.ts';

// How often a reader checks whether a writer has created the store.
const POLL_MS = 100;

/**
 * Opens the embedded store, one file on a local disk, for writing. Creates it if there is none, and migrates an older
 * one. Its folder has to exist.
 * @throws StoreError STORE_FOREIGN for a file of another program or of a newer askbox, STORE_DAMAGED,
 *   STORE_UNAVAILABLE.
 */
export async function openSqliteWriter(file: string): Promise<StoreWriter> {
  return withStoreErrors(file, () =>
    openDatabase(file, { timeoutMs: BUSY_TIMEOUT_MS }, (db) => {
      const format = formatOf(file, db);
      if (format === 0) create(db);
      else migrate(db, format);
      // Commits that a power failure undoes are stored again by the watcher's next audit.
      db.exec(WAL_PRAGMAS);
      reanalyse(db);
      return new SqliteWriter(file, db);
    }),
  );
}

/**
 * Opens the embedded store for reading; another process may write to it meanwhile. Waits without a deadline for a
 * writer to create it, or to migrate it after an update; the signal ends the wait. If the file is later deleted and
 * created again, the reader switches to the new one.
 * @throws StoreError as openSqliteWriter does.
 */
export async function openSqliteReader(file: string, signal?: AbortSignal): Promise<StoreReader> {
  signal?.throwIfAborted();
  const reader = new ThreadedReader(file);
  try {
    while (!(await reader.isThere(signal))) {
      await delay(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
    return reader;
  } catch (error) {
    await reader[Symbol.asyncDispose]();
    throw error;
  }
}

function create(db: DatabaseSync): void {
  // Vectors of 384 half floats fill pages of 8 KB better than pages of 4 KB. Has to be set before the first table.
  db.exec('PRAGMA page_size = 8192');
  inTransaction(db, 'IMMEDIATE', () => {
    db.exec(SCHEMA);
    db.prepare(`INSERT INTO meta (one, owner, analyser_version, last_revision, changes) VALUES (1, ?, ?, 0, 0)`).run(
      randomUUID(),
      ANALYSER_VERSION,
    );
  });
}
