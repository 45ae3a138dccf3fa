import type { ContentSummary } from '#shared/document.ts';
import type { ChunkDraft } from './chunk/chunk.ts';
import type { ExtractErrorCode } from './extract/extraction.ts';
import type { OcrMode } from './extract/ocr/ocr.ts';
import type { PageText } from './extract/ocr/page-text.ts';

// The messages between the watcher and the extraction process.

/** A file that the extraction process is asked to read. */
export interface FileToRead {
  /** Absolute path; opened without following a link. */
  readonly file: string;
  /** Path inside the inbox, with forward slashes; supplies the extension and the name used in messages. */
  readonly path: string;
  /** A larger file is TOO_LARGE and is not read. */
  readonly maxBytes: number;
  /** When the text of its scans and pictures is recognised. Default: now. */
  readonly ocr?: OcrMode;
  /** What earlier readings of the same bytes recognised, in the order of the pages; null is a page without text. */
  readonly knownPages?: readonly (PageText | null)[];
  /** Whether text that readers do not see is read as any other. Default: false. */
  readonly readsHidden?: boolean;
  /** Read instead of the file, such as the page that a link file leads to. Default: the file is opened. */
  readonly bytes?: Uint8Array;
  /** Whether a link file ends in `LinkFound` instead of UNSUPPORTED_TYPE. Default: false. */
  readonly reportsLinks?: boolean;
}

/** A file's content, ready to be stored. */
export interface FileReading {
  /** SHA-256 of the bytes that were read, in hexadecimal. */
  readonly bytesSha256: string;
  readonly content: Omit<ContentSummary, 'id' | 'chunkCount'>;
  readonly chunks: readonly ChunkDraft[];
  /** Whether it has pages or pictures that are still to be recognised, because `ocr` was `later`. */
  readonly isPartial: boolean;
}

/** What the extraction process sends to the watcher. */
export type ExtractMessage =
  /** Sent once, when the process can take its first file. */
  | { readonly type: 'ready' }
  /** `share` of the file that has been read: 0 once its parser has been loaded, then up to 1, at most four a second. */
  | { readonly type: 'progress'; readonly share: number }
  /**
   * One page was recognised, which may take seconds; at most `MAX_OCR_PAGES` for a file. Without `text`, a page had
   * nothing to recognise.
   */
  | { readonly type: 'page-recognized'; readonly text?: PageText | null }
  /** The process can take the next file; `rssBytes` is its resident memory at this moment. */
  | { readonly type: 'read'; readonly reading: FileReading; readonly rssBytes: number }
  | { readonly type: 'failed'; readonly failure: Failure; readonly rssBytes: number };

/** An error in a form that can be sent between processes. */
export type Failure =
  | { readonly type: 'extract'; readonly code: ExtractErrorCode; readonly reason: string }
  | { readonly type: 'unreadable'; readonly errno: string }
  /** The file has no text but what is to be recognised, which this reading must not do. */
  | { readonly type: 'ocr-postponed' }
  /** The file is a link to this web address. */
  | { readonly type: 'link'; readonly address: string }
  /** A bug in askbox. */
  | { readonly type: 'fault'; readonly message: string };
