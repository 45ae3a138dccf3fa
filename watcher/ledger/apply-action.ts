import type { Action } from './action.ts';
import type { LedgerDatabase } from './database.ts';
import { transition } from './transition.ts';

/** Writes what one scan has found out about one path. To be called within a transaction. */
export function applyAction(db: LedgerDatabase, action: Action, now: number): void {
  switch (action.type) {
    case 'observe': {
      const { file, quietMs } = action;
      // Taken in every state, so that no guard is needed.
      db.run(
        `INSERT INTO documents (path, seq, state, signature, size_bytes, modified_ms, created_ms, observed_ms, quiet_ms, unread_since_ms)
         VALUES (?1, ?2, 'DISCOVERED', ?3, ?4, ?5, ?6, ?6, ?7, ?6)
         ON CONFLICT (path) DO UPDATE SET seq = ?2, signature = ?3, size_bytes = ?4, modified_ms = ?5, observed_ms = ?6,
           quiet_ms = ?7, unread_since_ms = CASE WHEN state IN ('READY', 'FAILED', 'REMOVED') THEN ?6 ELSE unread_since_ms END,
           created_ms = CASE state WHEN 'REMOVED' THEN ?6 ELSE created_ms END,
           state = 'DISCOVERED', is_trusted = 0, missing_since_ms = NULL, bytes_sha256 = NULL, content_id = NULL,
           error_code = NULL, error_message = NULL, attempts = 0, retry_ms = NULL`,
        file.path,
        db.nextSeq(),
        file.signature,
        file.sizeBytes,
        file.modifiedMs,
        now,
        quietMs,
      );
      db.took('observe');
      break;
    }
    case 'refuse': {
      const { path, signature, code, message } = action.problem;
      db.run(
        `INSERT INTO documents (path, seq, state, signature, size_bytes, modified_ms, created_ms, observed_ms, error_code, error_message)
         VALUES (?1, ?2, 'FAILED', ?3, 0, ?4, ?4, ?4, ?5, ?6)
         ON CONFLICT (path) DO UPDATE SET seq = ?2, state = 'FAILED', signature = ?3, size_bytes = 0, missing_since_ms = NULL,
           bytes_sha256 = NULL, content_id = NULL, error_code = ?5, error_message = ?6, attempts = 0, retry_ms = NULL`,
        path,
        db.nextSeq(),
        signature,
        now,
        code,
        message,
      );
      db.took('refuse');
      break;
    }
    case 'settle':
      transition(db, 'settle', { path: action.path }, { unread_since_ms: now });
      break;
    case 'retry':
      transition(db, 'retry', { path: action.path }, { retry_ms: null });
      break;
    case 'miss':
      transition(db, 'miss', { path: action.path }, { missing_since_ms: now });
      break;
    case 'reappear':
      transition(db, 'reappear', { path: action.path }, { missing_since_ms: null });
      break;
    case 'remove':
      transition(db, 'remove', { path: action.path }, { observed_ms: now, content_id: null });
      break;
  }
}
