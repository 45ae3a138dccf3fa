import { expect, test } from 'vitest';
import { chooseTogether, numbersToTry } from './try-together.ts';

const chosen = (...speeds: (readonly [number, number])[]): number =>
  chooseTogether(speeds.map(([answers, tokensPerS]) => ({ answers, tokensPerS })));

test('four answers at once where that costs little, although two together are slower than one (8B on an H100)', () => {
  expect(chosen([1, 195], [2, 147], [4, 192])).toBe(4);
});

test('as many as possible of which together lose no more than 30% of the best speed', () => {
  expect(chosen([1, 100], [2, 70], [4, 69])).toBe(2);
  expect(chosen([1, 100], [2, 69], [4, 69])).toBe(1);
  expect(chosen([1, 100], [2, 60], [4, 120])).toBe(4);
});

test('no more than people can follow: each answer gets ten tokens a second', () => {
  expect(chosen([1, 22], [2, 30], [4, 39])).toBe(2);
  expect(chosen([1, 22], [2, 30], [4, 40])).toBe(4);
});

test('one answer is always written, however slow', () => {
  expect(chosen([1, 3], [2, 4])).toBe(1);
});

test('the numbers to try double up to what fits', () => {
  expect([1, 2, 3, 4, 6].map(numbersToTry)).toEqual([[1], [1, 2], [1, 2, 3], [1, 2, 4], [1, 2, 4, 6]]);
});
