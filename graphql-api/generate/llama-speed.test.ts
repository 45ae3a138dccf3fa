import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { firstTokenDeadlineMs, openSpeedMeter, promptBudgetTokens, silenceMs, type SpeedMeter } from './llama-speed.ts';

/** A meter by a clock that only reading moves. */
function openStill(): { readonly meter: SpeedMeter; readonly read: (tokens: number, ms: number) => Promise<void> } {
  let nowMs = 0;
  const meter = openSpeedMeter(() => nowMs);
  const read = (tokens: number, ms: number): Promise<void> =>
    meter.measure(tokens, async () => {
      nowMs += ms;
    });
  return { meter, read };
}

test('a first chunk that waits for the disk is forgiven', async () => {
  const { meter, read } = openStill();
  await read(128, 128_000);
  await read(128, 1280);
  expect(meter.msPerToken).toBe(10);
});

test('the speed follows the machine within one long prompt', async () => {
  const { meter, read } = openStill();
  for (let chunk = 0; chunk < 32; chunk++) await read(128, 128);
  expect(meter.msPerToken).toBe(1);
  for (let chunk = 0; chunk < 17; chunk++) await read(128, 1280);
  expect(meter.msPerToken).toBe(10);
});

test('a few tokens at the end of a prompt say nothing about the speed', async () => {
  const { meter, read } = openStill();
  await read(128, 1280);
  for (let chunk = 0; chunk < 9; chunk++) await read(2, 1000);
  expect(meter.msPerToken).toBe(10);
});

test.each([2, 3, 4])('%i sequences that read at the same time do not make a machine look slower', async (sequences) => {
  let nowMs = 0;
  const meter = openSpeedMeter(() => nowMs);
  const rounds = Array.from({ length: 12 }, () => Promise.withResolvers<void>());
  const readers = Array.from({ length: sequences }, async () => {
    for (const { promise } of rounds) await meter.measure(128, () => promise);
  });
  // One batch after another, each with a chunk of every sequence.
  for (const { resolve } of rounds) {
    nowMs += 1280 * sequences;
    resolve();
    await setImmediate();
  }
  await Promise.all(readers);
  expect(meter.msPerToken).toBe(10);
});

test('a chunk that fails, and the pause after it, say nothing about the speed', async () => {
  let nowMs = 0;
  const meter = openSpeedMeter(() => nowMs);
  await expect(meter.measure(128, () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  nowMs += 1_000_000;
  await meter.measure(128, async () => {
    nowMs += 1280;
  });
  expect(meter.msPerToken).toBe(10);
});

test('a prompt may be as long as can be read in 15 s', () => {
  expect(promptBudgetTokens(10)).toBe(1500);
  expect(promptBudgetTokens(0)).toBe(Infinity);
});

test('the first word may take three times as long as is expected with all sequences at work, and never less than 15 s', () => {
  expect(firstTokenDeadlineMs(2000, 10, 2)).toBe(120_000);
  expect(firstTokenDeadlineMs(10, 10, 1)).toBe(15_000);
});

test('silence may last as long as ten chunks of each sequence, and never less than the patience', () => {
  expect(silenceMs(100, 2, 60_000)).toBe(256_000);
  expect(silenceMs(1, 1, 60_000)).toBe(60_000);
});
