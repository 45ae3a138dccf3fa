import type { ContentId, DocumentId, DocumentWarning } from '../document.ts';

/**
 * The internal endpoint: how the API learns what the watcher knows. HTTP on loopback or a private network.
 *
 *   GET /v1/documents  -> Snapshot
 *   GET /v1/events     -> server-sent events; `Last-Event-ID: <seq>` resumes without a gap.
 *                         event: document | removed   id: seq   data: DocumentState | RemovedDocument
 *                         event: progress | ingestion           data: Progress | IngestionState (no id: not durable)
 *                         event: reset                          data: {} (the seq asked for is too old: take a snapshot)
 *   POST /v1/commands  WatcherCommand -> its reply in WatcherReplies
 *   PUT  /v1/files?path=<path in the inbox>   the bytes -> DocumentState, 201 when new, 200 when it replaced a file
 *   GET /healthz, GET /readyz   without a key
 *
 * A command or file that is refused is answered by 4xx and a Refusal, see command-refused.ts.
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
  /** As people have set it, else from inside the file once it was read, else the file's name. */
  readonly title: string;
  /** As people have set them; null when nobody knows them, because only the store was there to be asked. */
  readonly tags: readonly string[] | null;
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

/** What people want done. */
export type WatcherCommand =
  /** Make a file of this text; one that is there is not replaced. */
  | {
      readonly type: 'add';
      readonly path: string;
      readonly text: string;
      readonly title: string | null;
      readonly tags: readonly string[];
    }
  /** Read these files again, whatever the ledger says; unknown paths are left out. At most 10,000. */
  | { readonly type: 'reread'; readonly paths: readonly string[] }
  /** Move the file into the trash; it answers no more. */
  | { readonly type: 'remove'; readonly path: string }
  /** Set title or tags; what is left out stays. A title of null is the file's own again. */
  | {
      readonly type: 'describe';
      readonly path: string;
      readonly title?: string | null;
      readonly tags?: readonly string[];
    }
  | { readonly type: 'pause' }
  /** With `confirmRemovals` a mass removal that was held is taken for real. */
  | { readonly type: 'resume'; readonly confirmRemovals: boolean };

export interface WatcherReplies {
  readonly add: DocumentState;
  /** Those of the paths that are known, as they are now; what can never be opened is not queued. */
  readonly reread: readonly DocumentState[];
  readonly remove: RemovedDocument;
  readonly describe: DocumentState;
  readonly pause: IngestionState;
  readonly resume: IngestionState;
}

/** So many paths fit into one `reread`. */
export const MAX_REREAD_PATHS = 10_000;
