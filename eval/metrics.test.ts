import { expect, test } from 'vitest';
import { answeredShare, floorAbstaining, rankFigures } from './metrics.ts';

test('figures of ranks, with one right passage for each question', () => {
  expect(rankFigures([1, 2, 6, 11, null])).toEqual({
    recallAt1: 1 / 5,
    recallAt5: 2 / 5,
    recallAt10: 3 / 5,
    mrrAt10: (1 + 1 / 2 + 1 / 6) / 5,
    ndcgAt10: (1 + 1 / Math.log2(3) + 1 / Math.log2(7)) / 5,
  });
});

test('a floor leaves at most the share below it that may abstain', () => {
  const relevances = Array.from({ length: 40 }, (_, i) => i / 40);
  const floor = floorAbstaining(0.05, relevances);
  expect(floor).toBe(2 / 40);
  expect(1 - answeredShare(relevances, floor)).toBeCloseTo(0.05, 10);
  expect(answeredShare([0.1, 0.2, 0.3, 0.4], 0.2)).toBe(0.75);
});
