import type { LocatorMark } from '#shared/document.ts';

/**
 * A marker such as [2] in an answer, and the words of the passage that support its sentence. The end of a sentence is in
 * the place of a marker if it has none, or none of a passage that supports it.
 */
export interface Citation {
  /** The passage's rank, which is a number in the marker if there is one. */
  readonly rank: number;
  /** Where the marker starts in the answer's text, in UTF-16 code units. */
  readonly start: number;
  /** Where the marker ends, exclusive; the same as `start` if there is no marker. */
  readonly end: number;
  /** Verbatim: the content's text from startChar to endChar (UTF-16 code units). */
  readonly quote: string;
  readonly startChar: number;
  readonly endChar: number;
  /** Where in the file the quote starts. */
  readonly place: Omit<LocatorMark, 'startChar'>;
}
