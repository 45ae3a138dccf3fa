/** A stretch of an answer as it is shown: a marker in the form [2] or [1, 3] with its numbers, or plain text. */
export interface Piece {
  readonly text: string;
  /** Null for plain text. */
  readonly ranks: readonly number[] | null;
}

/** Lets an answer through, piece by piece, without the markers that name no passage. */
export interface MarkerFilter {
  /** @returns what is safe to show now; a marker that may go on in the next delta is kept back. */
  push(delta: string): readonly Piece[];
  /** @returns the rest; to be called once. */
  end(): readonly Piece[];
  /** How many invented numbers have been dropped so far. */
  readonly inventedCount: number;
}

// What models make of [1, 2] when they were shown [1]: [Trecho 1], [^1], 【1】, [1-3], [1 e 2]. A number in round brackets
// is none: (1) counts the items of a list and the paragraphs of a law.
const NUMBER = String.raw`\d{1,3}(?:\s?[-–]\s?\d{1,3})?`;
const NUMBERS = String.raw`${NUMBER}(?:(?:\s{0,3}[,;]\s{0,3}|\s{1,3}(?:e|and)\s{1,3})${NUMBER}){0,9}`;
const LABEL = String.raw`(?:\^|(?:trechos?|passages?|fontes?|sources?)\s{1,3})?`;
const MARKER = String.raw`[[【]\s{0,3}${LABEL}(?<numbers>${NUMBERS})\s{0,3}[\]】]`;
const MARKER_OR_OPENER = new RegExp(String.raw`[“«]|(?<space>[^\S\n]{0,9})${MARKER}`, 'gi');
/** What ends a quotation: its closing mark or, when that was forgotten, a blank line. */
const CLOSERS: Readonly<Record<string, RegExp>> = { '“': /”|\n\s{0,9}\n/g, '«': /»|\n\s{0,9}\n/g };
/** White space belongs to what follows: with a dropped marker the space before it goes too. */
const UNDECIDED = /\s{0,9}(?:[[【]\s{0,3}\^?[a-z]{0,8}[\d\s,;–eand-]{0,200})?$/i;

/** @param knownRanks of the passages that the model was given. */
export function createMarkerFilter(knownRanks: readonly number[]): MarkerFilter {
  const split = createSplitter();
  let pending = '';
  let inventedCount = 0;
  /** What stood before a dropped marker; a marker that follows it closely takes it over. */
  let droppedSpace = '';

  function pass(text: string): readonly Piece[] {
    return split(text).flatMap(keep);
  }

  function keep({ text, numbers }: Stretch): readonly Piece[] {
    if (numbers === null) {
      droppedSpace = '';
      return [{ text, ranks: null }];
    }
    const ranges = rangesOf(numbers);
    const ends = new Set(ranges.flat());
    inventedCount += [...ends].filter((rank) => !knownRanks.includes(rank)).length;
    const ranks = [...new Set(ranges.flatMap(([from, to]) => knownRanks.filter((rank) => from <= rank && rank <= to)))];
    const space = text || droppedSpace;
    droppedSpace = ranks.length === 0 ? space : '';
    if (ranks.length === 0) return [];
    return [
      { text: space, ranks: null },
      { text: `[${ranks.join(', ')}]`, ranks },
    ];
  }

  return {
    push(delta) {
      const text = pending + delta;
      const cut = text.search(UNDECIDED);
      pending = text.slice(cut);
      return pass(text.slice(0, cut));
    },
    end: () => pass(pending),
    get inventedCount() {
      return inventedCount;
    },
  };
}

/** `1, 3-5` gives [1, 1] and [3, 5]. */
function rangesOf(numbers: string): readonly (readonly [number, number])[] {
  return [...numbers.matchAll(/(\d+)(?:\s?[-–]\s?(\d+))?/g)].map(([, from, to = from]) => {
    const ends = [Number(from), Number(to)] as const;
    return [Math.min(...ends), Math.max(...ends)];
  });
}

/** Plain text, or a marker's numbers as they were written and the space before it. */
interface Stretch {
  readonly text: string;
  readonly numbers: string | null;
}

/**
 * Cuts text into markers and what lies between. Inside “ ” and « » nothing is a marker: a quoted document may have
 * reference numbers of its own. Remembers from call to call whether a quotation is open.
 */
function createSplitter(): (text: string) => readonly Stretch[] {
  let opener: string | null = null;
  return (text) => {
    const stretches: Stretch[] = [];
    const addPlain = (plain: string): void => void (plain !== '' && stretches.push({ text: plain, numbers: null }));
    let at = 0;
    while (at < text.length) {
      const pattern: RegExp = opener === null ? MARKER_OR_OPENER : CLOSERS[opener]!;
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      const { space = '', numbers } = match?.groups ?? {};
      if (match === null) {
        addPlain(text.slice(at));
        at = text.length;
      } else if (numbers === undefined) {
        opener = opener === null ? match[0] : null;
        addPlain(text.slice(at, pattern.lastIndex));
        at = pattern.lastIndex;
      } else {
        addPlain(text.slice(at, match.index));
        stretches.push({ text: space, numbers });
        at = pattern.lastIndex;
      }
    }
    return stretches;
  };
}
