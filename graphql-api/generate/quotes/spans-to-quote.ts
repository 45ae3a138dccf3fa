import type { Span } from '../../cite/sentence-spans.ts';
import type { Piece } from './pieces.ts';
import { AROUND_SHARE, bodyOf, wordsWithAnnouncements, type ReadPassage } from './read-passage.ts';
import type { WeighedWords, Weigh } from './weigh-words.ts';

/** A passage of at most this length is quoted whole, and a longer one around its best sentence, up to this length. */
export const MAX_CHARS = 400;
/** A second sentence of a passage is quoted too if it holds at least this much of the question that the first does not. */
const LEAST_GAIN = 0.15;
/** Rows that hold equally much of the question are quoted together, but not more than these. */
const MAX_ROWS = 3;
/** What the nearest piece in meaning gains over an average one, beside one that holds the whole question. */
const NEAR_WORTH = 0.3;

/**
 * What a piece gains that has what is asked for by its form, such as an amount, if it has a word of the question: it need not
 * repeat all the names.
 */
const FORM_WORTH = 0.25;

/** What of a piece its words do not tell. */
interface PieceSigns {
  /** How near it is in meaning, 0 to 1; the nearest of all is quoted too. */
  readonly nearnessOf: ScoreOf;
  /** Whether it has what is asked for by its form; see answer-form.ts. */
  readonly hasForm: (piece: Piece) => boolean;
}

const NO_SIGNS: PieceSigns = { nearnessOf: () => 0, hasForm: () => false };

/** Returns how much of the question a piece holds. */
type ScoreOf = (piece: Piece) => number;

/**
 * Returns what is quoted of a passage: all of a short one on one page, so that the page cited is the right one; otherwise its best table rows with their header, or its best
 * sentence with what announces it and what follows, and another one that holds what the first does not.
 * @param context the words around the passage, which count for all its pieces.
 * @param signs what else speaks for a piece. Default: nothing.
 */
export function spansToQuote(
  read: ReadPassage,
  weigh: Weigh,
  context: readonly WeighedWords[],
  { nearnessOf, hasForm }: PieceSigns = NO_SIGNS,
): readonly Span[] {
  const { passage, pieces } = read;
  const body = bodyOf(read);
  const [first, last] = [body[0]?.piece, body.at(-1)?.piece];
  if (first === undefined || last === undefined) return [{ start: 0, end: passage.text.length }];
  const headerAbove = pieces.map(({ piece }) => piece).filter(({ start }) => start < 0);
  const isOnePage = !body.some(({ piece }) => piece !== first && passage.breaks?.includes(piece.start));
  if (isOnePage && last.end - first.start <= MAX_CHARS) return [...headerAbove, { start: first.start, end: last.end }];

  const bodyPieces = body.map(({ piece }) => piece);
  const answering = bodyPieces.filter((piece) => !isAnnouncing(piece));
  const candidates = answering.length > 0 ? answering : bodyPieces;
  const wordsOfPiece = new Map(body.map((worded) => [worded.piece, wordsWithAnnouncements([worded], pieces)]));
  const scoreWith = (known: readonly WeighedWords[]): ScoreOf => {
    const scores = new Map(bodyPieces.map((piece) => [piece, weigh([...(wordsOfPiece.get(piece) ?? []), ...known])]));
    return (piece) => scores.get(piece) ?? 0;
  };
  const scoreOf = scoreWith(context);
  const signsOf: ScoreOf = (piece) => {
    // A heading is above too much to say that a piece is about the question.
    const own = wordsOfPiece.get(piece)?.filter(({ share }) => share > AROUND_SHARE) ?? [];
    const isAnswer = hasForm(piece) && weigh(own) > 0;
    return NEAR_WORTH * nearnessOf(piece) + (isAnswer ? FORM_WORTH : 0);
  };
  const best = bestOf(candidates, (piece) => scoreOf(piece) + signsOf(piece));
  const spans = spansAround(best, bodyPieces, scoreOf);

  const quoted = body.filter(({ piece }) => isWithin(piece, spans));
  const known = [...wordsWithAnnouncements(quoted, pieces), ...context];
  const gainOf = scoreWith(known);
  const others = candidates.filter((piece) => !isWithin(piece, spans));
  if (others.length === 0) return spans;
  const second = bestOf(others, (piece) => gainOf(piece) + signsOf(piece));
  if (gainOf(second) - weigh(known) < LEAST_GAIN && nearnessOf(second) < 1) return spans;
  const more = spansAround(second, bodyPieces, gainOf).filter(
    (span) => !spans.some((other) => span.start < other.end && other.start < span.end),
  );
  return [...spans, ...more].toSorted((a, b) => a.start - b.start);
}

/** Returns the first of the best. */
function bestOf(pieces: readonly Piece[], scoreOf: ScoreOf): Piece {
  return pieces.reduce((a, b) => (scoreOf(b) > scoreOf(a) ? b : a));
}

function isWithin(piece: Span, spans: readonly Span[]): boolean {
  return spans.some(({ start, end }) => start <= piece.start && piece.end <= end);
}

function spansAround(best: Piece, pieces: readonly Piece[], scoreOf: ScoreOf): readonly Span[] {
  return best.kind === 'row' ? rowSpans(best, pieces, scoreOf) : [sentenceSpan(best, pieces, scoreOf)];
}

/** Returns the header of a row's table, if the passage has it, and the rows that hold as much of the question. */
function rowSpans(best: Piece, pieces: readonly Piece[], scoreOf: ScoreOf): readonly Span[] {
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
function sentenceSpan(best: Piece, pieces: readonly Piece[], scoreOf: ScoreOf): Span {
  let from = pieces.indexOf(best);
  let to = from;
  const least = Math.min(...pieces.map(scoreOf));
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
    const previous = pieces[from - 1];
    const before =
      previous !== undefined && joins(previous) && scoreOf(previous) > least && fits(from - 1, to)
        ? previous
        : undefined;
    const after = joins(pieces[to + 1]) && fits(from, to + 1) ? pieces[to + 1] : undefined;
    if (before === undefined && after === undefined) break;
    if (after !== undefined && (before === undefined || scoreOf(after) >= scoreOf(before))) to++;
    else from--;
  }
  // What announces something that no longer fits is left out.
  while (to > pieces.indexOf(best) && isAnnouncing(pieces[to]!)) to--;
  return { start: pieces[from]!.start, end: pieces[to]!.end };
}

function isAnnouncing({ kind }: Piece): boolean {
  return kind !== 'statement' && kind !== 'row';
}
