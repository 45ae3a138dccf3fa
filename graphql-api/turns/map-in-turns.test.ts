import { expect, test } from 'vitest';
import { selectInTurns } from './map-in-turns.ts';

const items = Array.from({ length: 1_000 }, (_, n) => n);
/** Takes longer than a turn may. */
function work(): void {
  const until = performance.now() + 1;
  while (performance.now() < until);
}

test('selects in order, and lets other work run in between', async () => {
  let others = 0;
  const counting = setInterval(() => others++, 0);
  const selected = await selectInTurns(
    items,
    (n) => {
      if (n % 10 === 0) work();
      return n % 2 === 0;
    },
    new AbortController().signal,
  );
  clearInterval(counting);
  expect(selected).toEqual(items.filter((n) => n % 2 === 0));
  expect(others).toBeGreaterThan(0);
});

test('stops soon after nobody wants the result any more', async () => {
  const stop = new AbortController();
  let seen = 0;
  const selecting = selectInTurns(
    items,
    () => {
      work();
      seen++;
      stop.abort(new Error('gone'));
      return true;
    },
    stop.signal,
  );
  await expect(selecting).rejects.toThrow('gone');
  expect(seen).toBeLessThan(items.length);
});
