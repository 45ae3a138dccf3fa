import { expect, test } from 'vitest';
import { chunkTokens, firstTokenDeadlineMs, openSpeedMeter, promptBudgetTokens, silenceMs } from './speed.ts';

test('a first chunk that waits for the disk does not count', () => {
  const meter = openSpeedMeter();
  meter.note(128, 128_000);
  meter.note(128, 1280);
  expect(meter.msPerToken).toBe(10);
});

test('the speed follows the machine within one long prompt', () => {
  const meter = openSpeedMeter();
  for (let chunk = 0; chunk < 32; chunk++) meter.note(128, 128);
  expect(meter.msPerToken).toBe(1);
  for (let chunk = 0; chunk < 17; chunk++) meter.note(128, 1280);
  expect(meter.msPerToken).toBe(10);
});

test('a few tokens at the end of a prompt say nothing about the speed', () => {
  const meter = openSpeedMeter();
  meter.note(128, 1280);
  for (let chunk = 0; chunk < 9; chunk++) meter.note(2, 1000);
  expect(meter.msPerToken).toBe(10);
});

test('a prompt may be as long as can be read in 15 s', () => {
  expect(promptBudgetTokens(10)).toBe(1500);
  expect(promptBudgetTokens(0)).toBe(Infinity);
});

test('the first word may take three times as long as is expected, and never less than 15 s', () => {
  expect(firstTokenDeadlineMs(2000, 10)).toBe(60_000);
  expect(firstTokenDeadlineMs(10, 10)).toBe(15_000);
});

test('a chunk is what takes 250 ms, from 128 to 512 tokens', () => {
  expect([10, 1.96, 1.95].map((ms) => chunkTokens(ms))).toEqual([128, 128, 128]);
  expect([1.93, 1, 0.5].map((ms) => chunkTokens(ms))).toEqual([129, 250, 500]);
  expect([0.49, 0.48, 0.1].map((ms) => chunkTokens(ms))).toEqual([510, 512, 512]);
});

test('a chunk has 128 tokens before the first measurement, and never more than the context evaluates at once', () => {
  expect(chunkTokens(0)).toBe(128);
  expect(chunkTokens(0.1, 509)).toBe(509);
  expect(chunkTokens(10, 100)).toBe(100);
});

test('silence may last as long as ten chunks, and never less than the patience', () => {
  expect(silenceMs(100, 60_000)).toBe(128_000);
  expect(silenceMs(1, 60_000)).toBe(60_000);
  expect(silenceMs(1, 2000)).toBe(2500);
  expect(silenceMs(0.1, 200)).toBe(512);
});
