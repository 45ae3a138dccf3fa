import type { Piece } from './markers.ts';
import { sentenceSpansOnce, type Span } from './sentence-spans.ts';

/**
 * A sentence of an answer, which its passages should support. The span is that of the sentence, in UTF-16 code units of
 * the text as shown.
 */
export interface Claim extends Span {
  /** The text of the span, with each marker replaced by as many spaces. It has at least one letter or digit. */
  readonly words: string;
  /** The markers in the sentence, or after it, in order; often none. */
  readonly markers: readonly ClaimMarker[];
  /** Quotations that end in the sentence, without their quotation marks, in order. */
  readonly quotations: readonly (Span & { readonly words: string })[];
}

/** A marker. Its span counts from the start of the answer, and may be outside the sentence. */
export interface ClaimMarker extends Span {
  /** The ranks of the passages that the marker names. */
  readonly ranks: readonly number[];
}

/** Reads an answer as it is written, and returns each sentence as soon as it has ended. */
export interface ClaimReader {
  /** Takes the next piece; returns the sentences that have ended with it. */
  push(piece: Piece): readonly Claim[];
  /** Returns the last sentence; call it once, at the end. */
  end(): readonly Claim[];
}

const QUOTATION = /“(?<curly>[^“”]+)”|«(?<angle>[^«»]+)»|"(?<straight>[^"\n]+)"/g;
/** Longest sentence, and farthest quotation before it, in UTF-16 code units. The bound keeps the work linear. */
const MAX_CHARS = 2000;
/**
 * What a sentence may end with, whatever its script. Without any of these the open text is one sentence, which saves
 * splitting it again with each piece.
 */
const MAY_END = /[\p{Sentence_Terminal}\u2024\uFE52\uFF0E\n\r\u0085\u2028\u2029]/u;
const NOTHING: Span = { start: 0, end: 0 };

/**
 * Creates a claim reader. A marker belongs to the sentence that it is in or follows; at the start of a line it belongs
 * to the first sentence of that line. A text without a letter or digit is no sentence. The claims depend only on the text, not on where it is cut into pieces.
 */
export function createClaimReader(): ClaimReader {
  /** The text from the first unfinished sentence on; markers are replaced by spaces. */
  let open = '';
  let openStart = 0;
  /** The text before `open`, as far back as a quotation may start. */
  let before = '';
  const markers: ClaimMarker[] = [];

  function takeEnded(isWhole: boolean): readonly Claim[] {
    const claims: Claim[] = [];
    for (;;) {
      const stretch = open.slice(0, MAX_CHARS);
      if (!isWhole && stretch.length < MAX_CHARS && !MAY_END.test(stretch)) return claims;
      const [sentence = NOTHING, next] = sentenceSpansOnce(stretch);
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

  /** Removes the open text up to `end`, which contains the sentence and its markers, and returns the claim. */
  function take(sentence: Span, end: number): readonly Claim[] {
    const count = markers.filter(({ start }) => start < openStart + end).length;
    const own = markers.splice(0, count);
    const words = open.slice(sentence.start, sentence.end);
    const read = before + open.slice(0, end);
    const [start, offset] = [openStart + sentence.start, openStart - before.length];
    const quotations = /[”»"]/.test(words) ? quotationsOf(read, offset).filter((each) => each.end > start) : [];
    before = read.slice(-MAX_CHARS);
    openStart += end;
    open = open.slice(end);
    if (!/[\p{L}\p{N}]/u.test(words)) return [];
    return [{ start, end: start + words.length, words, markers: own, quotations }];
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

/** Returns the quotations in a text. @param offset where the text starts in the answer; spans count from there. */
function quotationsOf(text: string, offset: number): Claim['quotations'] {
  return [...text.matchAll(QUOTATION)].map((match) => ({
    words: match.groups!['curly'] ?? match.groups!['angle'] ?? match.groups!['straight']!,
    start: offset + match.index,
    end: offset + match.index + match[0].length,
  }));
}
