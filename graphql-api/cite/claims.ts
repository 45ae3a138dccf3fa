import type { Piece } from './markers.ts';
import { sentencesOf, type Span } from './sentences.ts';

/** A marker of an answer, in UTF-16 code units of the text as it is shown, and the words that it is to prove. */
export interface Claim extends Span {
  /** What the marker names. */
  readonly ranks: readonly number[];
  /** The words of its sentence without markers; empty when there are none. */
  readonly sentence: string;
  /** What is quoted before the marker and ends in its sentence. */
  readonly quotations: readonly string[];
}

/** Reads an answer as it is written, and gives each claim as soon as its sentence has ended. */
export interface ClaimReader {
  push(piece: Piece): readonly Claim[];
  /** @returns the claims of the last sentence, which nothing follows; to be called once. */
  end(): readonly Claim[];
}

const QUOTATION = /“(?<curly>[^“”]+)”|«(?<angle>[^«»]+)»|"(?<straight>[^"\n]+)"/g;
/** How far a sentence may reach, and a quotation before it: with a bound, work is linear in the answer's length. */
const MAX_CHARS = 2000;
const NOTHING: Span = { start: 0, end: 0 };

/**
 * A marker belongs to the sentence that it stands in or follows; one that begins a line, to the sentence of that line.
 * The claims depend on the text alone, not on where its pieces are cut.
 */
export function createClaimReader(): ClaimReader {
  /** The text from the first sentence on that has not ended yet; markers are blanked. */
  let open = '';
  let openStart = 0;
  /** What stands before it. */
  let before = '';
  const markers: (Span & Pick<Claim, 'ranks'>)[] = [];

  function takeEnded(isWhole: boolean): readonly Claim[] {
    const claims: Claim[] = [];
    for (;;) {
      const stretch = open.slice(0, MAX_CHARS);
      const [sentence = NOTHING, next] = sentencesOf(stretch);
      // A sentence's end is certain once the next one has a letter: the rules look no further ahead.
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

  /** Takes away what is open up to `end`, which holds the sentence and its markers. */
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

/** @param offset of the text in the answer, which `end` counts from the beginning of. */
function quotationsOf(text: string, offset: number): readonly { readonly words: string; readonly end: number }[] {
  return [...text.matchAll(QUOTATION)].map((match) => ({
    words: match.groups!['curly'] ?? match.groups!['angle'] ?? match.groups!['straight']!,
    end: offset + match.index + match[0].length,
  }));
}
