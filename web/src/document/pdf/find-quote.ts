import { align, type Alignment } from './align.ts';
import { lettersOf, type Letters } from './letters.ts';

/** A piece of text on a page: an item of pdf.js, the value of a form field, or a note. */
export interface PageItem {
  readonly text: string;
  /** Where it starts, in points from the left and from the bottom of the page. */
  readonly x: number;
  readonly y: number;
  /** Its height in points. */
  readonly height: number;
}

/** Characters of an item that belong to a quote. */
export interface QuoteRange {
  /** Index of the page among those that were searched. */
  readonly page: number;
  /** Index of the item on that page. */
  readonly item: number;
  /** In UTF-16 code units of the item's text. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Where a quote is. */
export interface FoundQuote {
  /** By page and item, without overlaps. */
  readonly ranges: readonly QuoteRange[];
  /** Whether the ranges hold all letters and digits of the quote, and no others. */
  readonly isWhole: boolean;
}

/** A quote of which less than this is found is not on these pages. */
const LEAST_SHARE = 0.8;
/**
 * How many letters a quote has at least for each piece after the first; fewer are put together from what is there by
 * chance. Of a quote that is not whole, chance finds more.
 */
const LETTERS_A_PIECE = { whole: 6, partly: 20 } as const;

/** A letter of the pages: its item, and its index in the letters of that item. */
interface Place {
  readonly page: number;
  readonly item: number;
  readonly letter: number;
}

/**
 * Finds a quote of the extracted text on the pages of a PDF, by its letters and digits alone. If they are not there in
 * one piece, it is put together from pieces: the extraction follows columns and rows, and leaves heads and feet out.
 * @param pages the items of each page in the order of the file: the page where the quote starts, and the next.
 * @param before what the extracted text has before the quote; decides between places that have the same words.
 * @returns null if the quote is not there, or has no letters and digits.
 */
export function findQuote(pages: readonly (readonly PageItem[])[], quote: string, before = ''): FoundQuote | null {
  const letters = pages.map((items) => items.map(({ text }) => lettersOf(text)));
  const wanted = lettersOf(quote).letters;
  if (wanted.length === 0) return null;
  const letterAt = ({ page, item, letter }: Place): string => letters[page]![item]!.letters[letter]!;
  const inFileOrder = placesOf(letters);
  const undoubled = withoutDoubled(inFileOrder, letterAt);
  const streams = [inFileOrder, placesOf(letters, pages.map(itemsByRows))];
  if (undoubled.length < inFileOrder.length) streams.push(undoubled);
  let best: { readonly places: readonly Place[]; readonly alignment: Alignment } | null = null;
  for (const places of streams) {
    const page = places.map(letterAt);
    const alignment =
      wholePiece(wanted, page, lettersOf(before).letters) ?? align(wanted, page, wordStartsOf(places, letters));
    if (best === null || alignment.cost < best.alignment.cost) best = { places, alignment };
    if (alignment.cost === 0) break;
  }
  const { places, alignment } = best!;
  const { pieces } = alignment;
  const found = pieces.reduce((sum, { length }) => sum + length, 0);
  const lettersAPiece = found === wanted.length ? LETTERS_A_PIECE.whole : LETTERS_A_PIECE.partly;
  if (found < LEAST_SHARE * wanted.length || pieces.length - 1 > wanted.length / lettersAPiece) return null;
  const runs = pieces.map(({ pageStart, length }) => places.slice(pageStart, pageStart + length));
  const taken = new Set(runs.flat());
  return { ranges: rangesOf(pages, letters, taken, quote), isWhole: taken.size === wanted.length };
}

/** Returns all letters of the pages in the order of their items. @param orders of each page; by default, the order of the file. */
function placesOf(
  pages: readonly (readonly Letters[])[],
  orders: readonly (readonly number[])[] = pages.map((items) => [...items.keys()]),
): readonly Place[] {
  return orders.flatMap((order, page) =>
    order.flatMap((item) => pages[page]![item]!.letters.map((_, letter) => ({ page, item, letter }))),
  );
}

/** So many letters in a row that are each there twice are drawn twice, and are no word. */
const LEAST_DOUBLED = 3;

/** Returns the letters without those that are drawn twice, as some programs do for bold: "TToottaall" is "Total". */
function withoutDoubled(places: readonly Place[], letterAt: (place: Place) => string): readonly Place[] {
  const letters = places.map(letterAt);
  const kept: Place[] = [];
  for (let i = 0; i < letters.length;) {
    let pairs = 0;
    while (i + 2 * pairs + 1 < letters.length && letters[i + 2 * pairs] === letters[i + 2 * pairs + 1]) pairs++;
    const isDoubled = pairs >= LEAST_DOUBLED;
    for (let pair = 0; isDoubled && pair < pairs; pair++) kept.push(places[i + 2 * pair]!);
    if (!isDoubled) kept.push(places[i]!);
    i += isDoubled ? 2 * pairs : 1;
  }
  return kept;
}

/** Returns for each place whether it is the first of a word: in its item, or after something that is no letter. */
function wordStartsOf(places: readonly Place[], letters: readonly (readonly Letters[])[]): readonly boolean[] {
  return places.map(({ page, item, letter }) => {
    const { starts, ends } = letters[page]![item]!;
    return letter === 0 || starts[letter]! > ends[letter - 1]!;
  });
}

/** Returns the items from the top down and, in a row, from left to right: many programs draw tables by columns. */
function itemsByRows(items: readonly PageItem[]): readonly number[] {
  const downwards = [...items.keys()].toSorted((a, b) => items[b]!.y - items[a]!.y);
  const rows: number[][] = [];
  for (const index of downwards) {
    const row = rows.at(-1);
    const first = row === undefined ? undefined : items[row[0]!]!;
    const isSameRow = first !== undefined && first.y - items[index]!.y < Math.max(1, first.height) / 2;
    if (isSameRow) row!.push(index);
    else rows.push([index]);
  }
  return rows.flatMap((row) => row.toSorted((a, b) => items[a]!.x - items[b]!.x));
}

/** Returns the quote as one piece; of several places, the one with the most of `before` in front of it. Null if there is none. */
function wholePiece(quote: readonly string[], page: readonly string[], before: readonly string[]): Alignment | null {
  // Letters outside of the BMP are two units long, so units are counted back into letters.
  const text = page.join('');
  const wanted = quote.join('');
  const unitStarts = text.length === page.length ? null : startsOf(page);
  let best = -1;
  let bestInFront = -1;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    const place = unitStarts === null ? at : unitStarts.indexOf(at);
    if (place === -1) continue;
    let inFront = 0;
    while (inFront < before.length && before.at(-1 - inFront) === page[place - 1 - inFront]) inFront++;
    if (inFront > bestInFront) [best, bestInFront] = [place, inFront];
  }
  if (best === -1) return null;
  return { pieces: [{ quoteStart: 0, pageStart: best, length: quote.length }], cost: 0 };
}

function startsOf(letters: readonly string[]): readonly number[] {
  let at = 0;
  return letters.map((letter) => {
    at += letter.length;
    return at - letter.length;
  });
}

/** Returns the characters of the letters, with what stands between two of them and, if the quote has it, around them. */
function rangesOf(
  pages: readonly (readonly PageItem[])[],
  letters: readonly (readonly Letters[])[],
  taken: ReadonlySet<Place>,
  quote: string,
): readonly QuoteRange[] {
  const byItem = Map.groupBy(taken, ({ page, item }) => `${page} ${item}`);
  const signs = new Set(quote.replaceAll(/[\s\p{L}\p{N}\p{M}]/gu, ''));
  const ranges = [...byItem.values()].flatMap((places) => {
    const { page, item } = places[0]!;
    const { text } = pages[page]![item]!;
    const { starts, ends } = letters[page]![item]!;
    const indexes = places.map(({ letter }) => letter).toSorted((a, b) => a - b);
    const runs = indexes.reduce<[number, number][]>((all, index) => {
      const last = all.at(-1);
      if (last !== undefined && last[1] === index - 1) last[1] = index;
      else all.push([index, index]);
      return all;
    }, []);
    return runs.map(([first, last]) => {
      let [start, end] = [starts[first]!, ends[last]!];
      while (start > 0 && signs.has(text[start - 1]!)) start--;
      while (end < text.length && signs.has(text[end]!)) end++;
      return { page, item, start, end };
    });
  });
  return ranges
    .toSorted((a, b) => a.page - b.page || a.item - b.item || a.start - b.start)
    .filter((range, i, all) => i === 0 || !isInside(range, all[i - 1]!));
}

/** Two letters of one ligature have one place. */
function isInside(range: QuoteRange, before: QuoteRange): boolean {
  return range.page === before.page && range.item === before.item && range.end <= before.end;
}
