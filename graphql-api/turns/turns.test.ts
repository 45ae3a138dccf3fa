import { askedWords } from '#shared/text/asked-words.ts';
import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { withoutDuplicates } from '../retrieve/diversify-passages.ts';
import { matchPaths } from '../retrieve/match-paths.ts';
import { mapInSteps, openPacer, openTurns, type Steps } from './turns.ts';

const never = new AbortController().signal;

/** Turns on a clock that only steps move, each by 1 ms; counts the steps of each turn. */
function openCountedTurns() {
  const clock = { ms: 0 };
  const stepsOfTurns: number[] = [];
  const openQueue = openTurns({
    now: () => clock.ms,
    next: (callback) =>
      void setImmediate(() => {
        const before = clock.ms;
        callback();
        stepsOfTurns.push(clock.ms - before);
      }),
  });
  function* steps<Result>(count: number, result: Result, started: () => void = () => {}): Steps<Result> {
    started();
    for (let i = 0; i < count; i++) {
      clock.ms++;
      yield;
    }
    return result;
  }
  return { ...openQueue(), openQueue, steps, stepsOfTurns };
}

test('fifty computations at once hold the event loop for four steps at a time', async () => {
  const { run, steps, stepsOfTurns } = openCountedTurns();
  const results = Array.from({ length: 50 }, (_, index) => run(steps(20, index), never));
  expect(await Promise.all(results)).toEqual(Array.from({ length: 50 }, (_, index) => index));
  await nextRound();
  expect(Math.max(...stepsOfTurns)).toBe(4);
  // Each returns in a turn of its own, so that what its caller does with the result adds to no other.
  expect(stepsOfTurns).toHaveLength(50 * (20 / 4 + 1));
});

test('others get a turn between two slices, and nothing is computed before the first', async () => {
  const { run, steps } = openCountedTurns();
  let rounds = 0;
  let isOver = false;
  const others = (async () => {
    for (; !isOver; rounds++) await nextRound();
  })();
  let hasStarted = false;
  const result = run(
    steps(40, 'done', () => (hasStarted = true)),
    never,
  );
  expect(hasStarted).toBe(false);
  expect(await result).toBe('done');
  isOver = true;
  await others;
  expect(rounds).toBeGreaterThanOrEqual(9);
});

test('a computation that takes long does not hold up the short ones behind it for long', async () => {
  const { run, steps, stepsOfTurns } = openCountedTurns();
  const ended: string[] = [];
  const long = run(steps(4000, 'long'), never).then((name) => ended.push(name));
  const short = run(steps(20, 'short'), never).then((name) => {
    ended.push(name);
    expect(stepsOfTurns.length).toBeLessThan(30);
  });
  await Promise.all([long, short]);
  expect(ended).toEqual(['short', 'long']);
});

test('only one computation is under way at a time, in order of arrival', async () => {
  const { run } = openCountedTurns();
  const order: string[] = [];
  function* noted(name: string): Steps<void> {
    for (let i = 0; i < 3; i++) {
      order.push(name);
      yield;
    }
  }
  await Promise.all([run(noted('a'), never), run(noted('b'), never), run(noted('c'), never)]);
  expect(order.join('')).toBe('aaabbbccc');
});

test('a computation of another queue waits for one slice at a time, not for the fifty in front', async () => {
  const { run, openQueue, steps, stepsOfTurns } = openCountedTurns();
  const other = openQueue();
  const fifty = Array.from({ length: 50 }, () => run(steps(20, 'answer'), never));
  await other.run(steps(12, 'search'), never);
  // Four slices of its own, because a slice that ends exactly with the steps does not see their end, and four of others.
  expect(stepsOfTurns.length).toBeLessThanOrEqual(8);
  await Promise.all(fifty);
});

test('one that throws or is aborted costs the others nothing', async () => {
  const { run, steps, stepsOfTurns } = openCountedTurns();
  const abort = new AbortController();
  function* buggy(): Steps<never> {
    yield;
    throw new Error('a bug');
  }
  const failing = run(buggy(), never);
  const aborted = run(steps(1_000, 'too late'), abort.signal);
  const other = run(steps(8, 'done'), never);
  const outcomes = Promise.allSettled([failing, aborted, other]);
  await nextRound();
  abort.abort(new Error('the client is gone'));
  expect(await outcomes).toMatchObject([
    { status: 'rejected', reason: { message: 'a bug' } },
    { status: 'rejected', reason: { message: 'the client is gone' } },
    { status: 'fulfilled', value: 'done' },
  ]);
  await nextRound();
  expect(stepsOfTurns.reduce((sum, steps) => sum + steps, 0)).toBeLessThan(30);
});

test('what grows with documents or passages can be interrupted after each of them', () => {
  const documents = Array.from({ length: 1_000 }, (_, i) => ({ path: `${i}.md`, contentId: `${i}` }) as DocumentState); // all that is read
  expect([...matchPaths(askedWords('nota'), documents)]).toHaveLength(1_000);
  const words = { words: new Set<string>(), beginnings: new Set<string>() };
  const passages = Array.from({ length: 100 }, () => ({ words: { text: words } }));
  expect([...withoutDuplicates(passages as never)]).toHaveLength(100);
  expect([...mapInSteps(passages, String)]).toHaveLength(100);
});

test('small pieces of work from many places hold the event loop for one slice at a time, however many there are', async () => {
  const clock = { ms: 0 };
  const msOfTurns: number[] = [];
  const turn = openPacer({
    now: () => clock.ms,
    next: (callback) =>
      void setImmediate(() => {
        msOfTurns.push(clock.ms);
        callback();
      }),
    afterMicrotasks: (callback) => queueMicrotask(() => process.nextTick(callback)),
  });
  let sent = 0;
  const follower = async (): Promise<void> => {
    for (let event = 0; event < 20; event++) {
      await turn();
      clock.ms += 1;
      sent += 1;
    }
  };
  await Promise.all(Array.from({ length: 10 }, follower));
  expect(sent).toBe(200);
  const lengths = msOfTurns.map((start, index) => (msOfTurns[index + 1] ?? clock.ms) - start);
  expect(Math.max(...lengths)).toBe(4);
});
