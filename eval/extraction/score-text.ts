import { parseFragment, type DefaultTreeAdapterTypes } from 'parse5';

/** How an expected text is written, which is removed before it is compared. */
export type ExpectedKind = 'plain' | 'html' | 'markdown';

/** How much of an expected text was extracted, and how little else; 0 to 1. */
export interface TextScore {
  /** Of words, whatever their order. */
  readonly tokenF1: number;
  /** Of runs of four words: sensitive to the reading order. */
  readonly shingleF1: number;
}

/** Shares of runs of four words that were found, added and missed. They add up to 1, or are all 0. */
export interface ShingleShares {
  readonly found: number;
  readonly added: number;
  readonly missed: number;
}

const SHINGLE_WORDS = 4;

/**
 * Scores an extracted text against the expected one. Words are runs of letters and digits, in lower case and in the form
 * NFKC; they are compared as multisets.
 * @param isMarkdown whether the extracted text is Markdown as well.
 */
export function scoreText(expected: string, kind: ExpectedKind, extracted: string, isMarkdown = false): TextScore {
  const wanted = wordsOf(plainText(expected, kind));
  const given = wordsOf(isMarkdown ? textOfMarkdown(extracted) : extracted);
  return { tokenF1: f1(wanted, given), shingleF1: f1(shinglesOf(wanted), shinglesOf(given)) };
}

/**
 * Compares an article with its text by hand. That is the measure of scrapinghub/article-extraction-benchmark (MIT),
 * `evaluate.py`: case counts, and every page weighs the same however long it is.
 */
export function articleShares(expected: string, extracted: string): ShingleShares {
  const shingles = (text: string): readonly string[] => shinglesOf(text.match(/[\p{L}\p{N}_]+/gu) ?? []);
  const [wanted, given] = [shingles(expected), shingles(extracted)];
  const found = sharedCount(wanted, given);
  const total = wanted.length + given.length - found || 1;
  return {
    found: found / total,
    added: (given.length - found) / total,
    missed: (wanted.length - found) / total,
  };
}

/** Returns the F1 of articles together; NaN if there are none. */
export function articleF1(shares: readonly ShingleShares[]): number {
  const sum = (name: keyof ShingleShares): number => shares.reduce((total, share) => total + share[name], 0);
  return (2 * sum('found')) / (2 * sum('found') + sum('added') + sum('missed'));
}

/** Returns how many of the strings are in a text. White space and the form of accents do not matter. */
export function containedCount(strings: readonly string[], text: string): number {
  const folded = foldedText(text);
  return strings.filter((string) => folded.includes(foldedText(string))).length;
}

function foldedText(text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/g, ' ');
}

function wordsOf(text: string): readonly string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function shinglesOf(words: readonly string[]): readonly string[] {
  const count = Math.max(1, words.length - SHINGLE_WORDS + 1);
  return Array.from({ length: count }, (_, i) => words.slice(i, i + SHINGLE_WORDS).join(' '));
}

function f1(wanted: readonly string[], given: readonly string[]): number {
  if (wanted.length + given.length === 0) return 1;
  return (2 * sharedCount(wanted, given)) / (wanted.length + given.length);
}

function sharedCount(some: readonly string[], others: readonly string[]): number {
  const left = new Map<string, number>();
  for (const item of some) left.set(item, (left.get(item) ?? 0) + 1);
  let count = 0;
  for (const item of others) {
    const rest = left.get(item) ?? 0;
    if (rest === 0) continue;
    left.set(item, rest - 1);
    count++;
  }
  return count;
}

function plainText(text: string, kind: ExpectedKind): string {
  switch (kind) {
    case 'html':
      return textOfHtml(text);
    case 'markdown':
      return textOfMarkdown(text);
    case 'plain':
      return text;
  }
}

const INLINE = new Set('a b i em strong span u sup sub code font small abbr s'.split(' '));

function textOfHtml(html: string): string {
  const pieces: string[] = [];
  const visit = (node: DefaultTreeAdapterTypes.ChildNode): void => {
    if ('value' in node) pieces.push(node.value);
    if (!('tagName' in node) || node.tagName === 'script' || node.tagName === 'style') return;
    const space = INLINE.has(node.tagName) ? '' : ' ';
    pieces.push(space);
    for (const child of node.childNodes) visit(child);
    pieces.push(space);
  };
  for (const child of parseFragment(html).childNodes) visit(child);
  return pieces.join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&nbsp;': ' ',
};

/** Removes front matter, comments, the targets of links, pictures and the marks of emphasis. */
function textOfMarkdown(markdown: string): string {
  return markdown
    .replace(/^---\n[^]*?\n---\n/, '')
    .replaceAll(/<!--[^]*?-->/g, ' ')
    .replaceAll(/!\[[^\]]*\]\((?:[^()]|\([^()]*\))*\)/g, ' ')
    .replaceAll(/\[([^\]]*)\]\((?:[^()\n]|\([^()]*\))*\)/g, '$1')
    .replaceAll(/\\([_*#<>[\]\\`$|~.()&!{}+-])/g, '$1')
    .replaceAll(/(?<![\p{L}\p{N}_])[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?![\p{L}\p{N}_])/gu, '')
    .replaceAll(/<\/?[a-zA-Z][^<>]{0,200}>/g, ' ')
    .replaceAll(/&(?:amp|lt|gt|quot|nbsp);/g, (entity) => ENTITIES[entity]!);
}
