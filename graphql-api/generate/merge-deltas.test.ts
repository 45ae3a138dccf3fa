import { afterEach, describe, expect, test, vi } from 'vitest';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createDeltaMerger, mergeDeltas } from './merge-deltas.ts';
import { eventsOf, NEVER, textOf } from '../testing/generator-contract.ts';
import type { GeneratorEvent } from './generator.ts';

const STARTED = { type: 'started', usedRanks: [1], promptTokens: null, firstTokenMs: null } as const;
const FINISHED = { type: 'finished', reason: 'STOP', completionTokens: null } as const;
/** Longer than any test. */
const LONG_MS = 1_000_000;

const delta = (text: string): GeneratorEvent => ({ type: 'delta', text });
const thinking = (text: string): GeneratorEvent => ({ type: 'thinking', text });

describe('a model that calls back', () => {
  afterEach(() => void vi.useRealTimers());

  test('its first piece goes on at once, the next ones wait for the time or for another event', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const passed: GeneratorEvent[] = [];
    const merger = createDeltaMerger((event) => passed.push(event), 40);
    for (const event of [STARTED, delta('O'), delta(' prazo'), delta(' é')]) merger.push(event);
    expect(passed).toEqual([STARTED, delta('O')]);
    vi.advanceTimersByTime(39);
    expect(passed).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(passed.slice(2)).toEqual([delta(' prazo é')]);
    merger.push(delta(' de'));
    merger.push(FINISHED);
    expect(passed.slice(3)).toEqual([delta(' de'), FINISHED]);
    vi.advanceTimersByTime(LONG_MS);
    expect(passed).toHaveLength(5);
  });

  test('thoughts are merged with thoughts, and the first word after them goes on at once', () => {
    const passed: GeneratorEvent[] = [];
    const merger = createDeltaMerger((event) => passed.push(event), LONG_MS);
    for (const event of [thinking('Vou'), thinking(' pensar'), thinking('.'), delta('O'), delta(' prazo')])
      merger.push(event);
    expect(passed).toEqual([thinking('Vou'), thinking(' pensar.'), delta('O')]);
    merger.push(FINISHED);
    expect(passed.slice(3)).toEqual([delta(' prazo'), FINISHED]);
  });

  test('a slow model’s pieces are not held back', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const passed: GeneratorEvent[] = [];
    const merger = createDeltaMerger((event) => passed.push(event), 40);
    for (const word of ['um', ' dois', ' três']) {
      merger.push(delta(word));
      vi.advanceTimersByTime(40);
    }
    expect(passed).toEqual([delta('um'), delta(' dois'), delta(' três')]);
  });

  test('once the reader has 500 characters before him, pieces wait twice as long', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const passed: GeneratorEvent[] = [];
    const merger = createDeltaMerger((event) => passed.push(event), 40);
    for (const text of ['a'.repeat(499), 'b', 'c']) {
      merger.push(delta(text));
      vi.advanceTimersByTime(text === 'c' ? 39 : 40);
    }
    expect(passed.slice(1)).toEqual([delta('b')]);
    vi.advanceTimersByTime(1);
    expect(passed.slice(2)).toEqual([delta('c')]);
  });

  test('what waits when the answer ends by an error is passed on, once', () => {
    const passed: GeneratorEvent[] = [];
    const merger = createDeltaMerger((event) => passed.push(event), LONG_MS);
    for (const word of ['um', ' dois', ' três']) merger.push(delta(word));
    merger.flush();
    merger.flush();
    expect(passed).toEqual([delta('um'), delta(' dois três')]);
  });
});

/** Yields the events as fast as they are taken, and counts them. @param fails throws at the end. */
function source(
  events: readonly GeneratorEvent[],
  fails = false,
): AsyncIterable<GeneratorEvent> & { taken: number; isClosed: boolean } {
  const counted = {
    taken: 0,
    isClosed: false,
    async *[Symbol.asyncIterator](): AsyncGenerator<GeneratorEvent> {
      try {
        for (const event of events) {
          counted.taken++;
          yield event;
        }
        if (fails) throw new Error('the connection broke');
      } finally {
        counted.isClosed = true;
      }
    },
  };
  return counted;
}

describe('a model that is read', () => {
  afterEach(() => void vi.useRealTimers());

  test('4,000 pieces that are there at once become a few deltas of at most 4 KiB and a piece, in order', async () => {
    const pieces = Array.from({ length: 4_000 }, (_, n) => `${n} `);
    const events = await eventsOf(mergeDeltas(source([STARTED, ...pieces.map(delta), FINISHED]), NEVER, 0));
    expect(textOf(events)).toBe(pieces.join(''));
    expect([events[0], events.at(-1)]).toEqual([STARTED, FINISHED]);
    const lengths = events.slice(1, -1).map((event) => textOf([event]).length);
    expect(lengths.length).toBeLessThanOrEqual(pieces.join('').length / 4096 + 1);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(4096 + 5);
  });

  test('takes only the next event while the time is not over, and ends with the signal’s reason', async () => {
    const left = new AbortController();
    const events = source([delta('x'.repeat(5_000)), ...Array.from({ length: 100 }, () => delta('a'))]);
    const merged = mergeDeltas(events, left.signal, LONG_MS);
    expect(await merged.next()).toMatchObject({ value: delta('x'.repeat(5_000)) });
    const waiting = merged.next();
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(events.taken).toBe(2);
    const reason = new Error('the reader has gone');
    left.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await vi.waitFor(() => expect(events.isClosed).toBe(true));
  });

  test.each([
    [499, LONG_MS, true],
    [500, LONG_MS, false],
    [500, 2 * LONG_MS, true],
  ])('after %i characters, the next ones go on after %i ms: %s', async (chars, waitMs, isPassed) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const left = new AbortController();
    const merged = mergeDeltas(source([delta('a'.repeat(chars)), STARTED, delta('b')]), left.signal, LONG_MS);
    for (let taken = 0; taken < 2; taken++) await merged.next();
    vi.advanceTimersByTime(waitMs);
    let hasCome = false;
    const last = merged.next().then(() => (hasCome = true));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(hasCome).toBe(isPassed);
    left.abort();
    await last.catch(() => {});
  });

  test('what precedes an error is yielded before it is thrown', async () => {
    const merged = mergeDeltas(source([delta('um'), delta(' dois')], true), NEVER, 0);
    expect(await merged.next()).toMatchObject({ value: delta('um dois') });
    await expect(merged.next()).rejects.toThrow('the connection broke');
  });

  test('thoughts, words and quotes stay apart, and in order', async () => {
    const quote: GeneratorEvent = { type: 'delta', text: 'q', quotes: [] };
    const all = [thinking('a'), thinking('b'), delta('c'), delta('d'), quote, quote, thinking('e'), FINISHED];
    expect(await eventsOf(mergeDeltas(source(all), NEVER, 0))).toEqual([
      thinking('ab'),
      delta('cd'),
      quote,
      quote,
      thinking('e'),
      FINISHED,
    ]);
  });

  test('the model is not asked for a first word before `started` was read', async () => {
    const events = source([STARTED, delta('a')]);
    const merged = mergeDeltas(events, NEVER, 0);
    await merged.next();
    await nextTurn();
    expect(events.taken).toBe(1);
    await merged.return(undefined);
    expect(events.isClosed).toBe(true);
  });
});
