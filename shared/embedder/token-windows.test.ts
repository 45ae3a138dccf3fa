import { expect, it } from 'vitest';
import { randomNumbers } from '../testing/random-numbers.ts';
import { type TokenWindow, splitIntoWindows } from './token-windows.ts';

const idsOf = (textTokens: number): number[] => [-1, -2, ...Array.from({ length: textTokens }, (_, i) => i), -3];
const FRAME = { headTokens: 2, tailTokens: 1 };

it('leaves a text alone that fits exactly', () => {
  expect(splitIntoWindows(idsOf(13), FRAME, 16)).toEqual([{ ids: idsOf(13), textTokens: 13 }]);
});

it('splits a text that is one token too long in two windows of about equal length', () => {
  const windows = splitIntoWindows(idsOf(14), FRAME, 16);
  expect(windows.map(({ ids }) => ids)).toEqual([
    [-1, -2, 0, 1, 2, 3, 4, 5, 6, 7, -3],
    [-1, -2, 7, 8, 9, 10, 11, 12, 13, -3],
  ]);
});

it('refuses a window without room beside the prefix', () => {
  expect(() => splitIntoWindows(idsOf(14), FRAME, 3)).toThrow(RangeError);
});

it('holds every token in some window, never more than fit, each framed', () => {
  const seed = Date.now() % 1_000_000;
  const random = randomNumbers(seed);
  for (let i = 0; i < 500; i++) {
    const windowTokens = 4 + Math.floor(random() * 60);
    const textTokens = Math.floor(random() * 400);
    const windows = splitIntoWindows(idsOf(textTokens), FRAME, windowTokens);
    const isFramed = ({ ids }: TokenWindow): boolean => ids[0] === -1 && ids[1] === -2 && ids.at(-1) === -3;
    expect({
      seed,
      windowTokens,
      held: new Set(windows.flatMap(({ ids }) => ids.slice(2, -1))).size,
      areFramed: windows.every(isFramed),
      areCounted: windows.every((window) => window.textTokens === window.ids.length - 3),
      doFit: windows.every(({ ids }) => ids.length <= windowTokens),
    }).toEqual({ seed, windowTokens, held: textTokens, areFramed: true, areCounted: true, doFit: true });
  }
});
