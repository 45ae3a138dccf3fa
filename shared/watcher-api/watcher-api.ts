import type { ContentId, DocumentId, DocumentWarning } from '../document.ts';

/**
 * The internal endpoint: how the API learns what the watcher knows. HTTP on loopback or a private network.
 *
 *   GET /v1/documents  -> Snapshot
 *   GET /v1/events     -> server-sent events; `Last-Event-ID: <seq>` resumes without a gap.
 *                         event: document | removed   id: seq   data: DocumentState | RemovedDocument
 *                         event: progress | ingestion           data: Progress | IngestionState (no id: not durable)
 *                         event: reset                          data: {} (the requested seq is too old: take a snapshot)
 *   POST /v1/commands  WatcherCommand -> its reply in WatcherReplies
 *   PUT  /v1/files?path=<path in the inbox>   the bytes -> DocumentState, 201 when new, 200 when it replaced a file
 *   GET  /v1/files?path=<path in the inbox>   -> the bytes of the file; understands Range, If-Range and
 *                         If-None-Match: 200, 206, 304 or 416. ETag is the SHA-256 of the bytes, once it is known.
 *   GET  /v1/ledger       -> a copy of the ledger's SQLite database, for a backup
 *   GET /healthz, GET /readyz   without a key
 *
 * A refused command or file is answered with a status of command-refused.ts and a Refusal.
 *
 * Everything but the last two requires `Authorization: Bearer <key in ASKBOX_DATA/internal.key>` and no `Origin`
 * header.
 */

/** What the ledger says about a document; ARCHITECTURE.md describes the states. */
export type DocumentStatus = 'DISCOVERED' | 'STABLE' | 'EXTRACTING' | 'STORING' | 'READY' | 'FAILED';

/** Why a document is FAILED, or why its last attempt failed; docs/errors.md describes the codes. */
export type DocumentErrorCode =
  | 'UNREADABLE'
  | 'ENCRYPTED'
  | 'UNSUPPORTED_TYPE'
  | 'DAMAGED'
  | 'EMPTY'
  | 'NO_TEXT'
  | 'TOO_LARGE'
  | 'FETCH_FAILED'
  | 'TIMEOUT'
  | 'CRASHED'
  | 'BAD_NAME'
  | 'NOT_A_FILE'
  | 'STORE_UNAVAILABLE'
  | 'INTERNAL';

interface DocumentError {
  readonly code: DocumentErrorCode;
  /** Says what is wrong with the file and what to do next. */
  readonly message: string;
  /** How many times it was tried so far. */
  readonly attempts: number;
  /** RFC 3339; null when it is read again only after the file has changed. */
  readonly retryAt: string | null;
}

/** A document as the watcher sees it now. */
export interface DocumentState {
  readonly id: DocumentId;
  /** Inside the inbox, with forward slashes. */
  readonly path: string;
  /** Sequence number of the document's last change; rises with every change of any document. */
  readonly seq: number;
  readonly status: DocumentStatus;
  /** Set by people, else from inside the file once it was read, else the file's name. */
  readonly title: string;
  /** Set by people; null when unknown, because only the store could be asked. */
  readonly tags: readonly string[] | null;
  /** The web address that the file was fetched from; null for other files, and when only the store could be asked. */
  readonly url: string | null;
  readonly mediaType: string;
  readonly language: string | null;
  readonly sizeBytes: number;
  /** SHA-256 of the bytes in hexadecimal; '' until they have been read. */
  readonly bytesSha256: string;
  /** The content that is searchable now, also while a newer version is being read; null when there is none. */
  readonly contentId: ContentId | null;
  readonly error: DocumentError | null;
  /** Null for formats without pages, and until the file has been read. */
  readonly pageCount: number | null;
  readonly chunkCount: number;
  /** How many of the chunks have a vector. */
  readonly embeddedChunks: number;
  readonly warnings: readonly DocumentWarning[];
  /** When the path was first seen. RFC 3339, UTC, as are the next two. */
  readonly createdAt: string;
  /** When the file was last changed. */
  readonly modifiedAt: string;
  /** When its content became searchable; null while it is not. */
  readonly indexedAt: string | null;
}

/** A document that is no longer in the inbox. */
export interface RemovedDocument {
  readonly id: DocumentId;
  readonly path: string;
  readonly seq: number;
}

/** A document of which nothing is left. */
export interface ErasedDocument extends RemovedDocument {
  /** The contents that were erased with it; not those that another document has too. */
  readonly contents: readonly { readonly id: ContentId; readonly chunkCount: number }[];
}

/** How much of a document has been read; sent at most four times a second for each document. */
export interface Progress {
  readonly id: DocumentId;
  readonly path: string;
  /** 0 to 1. */
  readonly progress: number;
}

/** What the ingestion as a whole is doing. */
export interface IngestionState {
  /** Number of documents that are not finished. */
  readonly queued: number;
  /** How changes of the inbox are noticed: by file events, or by scanning alone. */
  readonly watching: 'EVENTS' | 'POLLING';
  /** The most severe reason for a pause, such as INBOX_MISSING; null when nothing is paused. */
  readonly pausedBecause: string | null;
}

/** All documents at one moment, and where the events continue from. */
export interface Snapshot {
  /** Changes when the ledger is created again; a client then starts over. */
  readonly watcherId: string;
  /** Every change up to this one is in the snapshot. */
  readonly seq: number;
  readonly documents: readonly DocumentState[];
  readonly ingestion: IngestionState;
}

/** An event of `GET /v1/events`. */
export type WatcherEvent =
  | { readonly type: 'document'; readonly document: DocumentState }
  | { readonly type: 'removed'; readonly document: RemovedDocument }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'ingestion'; readonly ingestion: IngestionState }
  | { readonly type: 'reset' };

/** A change that a person asks for. */
export type WatcherCommand =
  /** Creates a file with this text; never replaces one. */
  | {
      readonly type: 'add';
      readonly path: string;
      readonly text: string;
      readonly title: string | null;
      readonly tags: readonly string[];
    }
  /**
   * Fetches a page from the public internet and creates a file with it; never replaces one.
   * `name` is the path of the file without the extension, which follows from the type of the page.
   */
  | {
      readonly type: 'addPage';
      readonly url: string;
      readonly name: string;
      readonly title: string | null;
      readonly tags: readonly string[];
    }
  /** Reads these files again, whatever the ledger says; unknown paths are ignored. At most MAX_REREAD_PATHS. */
  | { readonly type: 'reread'; readonly paths: readonly string[] }
  /** Moves the file into the trash; it is no longer searchable. */
  | { readonly type: 'remove'; readonly path: string }
  /** Moves the file back from the trash to the path that it had. */
  | { readonly type: 'restore'; readonly id: DocumentId }
  /**
   * Erases all that is stored of a document, its file included, wherever it is: in the inbox, the index, the trash. A
   * path of null: the watcher looks for the id, also among removed documents and in the trash.
   */
  | { readonly type: 'erase'; readonly id: DocumentId; readonly path: string | null }
  /** Sets title or tags; what is left out stays as it is. A title of null restores the file's own. */
  | {
      readonly type: 'describe';
      readonly path: string;
      readonly title?: string | null;
      readonly tags?: readonly string[];
    }
  | { readonly type: 'pause' }
  /** Resumes ingestion. With `confirmRemovals`, also carries out a mass removal that was held back. */
  | { readonly type: 'resume'; readonly confirmRemovals: boolean };

/** The reply to each command, by the command's type. */
export interface WatcherReplies {
  readonly add: DocumentState;
  readonly addPage: DocumentState;
  /** The documents of the known paths, as they are now; a file that can never be opened is not queued. */
  readonly reread: readonly DocumentState[];
  readonly remove: RemovedDocument;
  readonly restore: DocumentState;
  readonly erase: ErasedDocument;
  readonly describe: DocumentState;
  readonly pause: IngestionState;
  readonly resume: IngestionState;
}

/** Most paths that one `reread` may have. */
export const MAX_REREAD_PATHS = 10_000;
