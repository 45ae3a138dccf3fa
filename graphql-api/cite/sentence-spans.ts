import { RecentTexts } from '#shared/text/recent-texts.ts';
import { sentenceStarts } from '#shared/text/sentence-starts.ts';

/** A part of a text, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** About 3,000 passages: ranking splits the 50 passages found for a question, and those of the next are mostly the same. */
const MAX_RECENT_CHARS = 2_000_000;

const RECENT_SPANS = new RecentTexts(sentenceSpansOnce, MAX_RECENT_CHARS);

/**
 * Returns the sentences of a text, without the white space around them. A line break ends a sentence unless the next
 * line continues in lower case, so that headings and list items, `a) …` too, are separate sentences. `sentenceStarts`, for the
 * chunker, ignores line breaks instead.
 */
export function sentenceSpans(text: string): readonly Span[] {
  return RECENT_SPANS.of(text);
}

/** Returns the same for a text that grows, such as an answer that is being written: its stages are not remembered. */
export function sentenceSpansOnce(text: string): readonly Span[] {
  return splitAtLines(text).flatMap((lines) => {
    const stretch = text.slice(lines.start, lines.end);
    if (stretch.trim() === '') return []; // cheaper than segmenting each of a thousand empty lines
    const starts = sentenceStarts(stretch);
    return starts.flatMap((start, index) => {
      const sentence = stretch.slice(start, starts[index + 1]);
      const trimmed = sentence.trim();
      if (trimmed === '') return [];
      const from = lines.start + start + sentence.indexOf(trimmed);
      return [{ start: from, end: from + trimmed.length }];
    });
  });
}

function splitAtLines(text: string): readonly Span[] {
  const borders = [...text.matchAll(/\n(?!\p{Ll}(?!\s?\)))/gu)].map(({ index }) => index + 1);
  return [0, ...borders].map((start, index) => ({ start, end: borders[index] ?? text.length }));
}
