import { expect, it } from 'vitest';
import { openProgress } from './pull-progress.ts';

function written(isTerminal: boolean): readonly string[] {
  const lines: string[] = [];
  const progress = openProgress('m', { isTerminal, stepPercent: 25, write: (text) => lines.push(text) });
  for (let bytes = 0; bytes <= 2_000_000; bytes += 10_000) progress(bytes, 2_000_000);
  return lines;
}

it('says a line every few per cent, the last one at the end', () => {
  expect(written(false)).toEqual([
    'm [--------------------] 0 % of 2 MB\n',
    'm [#####---------------] 25 % of 2 MB\n',
    'm [##########----------] 50 % of 2 MB\n',
    'm [###############-----] 75 % of 2 MB\n',
    'm [####################] 100 % of 2 MB\n',
  ]);
});

it('writes over its line on a terminal, and leaves the last one', () => {
  const lines = written(true);
  expect(lines).toHaveLength(101);
  expect(lines.every((line) => line.startsWith('\r'))).toBe(true);
  expect(lines.filter((line) => line.endsWith('\n'))).toEqual([expect.stringContaining('100 %')]);
});
