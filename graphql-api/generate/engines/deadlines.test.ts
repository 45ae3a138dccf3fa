import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { generateInTime } from './deadlines.ts';
import { eventsOf, NEVER, REQUEST } from '../../testing/generator-contract.ts';
import type { Generator, GeneratorEvent } from '../generator.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const STARTED = { type: 'started', usedRanks: [], promptTokens: null, firstTokenMs: 500 } as const;
const DELTA = { type: 'delta', text: 'a' } as const;
const THINKING = { type: 'thinking', text: 'b' } as const;
const FINISHED = { type: 'finished', reason: 'STOP', completionTokens: null } as const;

/** Yields each event after its pause, and ignores an abort. */
function deaf(
  script: readonly (readonly [pauseMs: number, event: GeneratorEvent])[],
): Generator & { signal: AbortSignal } {
  const generator = {
    kind: 'LOCAL' as const,
    model: 'deaf',
    state: () => ({ state: 'READY', contextTokens: null }) as const,
    health: () => ({ status: 'OK', message: '' }) as const,
    signal: NEVER,
    async *generate(_: unknown, signal: AbortSignal): AsyncGenerator<GeneratorEvent> {
      generator.signal = signal;
      for (const [pauseMs, event] of script) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        yield event;
      }
    },
    async [Symbol.asyncDispose]() {},
  };
  return generator;
}

async function outcomeOf(generator: Generator, firstTokenMs: number | null): Promise<unknown> {
  const read = eventsOf(generateInTime(generator, REQUEST, NEVER, { firstTokenMs, idleMs: 100 }));
  const outcome = read.catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return outcome;
}

test('a request may wait in the queue for long: the first word’s time counts from `started`', async () => {
  const generator = deaf([
    [100_000, STARTED],
    [450, DELTA],
    [90, DELTA],
    [90, FINISHED],
  ]);
  expect(await outcomeOf(generator, null)).toEqual([STARTED, DELTA, DELTA, FINISHED]);
});

test('without a setting the generator’s own estimate holds, with one the setting', async () => {
  const script = [
    [0, STARTED],
    [600, DELTA],
    [0, FINISHED],
  ] as const;
  expect(await outcomeOf(deaf(script), null)).toMatchObject({
    message: expect.stringContaining('produced no word within 500 ms'),
  });
  expect(await outcomeOf(deaf(script), 700)).toHaveLength(3);
  expect(await outcomeOf(deaf(script), 300)).toMatchObject({
    code: 'MODEL_TIMEOUT',
    message: expect.stringContaining('300 ms'),
  });
});

test('a model may think for longer than every deadline, as long as it does not pause', async () => {
  const thoughts = Array.from({ length: 1000 }, () => [90, THINKING] as const);
  const answer = [STARTED, ...thoughts.map(([, event]) => event), DELTA, FINISHED];
  expect(await outcomeOf(deaf([[0, STARTED], ...thoughts, [90, DELTA], [90, FINISHED]]), 300)).toEqual(answer);
  const pausing = [
    [0, STARTED],
    [290, THINKING],
    [110, DELTA],
  ] as const;
  expect(await outcomeOf(deaf(pausing), 300)).toMatchObject({
    code: 'MODEL_TIMEOUT',
    message: expect.stringContaining('paused for 100 ms in the middle of its thoughts'),
  });
});

test('a generator that is late is aborted, and not waited for', async () => {
  const generator = deaf([
    [0, STARTED],
    [1e9, DELTA],
  ]);
  const read = eventsOf(generateInTime(generator, REQUEST, NEVER, { firstTokenMs: 10, idleMs: 10 }));
  const outcome = read.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(20);
  expect(await outcome).toMatchObject({ code: 'MODEL_TIMEOUT' });
  expect(generator.signal.aborted).toBe(true);
});

test('a complete answer leaves no timer behind', async () => {
  const read = outcomeOf(
    deaf([
      [0, STARTED],
      [0, DELTA],
      [0, FINISHED],
    ]),
    1e9,
  );
  await vi.advanceTimersByTimeAsync(1);
  expect(vi.getTimerCount()).toBe(0);
  expect(await read).toHaveLength(3);
});

test('the last word and the end may not be too far apart either', async () => {
  const generator = deaf([
    [0, STARTED],
    [0, DELTA],
    [200, FINISHED],
  ]);
  expect(await outcomeOf(generator, null)).toMatchObject({ message: expect.stringContaining('paused for 100 ms') });
});

test('a reader’s own pauses are not the generator’s', async () => {
  const events = generateInTime(
    deaf([
      [0, STARTED],
      [0, DELTA],
      [0, FINISHED],
    ]),
    REQUEST,
    NEVER,
    { firstTokenMs: 10, idleMs: 10 },
  );
  const read = async (): Promise<number> => {
    let count = 0;
    for await (const _ of events) {
      count++;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    return count;
  };
  const count = read();
  await vi.runAllTimersAsync();
  expect(await count).toBe(3);
});
