import { sentenceStarts } from '#shared/text/sentences.ts';

/** A stretch of a text, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The sentences of a text, without the white space around them. A line break ends one unless the next line goes on in lower case. */
export function sentencesOf(text: string): readonly Span[] {
  return splitAtLines(text).flatMap((lines) => {
    const stretch = text.slice(lines.start, lines.end);
    if (stretch.trim() === '') return []; // cheaper than finding no sentence in each of a thousand empty lines
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
  const borders = [...text.matchAll(/\n(?!\p{Ll})/gu)].map(({ index }) => index + 1);
  return [0, ...borders].map((start, index) => ({ start, end: borders[index] ?? text.length }));
}
