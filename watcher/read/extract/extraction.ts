import type { DocumentWarning, LocatorMark } from '#shared/document.ts';

/** A file as the extractors get it: all of its bytes, and the name to call it by. */
export interface SourceFile {
  /** Inside the inbox, with forward slashes; for messages and for the extension, never opened. */
  readonly path: string;
  readonly bytes: Buffer;
}

/** What every extractor makes of a file: one canonical text, and ranges over it. */
export interface Extraction {
  /** NFC, LF line ends, no NUL. Every offset below is a UTF-16 offset in it. */
  readonly text: string;
  /** Sorted, disjoint, inside the text. What lies between two blocks is white space. */
  readonly blocks: readonly Block[];
  /** Ascending by `startChar`; a page begins where its mark says. Empty for formats without places. */
  readonly marks: readonly LocatorMark[];
  /** From inside the file (metadata, first heading); null when it does not say. */
  readonly title: string | null;
  readonly mediaType: string;
  /** Null for formats without pages. */
  readonly pageCount: number | null;
  readonly warnings: readonly DocumentWarning[];
}

export type BlockKind = 'heading' | 'paragraph' | 'list' | 'table' | 'code';

export interface Block {
  readonly kind: BlockKind;
  readonly startChar: number;
  readonly endChar: number;
  /** 1 to 6; headings only. */
  readonly level?: number;
}

/** Ends a file's ingestion until its bytes or the pipeline change; the sentence names the file and the next step. */
export type ExtractErrorCode = 'ENCRYPTED' | 'UNSUPPORTED_TYPE' | 'DAMAGED' | 'EMPTY' | 'NO_TEXT' | 'TOO_LARGE';
