import type { LedgerDatabase } from './database.ts';
import type { Action } from './action.ts';

/** Writes what one look has found out about one path. To be called within a transaction. */
export function applyAction(db: LedgerDatabase, action: Action, now: number): void {
  switch (action.type) {
    case 'observe': {
      const { file, quietMs } = action;
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
      break;
    }
    case 'settle':
      db.run(
        `UPDATE documents SET state = 'STABLE', seq = ?, unread_since_ms = ? WHERE path = ? AND state = 'DISCOVERED'`,
        db.nextSeq(),
        now,
        action.path,
      );
      break;
    case 'retry':
      db.run(
        `UPDATE documents SET state = 'STABLE', retry_ms = NULL, seq = ? WHERE path = ? AND state = 'FAILED'`,
        db.nextSeq(),
        action.path,
      );
      break;
    case 'refuse': {
      const { problem } = action;
      db.run(
        `INSERT INTO documents (path, seq, state, signature, size_bytes, modified_ms, created_ms, observed_ms, error_code, error_message)
         VALUES (?1, ?2, 'FAILED', ?3, 0, ?4, ?4, ?4, ?5, ?6)
         ON CONFLICT (path) DO UPDATE SET seq = ?2, state = 'FAILED', signature = ?3, size_bytes = 0, missing_since_ms = NULL,
           bytes_sha256 = NULL, content_id = NULL, error_code = ?5, error_message = ?6, attempts = 0, retry_ms = NULL`,
        problem.path,
        db.nextSeq(),
        problem.signature,
        now,
        problem.code,
        problem.message,
      );
      break;
    }
    case 'miss':
      db.run('UPDATE documents SET missing_since_ms = ? WHERE path = ?', now, action.path);
      break;
    case 'reappear':
      db.run('UPDATE documents SET missing_since_ms = NULL WHERE path = ?', action.path);
      break;
    case 'remove':
      db.run(
        `UPDATE documents SET state = 'REMOVED', seq = ?, observed_ms = ?, content_id = NULL WHERE path = ?`,
        db.nextSeq(),
        now,
        action.path,
      );
      break;
  }
}
