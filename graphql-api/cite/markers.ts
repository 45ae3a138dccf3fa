/** A piece of an answer as shown: either a marker such as [2] or [1, 3], or plain text. */
export interface Piece {
  readonly text: string;
  /** The numbers in the marker; null for plain text. */
  readonly ranks: readonly number[] | null;
}

/** Passes an answer on, delta by delta, without the markers that name no passage. */
export interface MarkerFilter {
  /** Returns what is safe to show now; a marker that may continue in the next delta is held back. */
  push(delta: string): readonly Piece[];
  /** Returns the rest; call it once, at the end. */
  end(): readonly Piece[];
  /** How many invented numbers have been dropped so far. */
  readonly inventedCount: number;
}

// What models write although they were shown [1] and [1, 2]: [Trecho 1], [^1], 【1】, [1-3], [1 e 2]. A number in
// parentheses is not a marker: (1) numbers the items of a list and the paragraphs of a law.
const NUMBER = String.raw`\d{1,3}(?:\s?[-–]\s?\d{1,3})?`;
const NUMBERS = String.raw`${NUMBER}(?:(?:\s{0,3}[,;]\s{0,3}|\s{1,3}(?:e|and)\s{1,3})${NUMBER}){0,9}`;
const LABEL = String.raw`(?:\^|(?:trechos?|passages?|fontes?|sources?)\s{1,3})?`;
const MARKER = String.raw`[[【]\s{0,3}${LABEL}(?<numbers>${NUMBERS})\s{0,3}[\]】]`;
const MARKER_OR_OPENER = new RegExp(String.raw`[“«]|(?<space>[^\S\n]{0,9})${MARKER}`, 'gi');
/** What ends a quotation: its closing mark or, if that is missing, a blank line. */
const CLOSERS: Readonly<Record<string, RegExp>> = { '“': /”|\n\s{0,9}\n/g, '«': /»|\n\s{0,9}\n/g };
/** A tail that may become a marker. White space belongs to what follows: it is dropped with an invented marker. */
const UNDECIDED = /\s{0,9}(?:[[【]\s{0,3}\^?[a-z]{0,8}[\d\s,;–eand-]{0,200})?$/i;

/** Creates a filter for one answer. @param knownRanks the ranks of the passages that were sent to the model. */
export function createMarkerFilter(knownRanks: readonly number[]): MarkerFilter {
  const split = createSplitter();
  let pending = '';
  let inventedCount = 0;
  /** The space before a dropped marker; a marker that follows directly inherits it. */
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

/** Plain text, or a marker: its numbers as they were written, and the space before it as `text`. */
interface Stretch {
  readonly text: string;
  readonly numbers: string | null;
}

/**
 * Returns a function that splits text into markers and the text between them. Nothing within “ ” or « » is a marker: a
 * quoted document may have its own reference numbers. Remembers between calls whether a quotation is open.
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
