import { expect, test } from 'vitest';
import { fuse } from './reciprocal-rank-fusion.ts';

/** Ranks chunks from 1 in the order given. */
const ranked = (...chunks: readonly string[]): ReadonlyMap<string, number> =>
  new Map(chunks.map((chunk, index) => [chunk, index + 1]));

test('adds up weight / (10 + rank) over the arms', () => {
  const fused = fuse([
    { weight: 1, ranks: ranked('a', 'b') },
    { weight: 0.5, ranks: ranked('b', 'c') },
  ]);
  expect([...fused]).toEqual([
    ['b', 1 / 12 + 0.5 / 11],
    ['a', 1 / 11],
    ['c', 0.5 / 12],
  ]);
});

test('one arm keeps its order, and an arm that found nothing changes nothing', () => {
  const only = fuse([
    { weight: 1, ranks: ranked('z', 'y', 'x') },
    { weight: 1, ranks: ranked() },
  ]);
  expect([...only.keys()]).toEqual(['z', 'y', 'x']);
  expect(fuse([]).size).toBe(0);
});

test('a heavier arm wins over a lighter one, and ids decide between equals', () => {
  const heavier = fuse([
    { weight: 1, ranks: ranked('light') },
    { weight: 2, ranks: ranked('heavy') },
  ]);
  expect([...heavier.keys()]).toEqual(['heavy', 'light']);
  const equal = fuse([
    { weight: 1, ranks: ranked('b') },
    { weight: 1, ranks: ranked('a') },
  ]);
  expect([...equal.keys()]).toEqual(['a', 'b']);
});
