import { locate, type Chunk } from '#shared/document.ts';
import type { Citation } from './citation.ts';
import type { Span } from './sentence-spans.ts';

/** A marker in a piece of an answer's text, and the part of the passage that the answer quotes before it. */
export interface QuotedSpan {
  /** The number in the marker. */
  readonly rank: number;
  /** Where the marker is in the piece of text. */
  readonly marker: Span;
  /** What is quoted, in the text of the passage. */
  readonly quoted: Span;
}

/**
 * Returns the citations of a text whose writer knows what it quotes. Nothing is looked for in the text, so the quote is
 * exact whatever quotation marks and numbers the document uses.
 * @param offset where the text starts in the answer, in UTF-16 code units.
 */
export function citeQuotedSpans(
  quotes: readonly QuotedSpan[],
  passages: readonly { readonly rank: number; readonly chunk: Chunk }[],
  offset: number,
): readonly Citation[] {
  const chunks = new Map(passages.map(({ rank, chunk }) => [rank, chunk]));
  return quotes.flatMap(({ rank, marker, quoted }) => {
    const chunk = chunks.get(rank);
    if (chunk === undefined) return [];
    const startChar = chunk.startChar + quoted.start;
    return [
      {
        rank,
        start: offset + marker.start,
        end: offset + marker.end,
        quote: chunk.text.slice(quoted.start, quoted.end),
        startChar,
        endChar: chunk.startChar + quoted.end,
        place: locate(chunk.marks, startChar),
      },
    ];
  });
}
