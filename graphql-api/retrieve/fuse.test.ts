import { expect, test } from 'vitest';
import { fuse } from './fuse.ts';

test('adds up 1 / ((position + 1) / weight + 60) over the arms, as Qdrant does with k = 61', () => {
  const fused = fuse([
    { weight: 1, chunks: ['a', 'b'] },
    { weight: 0.5, chunks: ['b', 'c'] },
  ]);
  expect([...fused]).toEqual([
    ['b', 1 / 62 + 1 / 62],
    ['a', 1 / 61],
    ['c', 1 / 64],
  ]);
});

test('one arm keeps its order, and an arm that found nothing changes nothing', () => {
  const chunks = ['z', 'y', 'x'];
  expect([
    ...fuse([
      { weight: 1, chunks },
      { weight: 1, chunks: [] },
    ]).keys(),
  ]).toEqual(chunks);
  expect(fuse([]).size).toBe(0);
});

test('a heavier arm wins over a lighter one, and ids decide between equals', () => {
  const heavier = fuse([
    { weight: 1, chunks: ['light'] },
    { weight: 2, chunks: ['heavy'] },
  ]);
  expect([...heavier.keys()]).toEqual(['heavy', 'light']);
  const equal = fuse([
    { weight: 1, chunks: ['b'] },
    { weight: 1, chunks: ['a'] },
  ]);
  expect([...equal.keys()]).toEqual(['a', 'b']);
});
