import { expect, it } from 'vitest';
import { poolTokens, poolWindows, toUnitLength } from './pooling.ts';

it('takes the mean of the tokens, or the first one', () => {
  const tokens = Float32Array.of(1, 0, 2, 6);
  expect([...poolTokens(tokens, 2, 'MEAN')]).toEqual([...toUnitLength(Float32Array.of(1, 2))]);
  expect([...poolTokens(tokens, 2, 'FIRST_TOKEN')]).toEqual([1, 0]);
});

it('weighs windows by how much of the text they hold', () => {
  const vectors = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
  expect([...poolWindows(vectors, [3, 4])]).toEqual([...Float32Array.of(0.6, 0.8)]);
});

it.each([[[0, 0]], [[Number.NaN, 1]], [[Infinity, 1]]])('refuses %s, which has no direction', (numbers) => {
  expect(() => toUnitLength(Float32Array.from(numbers))).toThrow('without a direction');
});
