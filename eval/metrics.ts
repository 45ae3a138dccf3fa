/** How well questions found their passages; all figures are from 0 to 1. */
export interface RankFigures {
  readonly recallAt1: number;
  readonly recallAt5: number;
  readonly recallAt10: number;
  readonly mrrAt10: number;
  readonly ndcgAt10: number;
}

/** Computes the figures. @param ranks of the right passage of each question, from 1; null if it was not found. */
export function rankFigures(ranks: readonly (number | null)[]): RankFigures {
  const mean = (worth: (rank: number) => number): number =>
    ranks.reduce((sum: number, rank) => sum + (rank === null ? 0 : worth(rank)), 0) / ranks.length;
  const within = (most: number): number => mean((rank) => (rank <= most ? 1 : 0));
  return {
    recallAt1: within(1),
    recallAt5: within(5),
    recallAt10: within(10),
    mrrAt10: mean((rank) => (rank <= 10 ? 1 / rank : 0)),
    // With one right passage the ideal gain is 1.
    ndcgAt10: mean((rank) => (rank <= 10 ? 1 / Math.log2(rank + 1) : 0)),
  };
}

/**
 * Returns the highest floor with at most `share` of the answerable questions below it.
 * @param relevances the best of each question.
 */
export function floorAbstaining(share: number, relevances: readonly number[]): number {
  const ascending = relevances.toSorted((a, b) => a - b);
  return ascending[Math.floor(share * ascending.length)] ?? 0;
}

/** Returns the share of the questions whose best relevance is at or above a floor. */
export function answeredShare(relevances: readonly number[], floor: number): number {
  return relevances.filter((relevance) => relevance >= floor).length / relevances.length;
}
