/** A stretch of a text, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const SEGMENTER = new Intl.Segmenter('pt', { granularity: 'sentence' });

// The dot of a title, a reference or an initial ends no sentence.
const ENDS_WITH_ABBREVIATION = /(?:^|[\s(])(?:Art|Av|Dra?|Eng|Fig|Mrs?|Ms|Profa?|Sra?|St|\p{Lu})\.\s*$/u;

/** The sentences of a text, without the white space around them. A line break ends one unless the next line goes on in lower case. */
export function sentencesOf(text: string): readonly Span[] {
  // One character for one, so that places stay the same.
  const unwrapped = text.replaceAll(/\n(?=\p{Ll})/gu, ' ');
  const spans: Span[] = [];
  let start = 0;
  for (const { segment, index } of SEGMENTER.segment(unwrapped)) {
    const end = index + segment.length;
    if (ENDS_WITH_ABBREVIATION.test(segment) && end < text.length) continue;
    const sentence = unwrapped.slice(start, end);
    const trimmed = sentence.trim();
    if (trimmed !== '') {
      const from = start + sentence.indexOf(trimmed);
      spans.push({ start: from, end: from + trimmed.length });
    }
    start = end;
  }
  return spans;
}
