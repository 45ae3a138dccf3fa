import { locate, type Chunk } from '#shared/document.ts';
import type { Citation } from './citation.ts';
import type { Span } from './sentence-spans.ts';

/** A marker in a piece of an answer's text, and the part of the passage that the answer quotes before it. */
export interface QuotedSpan {
  /** The number in the marker. */
  readonly rank: number;
  /** Where the marker is in the piece of text. */
  readonly marker: Span;
  /** What is quoted, counted from the start of the passage's text; negative for the table header before it. */
  readonly quoted: Span;
}

/**
 * Returns the citations of a text whose writer knows what it quotes. Nothing is looked for in the text, so the quote is
 * exact whatever quotation marks and numbers the document uses.
 * @param headers the chunks that have the table headers, by the rank of the passage that continues the table.
 * @param offset where the text starts in the answer, in UTF-16 code units.
 */
export function citeQuotedSpans(
  quotes: readonly QuotedSpan[],
  passages: readonly { readonly rank: number; readonly chunk: Chunk }[],
  headers: ReadonlyMap<number, { readonly chunk: Chunk }>,
  offset: number,
): readonly Citation[] {
  const chunks = new Map(passages.map(({ rank, chunk }) => [rank, chunk]));
  return quotes.flatMap(({ rank, marker, quoted }) => {
    const chunk = chunks.get(rank);
    if (chunk === undefined) return [];
    const startChar = chunk.startChar + quoted.start;
    const endChar = chunk.startChar + quoted.end;
    const quotedChunk = (quoted.start < 0 ? headers.get(rank)?.chunk : undefined) ?? chunk;
    return [
      {
        rank,
        start: offset + marker.start,
        end: offset + marker.end,
        quote: quotedChunk.text.slice(startChar - quotedChunk.startChar, endChar - quotedChunk.startChar),
        startChar,
        endChar,
        place: locate(quotedChunk.marks, startChar),
      },
    ];
  });
}
