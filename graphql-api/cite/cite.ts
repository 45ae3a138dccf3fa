import { locate, type Chunk } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import type { Citation } from './citation.ts';
import { createClaimReader, type Claim } from './claims.ts';
import { createMarkerFilter, type Piece } from './markers.ts';
import { sentenceSpans, type Span } from './sentence-spans.ts';

/** A part of an answer that is safe to show, and the citations found since the previous part. */
interface CitedText {
  readonly text: string;
  /** The citations of sentences that have ended, in order; none is changed or withdrawn later. */
  readonly located: readonly Citation[];
}

/** Turns a model's output, delta by delta, into text without invented markers, and verbatim citations. */
export interface Citer {
  /** Takes the next delta; returns what is safe to show now. */
  push(delta: string): CitedText;
  /** Returns the rest; call it once, at the end. */
  end(): CitedText;
  /** How many numbers that name no passage have been dropped so far. */
  readonly inventedCount: number;
}

/** Shorter quotations, such as a single word, occur in too many places. */
const MIN_QUOTED_WORDS = 3;

/**
 * Creates a citer, which finds for each marker of an answer the words of the passage that support its sentence: the
 * words that the sentence quotes, otherwise the passage's sentence that shares most words with it, otherwise the whole
 * passage.
 * @param passages the passages that were sent to the model.
 */
export function createCiter(passages: readonly { readonly rank: number; readonly chunk: Chunk }[]): Citer {
  const filter = createMarkerFilter(passages.map(({ rank }) => rank));
  const claims = createClaimReader();
  const citations = new Map(passages.map(({ rank, chunk }) => [rank, citerOf(rank, chunk)]));
  // The filter has dropped the markers of all other ranks, so `get` always finds one.
  const citationsOf = (claim: Claim): Citation[] => claim.ranks.map((rank) => citations.get(rank)!(claim));

  const read = (pieces: readonly Piece[]): CitedText => ({
    text: pieces.map(({ text }) => text).join(''),
    located: pieces.flatMap((piece) => claims.push(piece)).flatMap(citationsOf),
  });

  return {
    push: (delta) => read(filter.push(delta)),
    end() {
      const rest = read(filter.end());
      return { ...rest, located: [...rest.located, ...claims.end().flatMap(citationsOf)] };
    },
    get inventedCount() {
      return filter.inventedCount;
    },
  };
}

/** Returns a function that cites one passage. Its sentences are analysed when it is cited for the first time. */
function citerOf(rank: number, chunk: Chunk): (claim: Claim) => Citation {
  const { text } = chunk;
  let sentences: readonly AnalysedSentence[] | undefined;
  return (claim) => {
    sentences ??= analysed(text);
    const span = findQuoted(claim.quotations, text) ??
      findClosest(claim.sentence, sentences) ?? { start: 0, end: text.length };
    const startChar = chunk.startChar + span.start;
    return {
      rank,
      start: claim.start,
      end: claim.end,
      quote: text.slice(span.start, span.end),
      startChar,
      endChar: chunk.startChar + span.end,
      place: locate(chunk.marks, startChar),
    };
  };
}

interface AnalysedSentence extends Span {
  readonly words: ReadonlySet<string>;
}

function analysed(text: string): readonly AnalysedSentence[] {
  return sentenceSpans(text).map(({ start, end }) => ({
    start,
    end,
    words: new Set(wordTerms(text.slice(start, end))),
  }));
}

function findQuoted(quotations: readonly string[], text: string): Span | undefined {
  const words = quotations
    .filter((quoted) => quoted.trim().split(/\s+/).length >= MIN_QUOTED_WORDS && text.includes(quoted))
    .toSorted((a, b) => b.length - a.length)[0];
  if (words === undefined) return undefined;
  const start = text.indexOf(words);
  return { start, end: start + words.length };
}

function findClosest(claim: string, sentences: readonly AnalysedSentence[]): Span | undefined {
  const claimed = new Set(wordTerms(claim));
  let best: { readonly sentence: Span; readonly shared: number } | undefined;
  for (const sentence of sentences) {
    const shared = sentence.words.intersection(claimed).size;
    if (shared > (best?.shared ?? 0)) best = { sentence, shared };
  }
  return best?.sentence;
}
