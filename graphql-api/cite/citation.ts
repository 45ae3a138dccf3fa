import type { LocatorMark } from '#shared/document.ts';

/** A marker such as [2] in an answer, and the words of the passage that its sentence rests on. */
export interface Citation {
  /** The passage's rank: the number in the marker. */
  readonly rank: number;
  /** Where the marker begins and ends in the answer's text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** Verbatim: the content's text from startChar to endChar. */
  readonly quote: string;
  readonly startChar: number;
  readonly endChar: number;
  readonly place: Omit<LocatorMark, 'startChar'>;
}
