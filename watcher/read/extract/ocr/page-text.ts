/** The text that was recognised on one page or picture. */
export interface PageText {
  /** In reading order; the lines of each are separated by LF. */
  readonly paragraphs: readonly string[];
  /** How sure recognition is of its words: the mean over all characters, 0 to 100. */
  readonly confidence: number;
}

/** Lines below are specks, edges and patterns, not letters. Print that was read right has 85 to 97. */
const MIN_LINE_CONFIDENCE = 40;
/** A line of single signs is a scale, a frame or a speck of a picture, unless it is as sure as print that was read right. */
const MIN_CONFIDENCE_OF_SIGNS = 85;
/** A word is believed from here on. */
const GOOD_CONFIDENCE = 60;
/** A page whose words are less sure on the whole holds no text, or none that can be read. */
const MIN_PAGE_CONFIDENCE = 50;
/** Letters and digits in believed words that a page must have: a photo often has one "word" of two strokes. */
const MIN_GOOD_CHARS = 4;

const WORD = /[\p{L}\p{N}]{2}/u;

interface Word {
  readonly paragraph: string;
  readonly line: string;
  readonly text: string;
  readonly confidence: number;
}

/** Returns the text in Tesseract's TSV output; null if what it holds is not text. */
export function pageTextOf(tsv: string): PageText | null {
  const lines = Map.groupBy(wordsOf(tsv), (word) => word.line);
  const kept = [...lines.values()].filter(isLineOfText);
  const words = kept.flat();
  const good = words.filter(({ text, confidence }) => confidence >= GOOD_CONFIDENCE && WORD.test(text));
  const goodChars = good.reduce((sum, { text }) => sum + text.replaceAll(/[^\p{L}\p{N}]/gu, '').length, 0);
  const confidence = confidenceOf(words);
  if (goodChars < MIN_GOOD_CHARS || confidence < MIN_PAGE_CONFIDENCE) return null;
  const paragraphs = Map.groupBy(kept, ([first]) => first!.paragraph); // no line is empty
  return {
    paragraphs: [...paragraphs.values()].map((ofParagraph) => joined(ofParagraph.map(textOf))),
    confidence,
  };
}

function isLineOfText(words: readonly Word[]): boolean {
  const hasWord = words.some(({ text }) => WORD.test(text));
  return confidenceOf(words) >= (hasWord ? MIN_LINE_CONFIDENCE : MIN_CONFIDENCE_OF_SIGNS);
}

/** Columns: level, page, block, paragraph, line, word, left, top, width, height, confidence, text. */
function wordsOf(tsv: string): readonly Word[] {
  return tsv.split('\n').flatMap((row) => {
    const columns = row.split('\t');
    const text = columns[11]?.trim() ?? '';
    const confidence = Number(columns[10]);
    if (columns[0] !== '5' || text === '' || !(confidence >= 0)) return [];
    const paragraph = columns.slice(1, 4).join(' ');
    return [{ paragraph, line: `${paragraph} ${columns[4]}`, text, confidence }];
  });
}

function confidenceOf(words: readonly Word[]): number {
  const chars = words.reduce((sum, { text }) => sum + text.length, 0);
  return chars === 0 ? 0 : words.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0) / chars;
}

function textOf(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ');
}

/** Joins lines; a word that is hyphenated at the end of a line becomes whole. */
function joined(lines: readonly string[]): string {
  return lines.join('\n').replaceAll(/(\p{Ll})-\n(\p{Ll}\S*) ?/gu, '$1$2\n');
}
