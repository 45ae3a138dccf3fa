import type { SQLInputValue } from 'node:sqlite';
import type { LedgerDatabase } from './database.ts';
import { documentOf, type LedgerDocument, type LedgerRow } from './document.ts';

/** Returns the rows of `documents` that these clauses of SQL select, in their order. */
export function documentsOf(
  db: LedgerDatabase,
  clauses: string,
  ...values: readonly SQLInputValue[]
): readonly LedgerDocument[] {
  return db.all<LedgerRow>(`SELECT * FROM documents ${clauses}`, ...values).map(documentOf);
}

/** Returns all documents except removed ones, in no particular order. */
export function presentDocuments(db: LedgerDatabase): readonly LedgerDocument[] {
  return documentsOf(db, `WHERE state <> 'REMOVED'`);
}
