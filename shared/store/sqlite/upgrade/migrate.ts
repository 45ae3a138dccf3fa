import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../../../sqlite.ts';
import { FORMAT_VERSION } from '../schema.ts';

/**
 * The SQL that migrates a store from each older format to the next one. New columns come last in SCHEMA too, so that a
 * migrated store is the same as a new one. A step never changes once it is released.
 */
const STEPS: Readonly<Record<number, string>> = {
  1: `
    ALTER TABLE meta ADD COLUMN swept_changes INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE documents ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE documents ADD COLUMN removed_at TEXT;
    UPDATE documents SET removed_at = strftime('%Y-%m-%dT%H:%M:%fZ') WHERE content IS NULL;
    CREATE INDEX documents_by_change ON documents (changed);
    CREATE INDEX tombstones ON documents (removed_at) WHERE content IS NULL;
  `,
};

/**
 * Migrates a store to the current format in one transaction. Does nothing if it has that.
 * @param format the file's own.
 */
export function migrate(db: DatabaseSync, format: number): void {
  if (format === FORMAT_VERSION) return;
  inTransaction(db, 'IMMEDIATE', () => {
    for (let version = format; version < FORMAT_VERSION; version++) db.exec(STEPS[version] ?? '');
    db.exec(`PRAGMA user_version = ${FORMAT_VERSION}`);
  });
}
