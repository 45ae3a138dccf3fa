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
