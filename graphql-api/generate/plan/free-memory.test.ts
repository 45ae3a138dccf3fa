import { expect, it } from 'vitest';
import { readFreeMemory } from './free-memory.ts';

it('adds up the cards', async () => {
  const cards = [
    { freeBytes: 11, totalBytes: 12 },
    { freeBytes: 3, totalBytes: 4 },
  ];
  const { card, ramBytes } = await readFreeMemory(async () => cards);
  expect(card).toEqual({ freeBytes: 14, totalBytes: 16, cards: 2, isShared: false });
  expect(ramBytes).toBeGreaterThan(0);
});

it('without a card there is none', async () => {
  expect((await readFreeMemory(async () => [])).card).toBeNull();
});
