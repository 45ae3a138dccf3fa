import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { openIdleWork, type IdleTask } from './idle-work.ts';

/** Work of three steps that notes each of them, and remembers how far it has come. */
function threeSteps(name: string, steps: string[], onStep?: (step: string) => void): IdleTask {
  let at = 0;
  return async (mayContinue) => {
    while (at < 3) {
      if (!mayContinue()) return false;
      await setImmediate();
      steps.push(`${name}${++at}`);
      onStep?.(`${name}${at}`);
    }
    return true;
  };
}

test('tasks are done one after another, and the end of all is reported', async () => {
  const steps: string[] = [];
  const work = openIdleWork(
    () => true,
    () => steps.push('done'),
  );
  work.add(threeSteps('a', steps));
  work.add(threeSteps('b', steps));
  await vi.waitFor(() => expect(steps).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'done']));
});

test('a question interrupts after the step that has begun, and the work continues when it has been answered', async () => {
  const steps: string[] = [];
  let isIdle = true;
  const work = openIdleWork(
    () => isIdle,
    () => steps.push('done'),
  );
  work.add(threeSteps('a', steps, (step) => (isIdle = step !== 'a2')));
  await vi.waitFor(() => expect(steps).toEqual(['a1', 'a2']));
  work.wake();
  for (let turn = 0; turn < 20; turn++) await setImmediate();
  expect(steps).toEqual(['a1', 'a2']);
  isIdle = true;
  work.wake();
  await vi.waitFor(() => expect(steps).toEqual(['a1', 'a2', 'a3', 'done']));
});

test('a question that comes and goes within one step stops nothing for good', async () => {
  const steps: string[] = [];
  let isIdle = true;
  const work = openIdleWork(
    () => isIdle,
    () => steps.push('done'),
  );
  let calls = 0;
  work.add(async () => {
    isIdle = false;
    await setImmediate();
    isIdle = true;
    work.wake(); // while it is still at work
    return ++calls === 2;
  });
  await vi.waitFor(() => expect(steps).toEqual(['done']));
  expect(calls).toBe(2);
});

test('a task that fails keeps no other from being done', async () => {
  const steps: string[] = [];
  const work = openIdleWork(
    () => true,
    () => steps.push('done'),
  );
  work.add(() => Promise.reject(new Error('no')));
  work.add(threeSteps('b', steps));
  await vi.waitFor(() => expect(steps).toEqual(['b1', 'b2', 'b3', 'done']));
});
