/** A marker such as [2] or [1, 3] in an answer. */
export interface Marker {
  /** In UTF-16 code units of the answer; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly ranks: readonly number[];
}

/** Lets an answer through, piece by piece, without the markers that name no passage. */
export interface MarkerFilter {
  /** @returns what is safe to send now; a marker that may go on in the next delta is kept back. */
  push(delta: string): string;
  /** @returns the rest; to be called once. */
  end(): string;
  /** How many invented numbers have been dropped so far. */
  readonly droppedCount: number;
}

const NUMBERS = String.raw`\s{0,3}\d{1,3}(?:\s{0,3}[,;]\s{0,3}\d{1,3}){0,9}\s{0,3}`;
const MARKER_OR_OPENER = new RegExp(String.raw`[“«]|(?<space>[^\S\n]{0,9})\[(?<numbers>${NUMBERS})\]`, 'g');
/** What ends a quotation: its closing mark or, when that was forgotten, a blank line. */
const CLOSERS: Readonly<Record<string, RegExp>> = { '“': /”|\n\s{0,9}\n/g, '«': /»|\n\s{0,9}\n/g };
/** White space belongs to what follows: with a dropped marker the space before it goes too. */
const UNDECIDED = /\s{0,9}(?:\[[\d\s,;]{0,60})?$/;

/** @param knownRanks of the passages that the model was given. */
export function createMarkerFilter(knownRanks: readonly number[]): MarkerFilter {
  const split = createSplitter();
  let pending = '';
  let droppedCount = 0;
  /** What stood before a dropped marker; a marker that follows it closely takes it over. */
  let droppedSpace = '';

  function pass(text: string): string {
    return split(text).map(keep).join('');
  }

  function keep({ text, space, ranks }: Piece): string {
    if (ranks === null) {
      if (text !== '') droppedSpace = '';
      return text;
    }
    const known = ranks.filter((rank) => knownRanks.includes(rank));
    droppedCount += ranks.length - known.length;
    const before = space || droppedSpace;
    droppedSpace = known.length === 0 ? before : '';
    if (known.length === 0) return '';
    return known.length === ranks.length ? before + text.slice(space.length) : `${before}[${known.join(', ')}]`;
  }

  return {
    push(delta) {
      const text = pending + delta;
      const cut = text.search(UNDECIDED);
      pending = text.slice(cut);
      return pass(text.slice(0, cut));
    },
    end: () => pass(pending),
    get droppedCount() {
      return droppedCount;
    },
  };
}

/** All markers of a whole answer, in order. */
export function markersOf(text: string): readonly Marker[] {
  const markers: Marker[] = [];
  let end = 0;
  for (const piece of createSplitter()(text)) {
    const start = end + piece.space.length;
    end += piece.text.length;
    if (piece.ranks !== null) markers.push({ start, end, ranks: piece.ranks });
  }
  return markers;
}

interface MarkerPiece {
  readonly text: string;
  readonly space: string;
  readonly ranks: readonly number[];
}
type Piece = MarkerPiece | { readonly text: string; readonly space: ''; readonly ranks: null };

/**
 * Cuts text into markers and what lies between. Inside “ ” and « » nothing is a marker: a quoted document may have
 * reference numbers of its own. Remembers from call to call whether a quotation is open.
 */
function createSplitter(): (text: string) => Piece[] {
  let opener: string | null = null;
  return (text) => {
    const pieces: Piece[] = [];
    let at = 0;
    while (at < text.length) {
      const pattern: RegExp = opener === null ? MARKER_OR_OPENER : CLOSERS[opener]!;
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      const [start, end]: [number, number] =
        match === null ? [text.length, text.length] : [match.index, pattern.lastIndex];
      const { space, numbers } = match?.groups ?? {};
      if (numbers === undefined) {
        pieces.push({ text: text.slice(at, end), space: '', ranks: null });
        if (match !== null) opener = opener === null ? match[0] : null;
      } else {
        pieces.push({ text: text.slice(at, start), space: '', ranks: null });
        pieces.push({ text: text.slice(start, end), space: space!, ranks: numbers.split(/[,;]/).map(Number) });
      }
      at = end;
    }
    return pieces;
  };
}
