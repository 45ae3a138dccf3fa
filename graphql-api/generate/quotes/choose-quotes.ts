import type { Span } from '../../cite/sentence-spans.ts';
import { mapInSteps, type Steps } from '../../turns/turns.ts';
import type { PromptPassage } from '../generator.ts';
import {
  AROUND_SHARE,
  bodyOf,
  readPassage,
  textAt,
  wordsOf,
  wordsWithAnnouncements,
  type WordedPiece,
} from './read-passage.ts';
import { answerForm } from './answer-form.ts';
import { NO_NEARNESS, type NearnessOf } from './near-pieces.ts';
import { MAX_CHARS, spansToQuote } from './spans-to-quote.ts';
import { weigher } from './weigh-words.ts';

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
/** A quote that holds less than this share of what the best one holds says nothing about the question. */
const LEAST_SHARE = 0.5;
/** What the first passage is worth beside one that holds the whole question; the second half of it, and so on. */
const RANK_WORTH = 0.4;
/** What a word counts that is anywhere in the passages of the same document. */
const DOCUMENT_SHARE = 0.3;
/** Two quotes of different documents that share this much of their words are versions of one statement. */
const VERSION_SHARE = 0.6;
/** Versions hold equally much of the question. */
const SAME_HELD = 0.02;

/**
 * Chooses what is quoted as the answer to a question: of each passage the part that holds most of the question, best
 * first, at most three, and none that holds much less than the best. Words in headings, in the question that a FAQ
 * repeats and in the header of a table count for what follows them.
 * @param nearnessOf decides between pieces that hold about as much; see near-pieces.ts. Default: words alone decide.
 */
export function* chooseQuotes(
  question: string,
  passages: readonly PromptPassage[],
  nearnessOf: NearnessOf = NO_NEARNESS,
): Steps<readonly Quote[]> {
  const read = yield* mapInSteps(passages, readPassage);
  const weigh = weigher(
    question,
    read.flatMap(({ pieces, around }) => [around, ...withHeaders(pieces)]),
  );
  const hasForm = answerForm(question);
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
    const spans = spansToQuote(each, weigh, context, {
      nearnessOf: (piece) => nearnessOf(passage, piece),
      hasForm: (piece) => hasForm(textAt(passage, piece)),
    });
    const quoted = each.pieces.filter(({ piece }) =>
      spans.some((span) => span.start <= piece.start && piece.end <= span.end),
    );
    return {
      passage,
      spans,
      held: weigh([...wordsWithAnnouncements(quoted, each.pieces), ...context]),
      hasForm: quoted.some(({ piece }) => hasForm(textAt(passage, piece))),
    };
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

/** Returns the words of each piece; those of a table's header belong to each of its rows. */
function withHeaders(pieces: readonly WordedPiece[]): readonly ReadonlySet<string>[] {
  const headers = new Map(
    pieces.filter(({ piece }) => piece.kind === 'header').map(({ piece, words }) => [piece, words]),
  );
  return pieces.map(({ piece, words }) => {
    const header = piece.announcedBy.map((above) => headers.get(above)).find((found) => found !== undefined);
    return header === undefined ? words : words.union(header);
  });
}

interface WeighedQuote extends Omit<Quote, 'isDated'> {
  /** How much of the question it holds, 0 to 1. */
  readonly held: number;
  /** Whether it has what is asked for by its form; see answer-form.ts. */
  readonly hasForm: boolean;
}

function withoutNoise(quotes: readonly WeighedQuote[]): readonly Quote[] {
  const most = Math.max(0, ...quotes.map(({ held }) => held));
  // Nothing to choose by: the passages were found by meaning, and the first one is the nearest.
  if (most === 0) return quotes.slice(0, 1).map((quote) => ({ ...quote, isDated: false }));
  const worth = ({ held, passage }: WeighedQuote): number => held + RANK_WORTH / passage.rank;
  const bestFirst = quotes.toSorted((a, b) => worth(b) - worth(a));
  const best = bestFirst.filter(({ held }) => held >= LEAST_SHARE * most).slice(0, MAX_QUOTES);
  return newestVersionFirst([...best, ...withForm(bestFirst, best)].slice(0, MAX_QUOTES));
}

/**
 * Returns quotes that have what is asked for by its form if the best ones have it not, from the document of the first: the
 * start of a contract names who signed it, and the clauses that answer do not.
 */
function withForm(quotes: readonly WeighedQuote[], best: readonly WeighedQuote[]): readonly WeighedQuote[] {
  if (best.some(({ hasForm }) => hasForm)) return [];
  return quotes.filter((quote) => quote.hasForm && quote.passage.title === best[0]?.passage.title);
}

/** Marks quotes that are versions of each other, and puts the one that was changed last before the others. */
function newestVersionFirst(quotes: readonly WeighedQuote[]): readonly Quote[] {
  const words = new Map(quotes.map((quote) => [quote, wordsOf(quotedText(quote))]));
  const areVersions = (a: WeighedQuote, b: WeighedQuote): boolean => {
    // What holds more of the question, such as the number of one contract among many, is another thing.
    if (a.passage.title === b.passage.title || Math.abs(a.held - b.held) > SAME_HELD) return false;
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
  return spans.map((span) => textAt(passage, span)).join('\n');
}
