import { expect, test } from 'vitest';
import { busyMsOf } from './machine-use.ts';

test('the busy time of all cores is what they did not wait, for work or for the disk', () => {
  const stat = 'cpu  100 20 30 9000 500 4 5 600 70 0\ncpu0 50 10 15 4500 250 2 2 300 35 0\nintr 1 2 3\n';
  expect(busyMsOf(stat)).toBe((100 + 20 + 30 + 4 + 5) * 10);
});
