import { expect, it } from 'vitest';
import { planRuns } from './plan-runs.ts';

it('reads each long text alone', () => {
  expect(planRuns(['x'.repeat(900), 'y'.repeat(900)])).toEqual([[0], [1]]);
});

it('packs short texts of about equal length, eight in a run, before the long ones', () => {
  const texts = Array.from({ length: 18 }, (_, i) => (i === 3 ? 'x'.repeat(900) : 'y'.repeat(100 - i)));
  expect(planRuns(texts)).toEqual([[17, 16, 15, 14, 13, 12, 11, 10], [9, 8, 7, 6, 5, 4, 2, 1], [0], [3]]);
});

it('plans nothing for no texts', () => {
  expect(planRuns([])).toEqual([]);
});
