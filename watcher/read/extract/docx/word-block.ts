import type { BlockKind } from '../extraction.ts';
import type { Attachment } from './run-text.ts';

/** A piece of a Word document: what becomes a block of the text, or the place of something that is read elsewhere. */
export type WordBlock = TextBlock | { readonly kind: 'attachment'; readonly attachment: Attachment };

/** A paragraph, a line of a list or listing, or a table. */
export interface TextBlock {
  /** Lists and code come line by line: neighbours of the same kind are one block. */
  readonly kind: BlockKind;
  readonly text: string;
  /** 1 to 6 for headings; depth, starting at 0, for lines of a list. */
  readonly level?: number;
  readonly emphasis?: Emphasis;
}

/** How a paragraph looks that is not a heading by its style. */
export interface Emphasis {
  readonly isBold: boolean;
  readonly isCentred: boolean;
  readonly isNumbered: boolean;
  /** Whether it has the style for titles of documents. */
  readonly isTitle: boolean;
}
