import type { Reranker } from './reranker.ts';

/** From so many pairs on the pace tells whether all will be scored in time. */
const PACE_PAIRS = 5;

/** How long a question may wait for a better order of its passages. */
export interface TimeBudget {
  readonly budgetMs: number;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/**
 * Scores passages one by one, in their order, and stops as soon as the pace says that the budget will not do for all.
 * @returns null then: scores of some passages say nothing of where the others belong, so the order before stands as it is.
 * @throws what the reranker throws, and the signal's reason.
 */
export async function scoreInTime(
  reranker: Reranker,
  question: string,
  passages: readonly string[],
  signal: AbortSignal,
  { budgetMs, now }: TimeBudget,
): Promise<readonly number[] | null> {
  // Also for a pair that never comes to its end.
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
