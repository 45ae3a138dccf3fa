import { wordTerms } from '#shared/text/analyser.ts';
import type { Span } from '../../cite/sentence-spans.ts';
import type { PromptPassage } from '../generator.ts';
import { piecesOf, type Piece } from './pieces.ts';
import type { WeighedWords } from './weigh-words.ts';

/** What a word counts in a heading or title beside one in the sentence itself. */
export const AROUND_SHARE = 0.8;

/** A passage with its pieces and their words. */
export interface ReadPassage {
  readonly passage: PromptPassage;
  readonly pieces: readonly WordedPiece[];
  /** The words of the title and of the headings above the passage. */
  readonly around: ReadonlySet<string>;
}

/** A piece and its words. */
export interface WordedPiece {
  readonly piece: Piece;
  readonly words: ReadonlySet<string>;
}

/** Cuts a passage into pieces and analyses their words. */
export function readPassage(passage: PromptPassage): ReadPassage {
  const { text, headings, title, tableHeader } = passage;
  const headerAbove =
    tableHeader === undefined ? null : { start: tableHeader.start, end: tableHeader.start + tableHeader.text.length };
  return {
    passage,
    pieces: piecesOf(text, headings, headerAbove).map((piece) => ({ piece, words: wordsOf(textAt(passage, piece)) })),
    around: wordsOf([title, ...headings].join('\n')),
  };
}

/** Returns the words of a span, which is in the text or is the table header before it. */
export function textAt({ text, tableHeader }: PromptPassage, { start, end }: Span): string {
  return start < 0 ? (tableHeader?.text ?? '') : text.slice(start, end);
}

/**
 * Returns the pieces of the text without the headings of the passage: they say what an answer is about, but are no answer.
 */
export function bodyOf({ passage: { text, headings }, pieces }: ReadPassage): readonly WordedPiece[] {
  return pieces.filter(
    ({ piece: { start, end } }) => start >= 0 && !headings.includes(text.slice(start, end).replace(/^#{1,6}\s+/, '')),
  );
}

/** Returns the distinct word terms of a text. */
export function wordsOf(text: string): ReadonlySet<string> {
  return new Set(wordTerms(text));
}

/** Returns the words of pieces, and with a smaller share those of what announces them. */
export function wordsWithAnnouncements(
  quoted: readonly WordedPiece[],
  all: readonly WordedPiece[],
): readonly WeighedWords[] {
  const own = quoted.map(({ words }) => ({ words, share: 1 }));
  const announcing = new Set(quoted.flatMap(({ piece }) => piece.announcedBy));
  const above = all.filter(({ piece }) => announcing.has(piece));
  return [...own, ...above.map(({ words, piece }) => ({ words, share: piece.kind === 'heading' ? AROUND_SHARE : 1 }))];
}
