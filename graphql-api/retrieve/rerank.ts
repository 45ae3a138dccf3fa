import { embeddedTextOf } from '#shared/text/embedded-text.ts';
import type { WordedPassage } from './thin.ts';

/** What a reranker reads: it takes tens of milliseconds for each. */
const RERANKED_PASSAGES = 20;

/** How well each passage answers the question, 0 to 1; null when the passages are to keep their order. */
export type ScorePassages = (
  question: string,
  passages: readonly string[],
  signal: AbortSignal,
) => Promise<readonly number[] | null>;

/** Puts the first passages into the order of their scores, those with the same score in the order that they had; ranks from 1. */
export async function rerank(
  found: readonly WordedPassage[],
  question: string,
  scorePassages: ScorePassages,
  signal: AbortSignal,
): Promise<readonly WordedPassage[]> {
  const first = found.slice(0, RERANKED_PASSAGES);
  const texts = first.map(({ passage: { chunk, document } }) => embeddedTextOf({ ...chunk, title: document.title }));
  const scores = await scorePassages(question, texts, signal);
  if (scores === null) return found;

  const scored = first.map(({ words, passage }, i) => ({ words, passage: { ...passage, rerank: scores[i]! } }));
  scored.sort((a, b) => b.passage.rerank - a.passage.rerank);
  return [...scored, ...found.slice(RERANKED_PASSAGES)].map(({ words, passage }, index) => ({
    words,
    passage: { ...passage, rank: index + 1 },
  }));
}
