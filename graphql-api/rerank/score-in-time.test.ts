import { expect, it } from 'vitest';
import type { Reranker } from './reranker.ts';
import { scoreInTime } from './score-in-time.ts';

const PASSAGES = Array.from({ length: 20 }, (_, i) => `passage ${i}`);
const never = new AbortController().signal;

/** Takes `msPerPair` for each pair, on its own clock, and scores a passage by its number. */
function slowReranker(msPerPair: number, failAt = Infinity) {
  let nowMs = 0;
  const read: string[] = [];
  const reranker: Reranker = {
    model: 'slow',
    async score(_, passage) {
      if (read.length === failAt) throw new Error('the thread ended');
      nowMs += msPerPair;
      read.push(passage);
      return Number(passage.split(' ')[1]) / 100;
    },
    [Symbol.asyncDispose]: async () => {},
  };
  const score = (signal = never) =>
    scoreInTime(reranker, 'question', PASSAGES, signal, { budgetMs: 60_000, now: () => nowMs });
  return { read, score };
}

it('scores all passages in their order when the budget does', async () => {
  const { read, score } = slowReranker(3000);
  expect(await score()).toEqual(
    PASSAGES.keys()
      .map((i) => i / 100)
      .toArray(),
  );
  expect(read).toEqual(PASSAGES);
});

it('gives up after five pairs when their pace says that the budget will not do', async () => {
  const { read, score } = slowReranker(3001);
  expect(await score()).toBeNull();
  expect(read).toEqual(PASSAGES.slice(0, 5));
});

it('gives up after the first pair when that takes a quarter of the budget', async () => {
  const { read, score } = slowReranker(15_001);
  expect(await score()).toBeNull();
  expect(read).toHaveLength(1);
});

it('does not wait for a pair that never comes to its end', async () => {
  const hanging: Reranker = {
    model: 'hanging',
    score: (_, __, signal) =>
      new Promise((_resolve, reject) => signal!.addEventListener('abort', () => reject(signal!.reason))),
    [Symbol.asyncDispose]: async () => {},
  };
  expect(await scoreInTime(hanging, 'question', PASSAGES, never, { budgetMs: 1, now: () => 0 })).toBeNull();
  const stop = new AbortController();
  const aborted = scoreInTime(hanging, 'question', PASSAGES, stop.signal, { budgetMs: 60_000, now: () => 0 });
  stop.abort(new Error('no longer needed'));
  await expect(aborted).rejects.toThrow('no longer needed');
});

it('throws what the reranker throws', async () => {
  await expect(slowReranker(1, 3).score()).rejects.toThrow('the thread ended');
});
