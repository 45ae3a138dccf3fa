import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws.
 * @param mode IMMEDIATE to write; DEFERRED to read several times from one snapshot.
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
