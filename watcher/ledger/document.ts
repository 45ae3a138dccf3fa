import type { ContentId } from '#shared/document.ts';
import type { DocumentErrorCode, DocumentStatus } from '#shared/watcher-api/watcher-api.ts';

/** No retry is set further ahead: a later time comes from a clock that was set back. */
export const LONGEST_RETRY_MS = 60_000;

/** A file over which the extractor has died this often is not read again until it changes. */
export const MAX_DEATHS = 3;

/** A path, what was last seen of it, and how far it has been processed. */
export interface LedgerDocument {
  readonly path: string;
  /** Rises with every change of any document. */
  readonly seq: number;
  readonly state: DocumentStatus | 'REMOVED';
  readonly signature: string;
  /** False while an edit could hide behind an unchanged signature (see scan-inbox.ts). */
  readonly isTrusted: boolean;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly createdMs: number;
  /** When the signature was first seen. */
  readonly observedMs: number;
  /** How long it has to stay unchanged before it is read. */
  readonly quietMs: number;
  /** When it was last queued to be read or, if it has changed since, when it first changed. */
  readonly unreadSinceMs: number;
  readonly missingSinceMs: number | null;
  readonly bytesSha256: string | null;
  /** The content of the present bytes; null until they have been hashed. */
  readonly contentId: ContentId | null;
  /** The content that is searchable now; null if none is. */
  readonly liveContentId: ContentId | null;
  readonly indexedMs: number | null;
  readonly error: LedgerError | null;
  /**
   * How often the extractor has died over these bytes, or put them back for text recognition. In READY: 1 while it has
   * pages to recognise, 0 otherwise.
   */
  readonly attempts: number;
}

/** Why reading a document failed. */
export interface LedgerError {
  readonly code: DocumentErrorCode;
  readonly message: string;
  /** When it is tried again; null if only a change of the file helps. */
  readonly retryMs: number | null;
}

/** A row of the table `documents`, as SQLite gives it. */
export interface LedgerRow {
  readonly path: string;
  readonly seq: number;
  readonly state: LedgerDocument['state'];
  readonly signature: string;
  readonly is_trusted: number;
  readonly size_bytes: number;
  readonly modified_ms: number;
  readonly created_ms: number;
  readonly observed_ms: number;
  readonly quiet_ms: number;
  readonly unread_since_ms: number;
  readonly missing_since_ms: number | null;
  readonly bytes_sha256: string | null;
  readonly content_id: ContentId | null;
  readonly live_content_id: ContentId | null;
  readonly indexed_ms: number | null;
  readonly error_code: DocumentErrorCode | null;
  readonly error_message: string | null;
  readonly attempts: number;
  readonly retry_ms: number | null;
}

/** Returns a row as a document. */
export function documentOf(row: LedgerRow): LedgerDocument {
  return {
    path: row.path,
    seq: row.seq,
    state: row.state,
    signature: row.signature,
    isTrusted: row.is_trusted === 1,
    sizeBytes: row.size_bytes,
    modifiedMs: row.modified_ms,
    createdMs: row.created_ms,
    observedMs: row.observed_ms,
    quietMs: row.quiet_ms,
    unreadSinceMs: row.unread_since_ms,
    missingSinceMs: row.missing_since_ms,
    bytesSha256: row.bytes_sha256,
    contentId: row.content_id,
    liveContentId: row.live_content_id,
    indexedMs: row.indexed_ms,
    error:
      row.error_code === null
        ? null
        : { code: row.error_code, message: row.error_message ?? '', retryMs: row.retry_ms },
    attempts: row.attempts,
  };
}
