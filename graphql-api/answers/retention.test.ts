import { expect, test } from 'vitest';
import { expiryOf, lookAtClock, type SeenClock } from './retention.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const start: SeenClock = { seenMs: Date.parse('2026-11-27T00:00:00Z'), doubtedMs: 0 };

test('follows the clock, over a weekend and backwards too', () => {
  for (const days of [0, 3, 7, -400]) {
    expect(lookAtClock(start, start.seenMs + days * DAY_MS, 0)).toEqual({
      seenMs: start.seenMs + days * DAY_MS,
      doubtedMs: 0,
    });
  }
});

test('believes a clock that jumps ahead only after a day of running, and not at all if it is corrected before', () => {
  const jumped = start.seenMs + 100 * DAY_MS;
  let seen = lookAtClock(start, jumped, 0);
  for (let hour = 1; hour < 24; hour++) {
    seen = lookAtClock(seen, jumped + hour * HOUR_MS, HOUR_MS);
    expect(seen.seenMs).toBe(start.seenMs);
  }
  const corrected = start.seenMs + DAY_MS;
  expect(lookAtClock(seen, corrected, HOUR_MS)).toEqual({ seenMs: corrected, doubtedMs: 0 });
  const believed = jumped + 24 * HOUR_MS;
  expect(lookAtClock(seen, believed, HOUR_MS)).toEqual({ seenMs: believed, doubtedMs: 0 });
});

test('answers expire by the number of days before the time that is believed', () => {
  expect(expiryOf(start, 90)).toBe('2026-08-29T00:00:00.000Z');
});
