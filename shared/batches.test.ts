import { expect, test } from 'vitest';
import { batchesOf } from './batches.ts';

test('batches hold all items in their order, the last one what is left', async () => {
  expect(await Array.fromAsync(batchesOf([1, 2, 3, 4, 5], 2))).toEqual([[1, 2], [3, 4], [5]]);
  expect(await Array.fromAsync(batchesOf(new Set('abcd'), 4))).toEqual([['a', 'b', 'c', 'd']]);
  expect(await Array.fromAsync(batchesOf([], 3))).toEqual([]);
});

test('batches are given as soon as they are full, and what is left unread is not asked for', async () => {
  let asked = 0;
  async function* numbers(): AsyncGenerator<number> {
    for (;;) yield ++asked;
  }
  for await (const batch of batchesOf(numbers(), 3)) {
    expect(batch).toEqual([1, 2, 3]);
    break;
  }
  expect(asked).toBe(3);
});
