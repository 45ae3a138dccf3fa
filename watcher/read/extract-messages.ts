import type { ContentSummary } from '#shared/document.ts';
import type { ChunkDraft } from './chunk/chunk.ts';
import type { ExtractErrorCode } from './extract/extraction.ts';

/** What the watcher and the process that extracts say to each other. */

export interface FileToRead {
  /** Absolute; opened without following a link. */
  readonly file: string;
  /** The same file inside the inbox, with forward slashes: its extension counts, and messages name it. */
  readonly path: string;
  /** A larger file is TOO_LARGE and is not read. */
  readonly maxBytes: number;
}

/** A file's content, ready to be stored. */
export interface FileReading {
  /** Of the bytes that were read, in hexadecimal. */
  readonly bytesSha256: string;
  readonly content: Omit<ContentSummary, 'id' | 'chunkCount'>;
  readonly chunks: readonly ChunkDraft[];
}

export type ExtractMessage =
  /** Once, when the process can take its first file. */
  | { readonly type: 'ready' }
  /** At most four a second. */
  | { readonly type: 'progress'; readonly share: number }
  /** The process may take the next file; `rssBytes` is its memory at this moment. */
  | { readonly type: 'read'; readonly reading: FileReading; readonly rssBytes: number }
  | { readonly type: 'failed'; readonly failure: Failure; readonly rssBytes: number };

/** An error in a form that survives the way between processes. */
export type Failure =
  | { readonly type: 'extract'; readonly code: ExtractErrorCode; readonly reason: string }
  | { readonly type: 'unreadable'; readonly errno: string }
  /** A fault of ours. */
  | { readonly type: 'fault'; readonly message: string };
