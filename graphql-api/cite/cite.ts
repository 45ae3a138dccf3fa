import { locate, type Chunk } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import type { Citation } from './citation.ts';
import { createClaimReader, type Claim } from './claims.ts';
import { createMarkerFilter, type Piece } from './markers.ts';
import { sentencesOf, type Span } from './sentences.ts';

/** A part of an answer that is safe to show, and what has been located since the part before it. */
interface CitedText {
  readonly text: string;
  /** Of sentences that have ended, in order; none is ever changed or taken back. */
  readonly located: readonly Citation[];
}

/** Turns what a model says, piece by piece, into text without invented markers and citations that are verbatim. */
export interface Citer {
  push(delta: string): CitedText;
  /** @returns the rest; to be called once. */
  end(): CitedText;
  /** How many numbers of no passage have been dropped so far. */
  readonly inventedCount: number;
}

/** Shorter quotations, such as a single word, stand in too many places. */
const MIN_QUOTED_WORDS = 3;

/**
 * Finds for each marker of an answer the words of its passage that its sentence rests on: those it quotes, else the
 * passage's sentence that shares most words with it, else the whole passage.
 * @param passages that the model was given.
 */
export function createCiter(passages: readonly { readonly rank: number; readonly chunk: Chunk }[]): Citer {
  const filter = createMarkerFilter(passages.map(({ rank }) => rank));
  const claims = createClaimReader();
  const citations = new Map(passages.map(({ rank, chunk }) => [rank, citerOf(rank, chunk)]));
  // The filter lets through only the markers of these passages.
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

/** Cites one passage; its words are analysed when it is cited for the first time, and kept. */
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
  return sentencesOf(text).map(({ start, end }) => ({ start, end, words: new Set(wordTerms(text.slice(start, end))) }));
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
