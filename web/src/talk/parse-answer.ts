import type { Citation, TextSpan } from '../api/types.ts';

/** A piece of an answer's text that is shown in one way. */
export type Piece =
  | { readonly type: 'text'; readonly text: string; readonly isStrong: boolean; readonly isUnsupported: boolean }
  | { readonly type: 'code'; readonly text: string }
  /** A citation; `citation` is null while it has not arrived, or if the sentence has no evidence there. */
  | { readonly type: 'marker'; readonly rank: number; readonly citation: Citation | null };

/** A paragraph, a heading or an item of a list. */
export interface Block {
  readonly type: 'paragraph' | 'heading' | 'item';
  /** What is before an item, such as `•` or `2.`. */
  readonly label: string;
  /** Where its text starts and ends in the answer. */
  readonly start: number;
  readonly end: number;
}

const LIST_ITEM = /^[ \t]*(?:([-*•])|(\d{1,3}[.)]))[ \t]+/;
const HEADING = /^#{1,6}[ \t]+/;
/** A marker, `**strong**` or `code`. */
const INLINE = /\[(\d{1,3})\]|\*\*([^*\n]+)\*\*|`([^`\n]+)`/g;

/**
 * Cuts an answer into blocks: the little Markdown that models write. Lines of a paragraph stay together. The text of
 * the answer is not changed, so that the spans of citations keep their places.
 */
export function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let start = 0;
  let isNewParagraph = true;
  for (const line of text.split('\n')) {
    const end = start + line.length;
    const item = LIST_ITEM.exec(line);
    const heading = HEADING.exec(line);
    const last = blocks.at(-1);
    if (line.trim() === '') isNewParagraph = true;
    else if (item !== null) {
      blocks.push({ type: 'item', label: item[2] ?? '•', start: start + item[0].length, end });
      isNewParagraph = false;
    } else if (heading !== null) {
      blocks.push({ type: 'heading', label: '', start: start + heading[0].length, end });
      isNewParagraph = true;
    } else if (isNewParagraph || last === undefined) {
      blocks.push({ type: 'paragraph', label: '', start, end });
      isNewParagraph = false;
    } else blocks[blocks.length - 1] = { ...last, end };
    start = end + 1;
  }
  return blocks;
}

/** What is known of an answer besides its text. */
export interface Marks {
  readonly citations: readonly Citation[];
  readonly unsupported: readonly TextSpan[];
  /** The ranks of the sources: other numbers in brackets are text. */
  readonly ranks: ReadonlySet<number>;
}

/** Cuts a block into pieces. Joined, they hold every character of the block, except the signs of Markdown. */
export function piecesOf(text: string, { start, end }: TextSpan, marks: Marks): readonly Piece[] {
  const pieces: Piece[] = [];
  /** Adds plain text, cut where support ends or begins, and where a citation without a marker stands. */
  const addText = (from: number, to: number, isStrong: boolean): void => {
    let at = from;
    while (at < to) {
      const inside = marks.unsupported.find((span) => span.start <= at && at < span.end);
      const nextSpan = Math.min(...marks.unsupported.map((span) => span.start).filter((each) => each > at), to);
      const stop = Math.min(inside?.end ?? nextSpan, to);
      const bare = marks.citations.find((each) => each.start === each.end && each.start > at && each.start <= stop);
      const cut = bare?.start ?? stop;
      pieces.push({ type: 'text', text: text.slice(at, cut), isStrong, isUnsupported: inside !== undefined });
      const all = bare === undefined ? [] : marks.citations.filter((each) => each.start === cut && each.end === cut);
      for (const citation of all) pieces.push({ type: 'marker', rank: citation.source.rank, citation });
      at = cut;
    }
  };
  let at = start;
  for (const match of text.slice(start, end).matchAll(INLINE)) {
    const [whole, rank, strong, code] = match;
    const from = start + match.index;
    if (rank !== undefined && !marks.ranks.has(Number(rank))) continue;
    addText(at, from, false);
    at = from + whole.length;
    if (rank !== undefined) {
      const found = marks.citations.find((each) => each.start === from) ?? null;
      pieces.push({ type: 'marker', rank: Number(rank), citation: found });
    } else if (strong !== undefined) addText(from + 2, at - 2, true);
    else pieces.push({ type: 'code', text: code ?? '' });
  }
  addText(at, end, false);
  return pieces;
}

/** Returns the text without the beginning of a marker that is still arriving, such as `[` or `[1`. */
export function withoutHalfMarker(text: string): string {
  return text.replace(/\[\d{0,3}$/, '');
}
