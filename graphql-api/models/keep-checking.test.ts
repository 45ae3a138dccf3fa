import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepChecking } from './keep-checking.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

test('an hour in which a check hangs costs no check that is made up for later', async () => {
  let begun = 0;
  let finish = (): void => {};
  await using checks = keepChecking(async () => {
    begun++;
    if (begun === 2) await new Promise<void>((resolve) => (finish = resolve));
  });
  await checks.firstCheck;
  await setImmediate();
  vi.advanceTimersByTime(3_600_000);
  expect(begun).toBe(2);
  finish();
  await setImmediate();
  expect(begun).toBe(2);
  vi.advanceTimersByTime(5_000);
  await setImmediate();
  expect(begun).toBe(3);
});
