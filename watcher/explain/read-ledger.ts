import { existsSync } from 'node:fs';
import { allRows, openDatabase } from '#shared/sqlite.ts';
import type { KnownDocument } from './explain-path.ts';
import { documentOf, type LedgerRow } from '../ledger/document.ts';

/**
 * Returns the documents of the ledger of a watcher that is not running, opened read-only. Returns none if there is no
 * ledger or it cannot be read.
 */
export function readLedger(file: string): readonly KnownDocument[] {
  if (!existsSync(file)) return [];
  try {
    using db = openDatabase(file, { isReadOnly: true }, (opened) => opened);
    // A ledger of another version throws here or lacks columns.
    const rows = allRows<LedgerRow>(db.prepare(`SELECT * FROM documents WHERE state <> 'REMOVED'`));
    return rows.map(knownDocumentOf);
  } catch {
    return [];
  }
}

function knownDocumentOf(row: LedgerRow): KnownDocument {
  const { path, state, liveContentId, error, indexedMs, sizeBytes, attempts } = documentOf(row);
  return {
    path,
    status: state === 'REMOVED' ? 'DISCOVERED' : state,
    contentId: liveContentId,
    error: error && {
      code: error.code,
      message: error.message,
      attempts: Math.max(attempts, 1),
      retryAt: error.retryMs === null ? null : new Date(error.retryMs).toISOString(),
    },
    indexedAt: indexedMs === null ? null : new Date(indexedMs).toISOString(),
    sizeBytes,
  };
}
