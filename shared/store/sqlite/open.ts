import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { firstRow, headerOf, openDatabase } from '../../sqlite.ts';
import { ANALYSER_VERSION } from '../../text/analyser.ts';
import { foreignStore } from './errors.ts';
import { APPLICATION_ID, FORMAT_VERSION } from './schema.ts';

/** How long a call waits for a lock of another process before it fails with STORE_UNAVAILABLE. */
export const BUSY_TIMEOUT_MS = 5000;

/**
 * Opens a store for reading if it is usable as it is. Returns undefined if there is none, or if a writer has yet to
 * create it or to migrate it.
 * @throws StoreError STORE_FOREIGN, as formatOf does; errors of SQLite as they are.
 */
export function tryOpenForReading(file: string): DatabaseSync | undefined {
  if (!existsSync(file)) return undefined;
  return openDatabase(file, { isReadOnly: true, timeoutMs: BUSY_TIMEOUT_MS }, (db) => {
    if (formatOf(file, db) === FORMAT_VERSION && isOurAnalyser(db)) return db;
    db.close();
    return undefined;
  });
}

/**
 * Returns the version of the tables in one of our stores; 0 if the file is still empty. Changes nothing in the file.
 * @throws StoreError STORE_FOREIGN for a file made by another program or by a newer askbox.
 */
export function formatOf(file: string, db: DatabaseSync): number {
  const { applicationId, userVersion, isEmpty } = headerOf(db);
  if (applicationId === 0 && isEmpty) return 0;
  if (applicationId !== APPLICATION_ID) throw foreignStore(file, 'another program made it');
  if (userVersion > FORMAT_VERSION) {
    throw foreignStore(file, `a newer askbox made it (format ${userVersion}, this one knows ${FORMAT_VERSION})`);
  }
  return userVersion;
}

function isOurAnalyser(db: DatabaseSync): boolean {
  const meta = firstRow<{ analyser_version: number }>(db.prepare('SELECT analyser_version FROM meta'));
  return meta?.analyser_version === ANALYSER_VERSION;
}
