import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { raceAbort, raceDeadline, settledOrAborted, untilAborted } from './abort.ts';

const never = new Promise<never>(() => {});
const gone = new Error('the reader has gone');

test('raceAbort gives what the work gives, and leaves no listener on the signal', async () => {
  const { signal } = new AbortController();
  expect(await raceAbort(Promise.resolve(7), signal)).toBe(7);
  await expect(raceAbort(Promise.reject(new Error('the work failed')), signal)).rejects.toThrow('the work failed');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('raceAbort rejects with the reason as soon as the signal aborts, whatever the work does later', async () => {
  const stop = new AbortController();
  const work = Promise.withResolvers<number>();
  const raced = raceAbort(work.promise, stop.signal);
  stop.abort(gone);
  await expect(raced).rejects.toBe(gone);
  work.reject(new Error('handled by no caller')); // an unhandled rejection would fail the run
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});

test('raceAbort prefers the reason of a signal that was aborted before, and handles the rejection of the work', async () => {
  await expect(raceAbort(Promise.resolve(7), AbortSignal.abort(gone))).rejects.toBe(gone);
  await expect(raceAbort(Promise.reject(new Error('late')), AbortSignal.abort(gone))).rejects.toBe(gone);
});

test('raceAbort without a signal waits for the work alone', async () => {
  expect(await raceAbort(Promise.resolve(7), undefined)).toBe(7);
});

test('settledOrAborted and untilAborted never reject', async () => {
  const { signal } = new AbortController();
  await settledOrAborted(Promise.reject(new Error('the work failed')), signal);
  await settledOrAborted(never, AbortSignal.abort(gone));
  await untilAborted(AbortSignal.abort(gone));
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('raceDeadline throws what the caller makes when the time is up, and never without a limit', async () => {
  await expect(raceDeadline(never, 1, () => gone)).rejects.toBe(gone);
  expect(await raceDeadline(Promise.resolve(7), 60_000, () => gone)).toBe(7);
  expect(await raceDeadline(Promise.resolve(7), null, () => gone)).toBe(7);
  await expect(raceDeadline(Promise.reject(new Error('the work failed')), 60_000, () => gone)).rejects.toThrow(
    'work failed',
  );
});
