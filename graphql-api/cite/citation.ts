import type { LocatorMark } from '#shared/document.ts';

/** A marker such as [2] in an answer, and the words of the passage that support its sentence. */
export interface Citation {
  /** The passage's rank: the number in the marker. */
  readonly rank: number;
  /** Where the marker starts in the answer's text, in UTF-16 code units. */
  readonly start: number;
  /** Where the marker ends, exclusive. */
  readonly end: number;
  /** Verbatim: the content's text from startChar to endChar (UTF-16 code units). */
  readonly quote: string;
  readonly startChar: number;
  readonly endChar: number;
  /** Where in the file the quote starts. */
  readonly place: Omit<LocatorMark, 'startChar'>;
}
