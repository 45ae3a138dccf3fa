import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endWhenSilent } from './end-when-silent.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

test('aborts after the silence, counted from the last piece', async () => {
  using silence = endWhenSilent(40_000);
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  const received: string[] = [];
  const reading = (async () => {
    for await (const piece of silence.watch(readable)) received.push(piece);
  })();
  for (const piece of ['a', 'b', 'c']) {
    vi.advanceTimersByTime(39_000);
    await writer.write(piece);
    while (!received.includes(piece)) await setImmediate();
    expect([piece, silence.signal.aborted]).toEqual([piece, false]);
  }
  vi.advanceTimersByTime(39_999);
  expect(silence.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(silence.signal.aborted).toBe(true);
  expect(String(silence.signal.reason)).toContain('silent for 40 s');
  await writer.close();
  await reading;
});

test('a deadline that was disposed of does not abort', () => {
  const silence = endWhenSilent(40_000);
  silence[Symbol.dispose]();
  vi.advanceTimersByTime(80_000);
  expect(silence.signal.aborted).toBe(false);
});
