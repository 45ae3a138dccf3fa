import type { Reranker } from './reranker.ts';

/** After this many pairs, the pace shows whether all will be scored in time. */
const PACE_PAIRS = 5;

/** How long a question may wait for a better order of its passages. */
export interface TimeBudget {
  /** For all passages of a question together. */
  readonly budgetMs: number;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/**
 * Scores passages one by one, in their order, and stops as soon as the pace shows that the budget will not suffice for
 * all.
 * @returns the scores; null when it stopped, since scores of some passages do not show where the others belong.
 * @throws what the reranker throws, and the signal's reason when aborted.
 */
export async function scoreInTime(
  reranker: Reranker,
  question: string,
  passages: readonly string[],
  signal: AbortSignal,
  { budgetMs, now }: TimeBudget,
): Promise<readonly number[] | null> {
  // Also ends the wait for a pair that is never scored.
  const deadline = AbortSignal.timeout(budgetMs);
  const wanted = AbortSignal.any([signal, deadline]);
  const startedMs = now();
  const scores: number[] = [];
  for (const passage of passages) {
    const share = Math.max(scores.length, PACE_PAIRS) / passages.length;
    if (now() - startedMs > share * budgetMs) return null;
    try {
      scores.push(await reranker.score(question, passage, wanted));
    } catch (error) {
      if (error === deadline.reason) return null;
      throw error;
    }
  }
  return scores;
}
