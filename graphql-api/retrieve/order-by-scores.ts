import { embeddedTextOf } from '#shared/text/embedded-text.ts';
import type { WordedPassage } from './passage.ts';

/** Only this many are scored: a reranker takes tens of milliseconds for each. */
const SCORED_PASSAGES = 20;

/**
 * Scores how well each passage answers the question, 0 to 1, in the order given; null when the passages are to keep
 * their order. Implemented by `rerank/passage-scorer.ts`. Rejects only when aborted.
 */
export type ScorePassages = (
  question: string,
  passages: readonly string[],
  signal: AbortSignal,
) => Promise<readonly number[] | null>;

/**
 * Puts the first 20 passages into the order of their scores, and leaves the others after them as they were; ranks from
 * 1. Passages with equal scores keep their order.
 */
export async function orderByScores(
  found: readonly WordedPassage[],
  question: string,
  scorePassages: ScorePassages,
  signal: AbortSignal,
): Promise<readonly WordedPassage[]> {
  const first = found.slice(0, SCORED_PASSAGES);
  const texts = first.map(({ passage: { chunk, document } }) => embeddedTextOf({ ...chunk, title: document.title }));
  const scores = await scorePassages(question, texts, signal);
  if (scores === null) return found;

  const scored = first.map(({ words, passage }, i) => ({ words, passage: { ...passage, rerank: scores[i]! } }));
  scored.sort((a, b) => b.passage.rerank - a.passage.rerank);
  return [...scored, ...found.slice(SCORED_PASSAGES)].map(({ words, passage }, index) => ({
    words,
    passage: { ...passage, rank: index + 1 },
  }));
}
