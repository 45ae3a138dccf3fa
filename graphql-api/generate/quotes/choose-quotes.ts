import { wordTerms } from '#shared/text/analyser.ts';
import type { Span } from '../../cite/sentence-spans.ts';
import { mapInSteps, type Steps } from '../../turns/turns.ts';
import type { PromptPassage } from '../generator.ts';
import { piecesOf, type Piece } from './pieces.ts';
import { weigher, type WeighedWords, type Weigh } from './weigh-words.ts';

/** Parts of one passage, to be quoted verbatim. Several if they do not follow each other: a table's header and a row. */
export interface Quote {
  readonly passage: PromptPassage;
  /** At least one, ascending, disjoint, in UTF-16 units of the passage's text. */
  readonly spans: readonly Span[];
  /**
   * Whether to say when its document was changed: another quote says almost the same, from a document that was changed
   * on another day. They may be two versions that disagree.
   */
  readonly isDated: boolean;
}

const MAX_QUOTES = 3;
/** A passage of at most this length is quoted whole, and a longer one around its best sentence, up to this length. */
const MAX_CHARS = 400;
/** A quote that holds less than this share of what the best one holds says nothing about the question. */
const LEAST_SHARE = 0.5;
/** What the first passage is worth beside one that holds the whole question; the second half of it, and so on. */
const RANK_WORTH = 0.4;
/** What a word counts in a heading or title, and anywhere else in the passages of the same document. */
const AROUND_SHARE = 0.8;
const DOCUMENT_SHARE = 0.3;
/** Rows that hold equally much of the question are quoted together, but not more than these. */
const MAX_ROWS = 3;

/** Two quotes of different documents that share this much of their words are versions of one statement. */
const VERSION_SHARE = 0.6;

/** A passage with its pieces and their words. */
interface ReadPassage {
  readonly passage: PromptPassage;
  readonly pieces: readonly WordedPiece[];
  readonly around: ReadonlySet<string>;
}

interface WordedPiece {
  readonly piece: Piece;
  readonly words: ReadonlySet<string>;
}

/**
 * Chooses what is quoted as the answer to a question: of each passage the part that holds most of the question, best
 * first, at most three, and none that holds much less than the best. Words in headings, in the question that a FAQ
 * repeats and in the header of a table count for what follows them.
 */
export function* chooseQuotes(question: string, passages: readonly PromptPassage[]): Steps<readonly Quote[]> {
  const read = yield* mapInSteps(passages, readPassage);
  const weigh = weigher(
    question,
    read.flatMap(({ pieces, around }) => [around, ...pieces.map(({ words }) => words)]),
  );
  const ofDocument = new Map<string, Set<string>>();
  for (const { passage, pieces } of read) {
    const words = ofDocument.get(passage.title) ?? new Set();
    for (const piece of pieces) for (const word of piece.words) words.add(word);
    ofDocument.set(passage.title, words);
  }
  const quotes = yield* mapInSteps(read, (each) => {
    const { around, passage } = each;
    const context = [
      { words: around, share: AROUND_SHARE },
      { words: ofDocument.get(passage.title) ?? new Set<string>(), share: DOCUMENT_SHARE },
    ];
    const spans = quotedSpans(each, weigh, context);
    const quoted = each.pieces.filter(({ piece }) =>
      spans.some((span) => span.start <= piece.start && piece.end <= span.end),
    );
    return { passage, spans, held: weigh([...wordsAround(quoted, each.pieces), ...context]) };
  });
  return withoutNoise(quotes);
}

/** Quotes the beginnings of the first passages, in their order: as many whole pieces below the headings as fit. */
export function firstQuotes(passages: readonly PromptPassage[]): readonly Quote[] {
  return passages.slice(0, MAX_QUOTES).map((passage) => {
    const body = bodyOf(readPassage(passage)).map(({ piece }) => piece);
    const start = body[0]?.start ?? 0;
    const end = body.findLast((piece, index) => index === 0 || piece.end - start <= MAX_CHARS)?.end;
    return { passage, spans: [{ start, end: end ?? passage.text.length }], isDated: false };
  });
}

interface WeighedQuote extends Omit<Quote, 'isDated'> {
  /** How much of the question it holds, 0 to 1. */
  readonly held: number;
}

function withoutNoise(quotes: readonly WeighedQuote[]): readonly Quote[] {
  const most = Math.max(0, ...quotes.map(({ held }) => held));
  // Nothing to choose by: the passages were found by meaning, and the first one is the nearest.
  if (most === 0) return quotes.slice(0, 1).map((quote) => ({ ...quote, isDated: false }));
  const worth = ({ held, passage }: WeighedQuote): number => held + RANK_WORTH / passage.rank;
  return newestVersionFirst(
    quotes
      .filter(({ held }) => held >= LEAST_SHARE * most)
      .toSorted((a, b) => worth(b) - worth(a))
      .slice(0, MAX_QUOTES),
  );
}

/** Marks quotes that are versions of each other, and puts the one that was changed last before the others. */
function newestVersionFirst(quotes: readonly WeighedQuote[]): readonly Quote[] {
  const words = new Map(quotes.map((quote) => [quote, wordsOf(quotedText(quote))]));
  const areVersions = (a: WeighedQuote, b: WeighedQuote): boolean => {
    if (a.passage.title === b.passage.title) return false;
    const [ofA, ofB] = [words.get(a)!, words.get(b)!]; // every quote has words in the map
    const shared = ofA.intersection(ofB).size;
    return shared < Math.max(ofA.size, ofB.size) && shared >= VERSION_SHARE * ofA.union(ofB).size;
  };
  const ordered: Quote[] = [];
  const left = [...quotes];
  for (let first = left.shift(); first !== undefined; first = left.shift()) {
    const best = first;
    const versions = [best, ...left.filter((other) => areVersions(best, other))];
    const isDated = new Set(versions.map(({ passage }) => passage.modifiedAt.slice(0, 10))).size > 1;
    const newestFirst = versions.toSorted((a, b) => b.passage.modifiedAt.localeCompare(a.passage.modifiedAt));
    ordered.push(...newestFirst.map((quote) => ({ ...quote, isDated })));
    for (const version of versions.slice(1)) left.splice(left.indexOf(version), 1);
  }
  return ordered;
}

function quotedText({ passage, spans }: WeighedQuote): string {
  return spans.map(({ start, end }) => passage.text.slice(start, end)).join('\n');
}

function readPassage(passage: PromptPassage): ReadPassage {
  const { text, headings, title } = passage;
  return {
    passage,
    pieces: piecesOf(text, headings).map((piece) => ({ piece, words: wordsOf(text.slice(piece.start, piece.end)) })),
    around: wordsOf([title, ...headings].join('\n')),
  };
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(wordTerms(text));
}

/** Returns the words of pieces, and with a smaller share those of what announces them. */
function wordsAround(quoted: readonly WordedPiece[], all: readonly WordedPiece[]): readonly WeighedWords[] {
  const own = quoted.map(({ words }) => ({ words, share: 1 }));
  const announcing = new Set(quoted.flatMap(({ piece }) => piece.announcedBy));
  const above = all.filter(({ piece }) => announcing.has(piece));
  return [...own, ...above.map(({ words, piece }) => ({ words, share: piece.kind === 'heading' ? AROUND_SHARE : 1 }))];
}

/** Returns the pieces without the headings of the passage: they say what an answer is about, but are no answer. */
function bodyOf({ passage: { text, headings }, pieces }: ReadPassage): readonly WordedPiece[] {
  return pieces.filter(
    ({ piece: { start, end } }) => !headings.includes(text.slice(start, end).replace(/^#{1,6}\s+/, '')),
  );
}

/** Returns what is quoted of a passage. */
function quotedSpans(read: ReadPassage, weigh: Weigh, context: readonly WeighedWords[]): readonly Span[] {
  const { passage, pieces } = read;
  const { text } = passage;
  const body = bodyOf(read);
  const [first, last] = [body[0]?.piece, body.at(-1)?.piece];
  if (first === undefined || last === undefined) return [{ start: 0, end: text.length }];
  if (last.end - first.start <= MAX_CHARS) return [{ start: first.start, end: last.end }];

  const scores = new Map(
    body.map((worded) => [worded.piece, weigh([...wordsAround([worded], pieces), ...context])] as const),
  );
  const scoreOf = (piece: Piece): number => scores.get(piece) ?? 0;
  const answering = body.map(({ piece }) => piece).filter(({ kind }) => kind === 'statement' || kind === 'row');
  const candidates = answering.length > 0 ? answering : body.map(({ piece }) => piece);
  const best = candidates.reduce((a, b) => (scoreOf(b) > scoreOf(a) ? b : a));
  return best.kind === 'row'
    ? rowSpans(
        best,
        body.map(({ piece }) => piece),
        scoreOf,
      )
    : [
        sentenceSpan(
          best,
          body.map(({ piece }) => piece),
          scoreOf,
        ),
      ];
}

/** Returns the header of a row's table, if the passage has it, and the rows that hold as much of the question. */
function rowSpans(best: Piece, pieces: readonly Piece[], scoreOf: (piece: Piece) => number): readonly Span[] {
  const header = best.announcedBy.find(({ kind }) => kind === 'header');
  const rows = pieces
    .filter(
      (piece) =>
        piece.kind === 'row' && scoreOf(piece) === scoreOf(best) && piece.announcedBy[0] === best.announcedBy[0],
    )
    .slice(0, MAX_ROWS);
  const spans: Span[] = header === undefined ? [] : [header];
  for (const row of rows) {
    const before = spans.at(-1);
    const isNext = before !== undefined && before !== header && pieces[pieces.indexOf(row) - 1]?.end === before.end;
    if (isNext) spans.splice(-1, 1, { start: before.start, end: row.end });
    else spans.push({ start: row.start, end: row.end });
  }
  return spans;
}

/**
 * Returns a sentence together with what announces it directly above, and with the rest of its paragraph as far as that
 * fits, the neighbour that holds more of the question first.
 */
function sentenceSpan(best: Piece, pieces: readonly Piece[], scoreOf: (piece: Piece) => number): Span {
  let from = pieces.indexOf(best);
  let to = from;
  const fits = (a: number, b: number): boolean => pieces[b]!.end - pieces[a]!.start <= MAX_CHARS;
  for (const announcing of best.announcedBy) {
    const index = pieces.indexOf(announcing);
    if (index >= 0 && index < from && fits(index, to)) from = index;
  }
  // A list continues over blank lines below what announces it.
  const list = best.announcedBy.find(({ kind }) => kind === 'label' || kind === 'question');
  const joins = (piece: Piece | undefined): boolean =>
    piece?.paragraph === best.paragraph ||
    (piece?.isItem === true && list !== undefined && piece.announcedBy.includes(list));
  for (;;) {
    const before = joins(pieces[from - 1]) && fits(from - 1, to) ? pieces[from - 1] : undefined;
    const after = joins(pieces[to + 1]) && fits(from, to + 1) ? pieces[to + 1] : undefined;
    if (before === undefined && after === undefined) break;
    if (after !== undefined && (before === undefined || scoreOf(after) >= scoreOf(before))) to++;
    else from--;
  }
  return { start: pieces[from]!.start, end: pieces[to]!.end };
}
