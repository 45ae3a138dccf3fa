import type { Piece } from './markers.ts';
import { sentenceSpans, type Span } from './sentence-spans.ts';

/**
 * A marker of an answer, and the statement that its passages should support. The span is that of the marker, in UTF-16
 * code units of the text as shown.
 */
export interface Claim extends Span {
  /** The ranks of the passages that the marker names. */
  readonly ranks: readonly number[];
  /** The marker's sentence without markers; empty if there is none. */
  readonly sentence: string;
  /** Quotations before the marker that end in its sentence. */
  readonly quotations: readonly string[];
}

/** Reads an answer as it is written, and returns each claim as soon as its sentence has ended. */
export interface ClaimReader {
  /** Takes the next piece; returns the claims of the sentences that have ended with it. */
  push(piece: Piece): readonly Claim[];
  /** Returns the claims of the last sentence; call it once, at the end. */
  end(): readonly Claim[];
}

const QUOTATION = /“(?<curly>[^“”]+)”|«(?<angle>[^«»]+)»|"(?<straight>[^"\n]+)"/g;
/** Longest sentence, and farthest quotation before it, in UTF-16 code units. The bound keeps the work linear. */
const MAX_CHARS = 2000;
const NOTHING: Span = { start: 0, end: 0 };

/**
 * Creates a claim reader. A marker belongs to the sentence that it is in or follows; at the start of a line it belongs
 * to the first sentence of that line. The claims depend only on the text, not on where it is cut into pieces.
 */
export function createClaimReader(): ClaimReader {
  /** The text from the first unfinished sentence on; markers are replaced by spaces. */
  let open = '';
  let openStart = 0;
  /** The text before `open`, as far back as a quotation may start. */
  let before = '';
  const markers: (Span & Pick<Claim, 'ranks'>)[] = [];

  function takeEnded(isWhole: boolean): readonly Claim[] {
    const claims: Claim[] = [];
    for (;;) {
      const stretch = open.slice(0, MAX_CHARS);
      const [sentence = NOTHING, next] = sentenceSpans(stretch);
      // The end of a sentence is certain once the next one has a letter: the rules look no further ahead.
      if (next !== undefined && (isWhole || /\p{L}/u.test(stretch.slice(next.start)))) {
        const newline = stretch.slice(sentence.end, next.start).lastIndexOf('\n');
        claims.push(...take(sentence, newline < 0 ? next.start : sentence.end + newline));
      } else if (isWhole || stretch.length === MAX_CHARS) {
        claims.push(...take(sentence, stretch.length));
        if (open === '') return claims;
      } else {
        return claims;
      }
    }
  }

  /** Removes the open text up to `end`, which contains the sentence and its markers, and returns their claims. */
  function take(sentence: Span, end: number): readonly Claim[] {
    const count = markers.filter(({ start }) => start < openStart + end).length;
    const own = markers.splice(0, count);
    const words = open.slice(sentence.start, sentence.end);
    const read = before + open.slice(0, end);
    const quotations = own.length === 0 ? [] : quotationsOf(read, openStart - before.length);
    const sentenceStart = openStart + sentence.start;
    before = read.slice(-MAX_CHARS);
    openStart += end;
    open = open.slice(end);
    return own.map((marker) => ({
      ...marker,
      sentence: words,
      quotations: quotations
        .filter((quotation) => quotation.end > sentenceStart && quotation.end <= marker.start)
        .map((quotation) => quotation.words),
    }));
  }

  return {
    push({ text, ranks }) {
      if (ranks !== null) {
        const start = openStart + open.length;
        markers.push({ start, end: start + text.length, ranks });
      }
      open += ranks === null ? text : ' '.repeat(text.length);
      return takeEnded(false);
    },
    end: () => takeEnded(true),
  };
}

/** Returns the quotations in a text. @param offset where the text starts in the answer; `end` counts from there. */
function quotationsOf(text: string, offset: number): readonly { readonly words: string; readonly end: number }[] {
  return [...text.matchAll(QUOTATION)].map((match) => ({
    words: match.groups!['curly'] ?? match.groups!['angle'] ?? match.groups!['straight']!,
    end: offset + match.index + match[0].length,
  }));
}
