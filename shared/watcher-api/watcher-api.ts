import type { ContentId, DocumentId, DocumentWarning } from '../document.ts';

/**
 * The internal endpoint: how the API learns what the watcher knows. HTTP on loopback or a private network.
 *
 *   GET /v1/documents  -> Snapshot
 *   GET /v1/events     -> server-sent events; `Last-Event-ID: <seq>` resumes without a gap.
 *                         event: document | removed   id: seq   data: DocumentState | RemovedDocument
 *                         event: progress | ingestion           data: Progress | IngestionState (no id: not durable)
 *                         event: reset                          data: {} (the seq asked for is too old: take a snapshot)
 *   GET /healthz, GET /readyz   without a key
 *
 * Everything else wants `Authorization: Bearer <key in ASKBOX_DATA/internal.key>` and no `Origin`.
 */

export type DocumentStatus = 'DISCOVERED' | 'STABLE' | 'EXTRACTING' | 'STORING' | 'READY' | 'FAILED';

export type DocumentErrorCode =
  | 'UNREADABLE'
  | 'ENCRYPTED'
  | 'UNSUPPORTED_TYPE'
  | 'DAMAGED'
  | 'EMPTY'
  | 'NO_TEXT'
  | 'TOO_LARGE'
  | 'TIMEOUT'
  | 'CRASHED'
  | 'BAD_NAME'
  | 'NOT_A_FILE'
  | 'STORE_UNAVAILABLE'
  | 'INTERNAL';

interface DocumentError {
  readonly code: DocumentErrorCode;
  /** Names the file and the next step. */
  readonly message: string;
  readonly attempts: number;
  /** RFC 3339; null when nothing but a change of the file will make it be read again. */
  readonly retryAt: string | null;
}

/** A document as the watcher sees it now. */
export interface DocumentState {
  readonly id: DocumentId;
  readonly path: string;
  /** Rises with every change of any document. */
  readonly seq: number;
  readonly status: DocumentStatus;
  /** From inside the file once it was read, else the file's name. */
  readonly title: string;
  readonly mediaType: string;
  readonly language: string | null;
  readonly sizeBytes: number;
  /** SHA-256 of the bytes, '' until they have been read. */
  readonly bytesSha256: string;
  /** The content that answers now, also while a newer version is being read; null when none does. */
  readonly contentId: ContentId | null;
  readonly error: DocumentError | null;
  readonly pageCount: number | null;
  readonly chunkCount: number;
  readonly embeddedChunks: number;
  readonly warnings: readonly DocumentWarning[];
  readonly createdAt: string;
  readonly modifiedAt: string;
  readonly indexedAt: string | null;
}

export interface RemovedDocument {
  readonly id: DocumentId;
  readonly path: string;
  readonly seq: number;
}

/** How far the reading of a document is; at most four a second for each. */
export interface Progress {
  readonly id: DocumentId;
  readonly path: string;
  /** 0 to 1. */
  readonly progress: number;
}

export interface IngestionState {
  /** Documents that still have a step before them. */
  readonly queued: number;
  readonly watching: 'EVENTS' | 'POLLING';
  /** Such as INBOX_MISSING; null when it runs. */
  readonly pausedBecause: string | null;
}

export interface Snapshot {
  /** Changes when the ledger is made anew: a reader then starts over. */
  readonly watcherId: string;
  /** Every change up to here is in the snapshot. */
  readonly seq: number;
  readonly documents: readonly DocumentState[];
  readonly ingestion: IngestionState;
}

export type WatcherEvent =
  | { readonly type: 'document'; readonly document: DocumentState }
  | { readonly type: 'removed'; readonly document: RemovedDocument }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'ingestion'; readonly ingestion: IngestionState }
  | { readonly type: 'reset' };
