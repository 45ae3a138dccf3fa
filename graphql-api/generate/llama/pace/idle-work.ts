import { setImmediate } from 'node:timers/promises';

/** Child side: work that waits until nobody has a question, and gives way to the next one. */

/**
 * A piece of such work. It asks `mayContinue` before each short step and ends when the answer is no.
 * Resolves to true when it is done, to false to be called again later.
 */
export type IdleTask = (mayContinue: () => boolean) => Promise<boolean>;

/** Does its tasks one after another. */
export interface IdleWork {
  /** Adds a task after all others, and starts it if nothing else is to be done. */
  add(task: IdleTask): void;
  /** Continues. To be called whenever nobody may have a question any more. */
  wake(): void;
}

/**
 * Opens an empty list of tasks.
 * @param isIdle whether nobody has a question.
 * @param onDone called whenever all tasks are done.
 */
export function openIdleWork(isIdle: () => boolean, onDone: () => void): IdleWork {
  const tasks: IdleTask[] = [];
  let isWorking = false;

  async function work(): Promise<void> {
    isWorking = true;
    while (tasks.length > 0 && isIdle()) {
      // A task that fails is given up: an answer that meets the same fault reports it.
      const isDone = await tasks[0]!(isIdle).catch(() => true);
      if (isDone) tasks.shift();
      if (isDone && tasks.length === 0) onDone();
      await setImmediate(); // a task that gave way and could continue at once must not keep messages from arriving
    }
    isWorking = false;
  }

  const wake = (): void => {
    if (!isWorking) void work();
  };
  return {
    add(task) {
      tasks.push(task);
      wake();
    },
    wake,
  };
}
