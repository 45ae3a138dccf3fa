import type { DocumentWarning, LocatorMark } from '#shared/document.ts';

/** The input of an extractor: all bytes of a file, and its path for messages. */
export interface SourceFile {
  /**
   * Path inside the inbox, with forward slashes; supplies the extension and the name used in messages, never opened.
   */
  readonly path: string;
  readonly bytes: Buffer;
  /**
   * Whether text that readers do not see is read as any other. Default: false, it is left out and counted in
   * HIDDEN_TEXT_LEFT_OUT. Deleted text is never read.
   */
  readonly readsHidden?: boolean;
}

/** The output of every extractor: one canonical text, and ranges over it. */
export interface Extraction {
  /** NFC, LF line ends, no NUL. All offsets below are UTF-16 offsets in this text. */
  readonly text: string;
  /** Sorted, disjoint, inside the text. Only white space lies between two blocks. */
  readonly blocks: readonly Block[];
  /** Where pages or lines begin, ascending by `startChar`. Empty for formats without pages or line numbers. */
  readonly marks: readonly LocatorMark[];
  /** From inside the file (metadata, first heading); null if there is none. */
  readonly title: string | null;
  readonly mediaType: string;
  /** Null for formats without pages. */
  readonly pageCount: number | null;
  readonly warnings: readonly DocumentWarning[];
  /** Where the article of a web page ends, and what stands beside it begins. Absent for what is no article. */
  readonly articleEnd?: number;
}

/** What a block is; the chunker splits each kind differently. */
export type BlockKind = 'heading' | 'paragraph' | 'list' | 'table' | 'code';

/** A range of the text that belongs together, such as one paragraph or one table. */
export interface Block {
  readonly kind: BlockKind;
  readonly startChar: number;
  readonly endChar: number;
  /** 1 to 6; headings of the format only. */
  readonly level?: number;
  /** The numbered unit that begins here and heads the text below it. Set by structure.ts, never by an extractor. */
  readonly unit?: BlockUnit;
}

/** A numbered unit of a law, a contract or a gazette, such as a chapter, an article or a clause. */
export interface BlockUnit {
  /** 0 for the outermost. A unit ends where one of the same or a lower rank begins. */
  readonly rank: number;
  /** What it is called in a path of headings: `Art. 5º`, `CLÁUSULA 3ª – DO PRAZO`. */
  readonly name: string;
  /** True for an article or a clause, which is cited by itself; false for what is above or below these. */
  readonly isArticle: boolean;
}

/** Why a file's content can never be read. Final until its bytes or the pipeline version change. */
export type ExtractErrorCode = 'ENCRYPTED' | 'UNSUPPORTED_TYPE' | 'DAMAGED' | 'EMPTY' | 'NO_TEXT' | 'TOO_LARGE';
