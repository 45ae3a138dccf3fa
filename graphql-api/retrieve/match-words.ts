import type { ChunkId, ContentId } from '#shared/document.ts';
import { shareHeld, type AskedWord } from '#shared/text/asked-words.ts';
import { idf } from '#shared/text/idf.ts';
import { QUESTION_WORDS } from '#shared/text/words/stop-words.ts';
import type { ScoredCandidate } from './score-candidates.ts';

/** What a word of the question adds to a BM25 score, times its idf, wherever and in however long a chunk it stands. */
const PRESENT_WEIGHT = 0.8;
/** The same for a word that stands not in the chunk itself, but in another candidate of the same document. */
const NEARBY_WEIGHT = 0.6;
/** Imaginary chunks without the word, so that a word of half the candidates still counts. */
const IMAGINARY_CHUNKS = 50;

/**
 * Returns what each candidate's score gains from the words of the question that it holds at all, or that its document
 * holds elsewhere. BM25 prefers the short chunk with the common words to the long one that also has the rare word, and
 * knows nothing of a contract whose parties stand on its first page.
 */
export function wordGains(
  asked: readonly AskedWord[],
  candidates: readonly ScoredCandidate[],
): ReadonlyMap<ChunkId, number> {
  const words = asked.filter(({ written }) => !QUESTION_WORDS.has(written));
  const shares = candidates.map((candidate) => words.map((word) => shareIn(candidate, word)));
  const worth = words.map((_, index) => {
    const count = shares.filter((row) => row[index]! > 0).length;
    return idf(count, candidates.length + IMAGINARY_CHUNKS);
  });
  const ofContent = new Map<ContentId, number[]>();
  candidates.forEach(({ chunk }, at) => {
    const best = ofContent.get(chunk.contentId);
    ofContent.set(
      chunk.contentId,
      best === undefined ? shares[at]! : best.map((share, i) => Math.max(share, shares[at]![i]!)),
    );
  });
  return new Map(
    candidates.map(({ chunk }, at) => {
      const nearby = ofContent.get(chunk.contentId)!; // every candidate's content was entered above
      const gain = words.reduce((sum, _, i) => {
        const share = shares[at]![i]!;
        return sum + worth[i]! * (PRESENT_WEIGHT * share + NEARBY_WEIGHT * (nearby[i]! - share));
      }, 0);
      return [chunk.id, gain];
    }),
  );
}

function shareIn({ words: { text, around } }: ScoredCandidate, word: AskedWord): number {
  return Math.max(shareHeld(word, text.words), shareHeld(word, around.words));
}
