import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ANALYSER_VERSION } from '../../text/analyser.ts';
import { foreignStore } from './errors.ts';
import { firstRow } from './rows.ts';
import { APPLICATION_ID, FORMAT_VERSION } from './schema.ts';

// How long a call waits for a lock of another process before it is STORE_UNAVAILABLE.
const BUSY_TIMEOUT_MS = 5000;

/** Opens the file as it is, for writing; makes an empty one when it is not there. */
export function openForWriting(file: string): DatabaseSync {
  return new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
}

/**
 * Opens a store that can be read as it is; undefined when there is none, or a writer has yet to make it or to bring it
 * up to date.
 */
export function tryOpenForReading(file: string): DatabaseSync | undefined {
  if (!existsSync(file)) return undefined;
  const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    if (formatOf(file, db) === FORMAT_VERSION && isOurAnalyser(db)) return db;
  } catch (error) {
    db.close();
    throw error;
  }
  db.close();
  return undefined;
}

/**
 * The version of the tables in a store of ours; 0 when nothing is in the file yet. Looks before anything is changed.
 * @throws StoreError STORE_FOREIGN for the file of another program or of a newer version of ours.
 */
export function formatOf(file: string, db: DatabaseSync): number {
  const header = firstRow<{ application: number; format: number; tables: number }>(
    db.prepare(
      `SELECT application_id AS application, user_version AS format, (SELECT count(*) FROM sqlite_schema) AS tables
       FROM pragma_application_id, pragma_user_version`,
    ),
  );
  if (header?.application === 0 && header.tables === 0) return 0;
  if (header?.application !== APPLICATION_ID) throw foreignStore(file, 'another program made it');
  if (header.format > FORMAT_VERSION) {
    throw foreignStore(file, `a newer askbox made it (format ${header.format}, this one knows ${FORMAT_VERSION})`);
  }
  return header.format;
}

function isOurAnalyser(db: DatabaseSync): boolean {
  const meta = firstRow<{ analyser_version: number }>(db.prepare('SELECT analyser_version FROM meta'));
  return meta?.analyser_version === ANALYSER_VERSION;
}
