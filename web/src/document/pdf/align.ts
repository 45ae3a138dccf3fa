/** A run of letters that a quote and a page have in common. */
interface Piece {
  /** Where it starts in the quote. */
  readonly quoteStart: number;
  /** Where it starts on the page. */
  readonly pageStart: number;
  readonly length: number;
}

/** A quote as pieces of a page, in the order of the quote. */
export interface Alignment {
  readonly pieces: readonly Piece[];
  /** Lower is better; 0 if the quote is on the page in one piece. */
  readonly cost: number;
}

/**
 * What it costs to go on elsewhere on the page (more if that is backwards, far away or inside a word) and to leave a
 * letter of the quote out. So a piece has at least two letters: leaving one out is cheaper than going elsewhere for it.
 */
const JUMP = 1;
const BACKWARDS = 0.3;
const INSIDE_WORD = 0.3;
const FAR = 0.2;
const FAR_LETTERS = 1_000;
const LEFT_OUT = 0.7;

/** The best way to a place in the quote. */
interface Way {
  readonly cost: number;
  /** The letter of the page that it ends at; -1 if none was taken yet. */
  readonly end: number;
  /** Where the last piece starts in the quote; null if the last letter was left out. */
  readonly start: number | null;
}

/**
 * Finds the letters of a quote among those of a page in as few pieces as possible, forwards and near to each other where
 * that makes no difference. A quote is in several pieces where it crosses a column or a page, or where the extraction has
 * left something out in between, such as the head of the page.
 *
 * Takes time proportional to the letters of the quote times how often each of them is on the page.
 * @param page as one string for each letter, like the quote.
 * @param wordStarts whether each letter of the page is the first of a word.
 */
export function align(quote: readonly string[], page: readonly string[], wordStarts: readonly boolean[]): Alignment {
  const places = new Map<string, number[]>();
  for (let place = page.length - 1; place >= 0; place--) {
    const letter = page[place]!;
    const known = places.get(letter);
    if (known === undefined) places.set(letter, [place]);
    else known.push(place);
  }
  // Of the way that ends at each letter of the page: its cost, where its last piece starts, and the number of letters of
  // the quote that it has come to. Only ways to the letter before the present one can go on.
  const costs = new Float64Array(page.length);
  const starts = new Int32Array(page.length);
  const reached = new Int32Array(page.length);
  const ways: Way[] = [{ cost: 0, end: -1, start: null }];
  for (const [i, letter] of quote.entries()) {
    const before = ways[i]!;
    let best: Way = { cost: before.cost + LEFT_OUT, end: before.end, start: null };
    // From the end, because each place needs what was known of the place before it.
    for (const place of places.get(letter) ?? []) {
      const goesOn = place > 0 && i > 0 && reached[place - 1] === i;
      const goingOn = goesOn ? costs[place - 1]! : Infinity;
      const jumping = before.cost + costOfJump(before.end, place) + (wordStarts[place] === true ? 0 : INSIDE_WORD);
      const cost = Math.min(goingOn, jumping);
      const start = goingOn <= jumping ? starts[place - 1]! : i;
      costs[place] = cost;
      starts[place] = start;
      reached[place] = i + 1;
      if (cost < best.cost || (cost === best.cost && place < best.end)) best = { cost, end: place, start };
    }
    ways.push(best);
  }
  return { pieces: piecesOf(ways), cost: ways.at(-1)!.cost };
}

function costOfJump(from: number, to: number): number {
  if (from === -1) return 0;
  const distance = Math.min(1, Math.abs(to - from) / FAR_LETTERS);
  return JUMP + (to < from ? BACKWARDS : 0) + FAR * distance;
}

function piecesOf(ways: readonly Way[]): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let i = ways.length - 1; i > 0;) {
    const { end, start } = ways[i]!;
    if (start === null) {
      i--;
      continue;
    }
    const length = i - start;
    pieces.unshift({ quoteStart: start, pageStart: end - length + 1, length });
    i = start;
  }
  return pieces;
}
