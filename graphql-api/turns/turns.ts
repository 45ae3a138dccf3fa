/**
 * A computation in small steps: it yields where it may be interrupted, which should be every millisecond or so, and
 * returns its result. It must not wait for anything.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/**
 * How long computations hold the event loop before everything else gets a turn. Beside a search in the store's thread
 * a question costs about 20 ms of computing, so a slice of 4 ms keeps nobody waiting and costs five extra turns.
 */
const SLICE_MS = 4;

/**
 * After this many slices a computation goes behind all others: twice what a question needs, so that questions are computed
 * one after the other, and a filter over very many documents does not hold them up.
 */
const SLICES_IN_FRONT = 10;

/** What shares the event loop with everything else; see `openTurns`. */
export interface Turns {
  /**
   * Computes the steps in order of arrival, one computation after the other; a long one goes behind all others now and then.
   * @returns what the steps return. Rejects with what they throw, or with the signal's reason if it aborts before the end.
   */
  readonly run: <Result>(steps: Steps<Result>, signal: AbortSignal) => Promise<Result>;
}

/** When a turn is over, and how the next one begins. */
export interface TurnOptions {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Calls back after everything else that is due has had its turn. */
  readonly next: (callback: () => void) => void;
}

/**
 * Opens a queue of computations that together hold the event loop for at most 4 ms at a time, plus one step. Without
 * it, fifty questions that arrive together are ranked in one block of more than a second.
 */
export function openTurns({ now, next }: TurnOptions): Turns {
  interface Computation {
    /** Computes for one slice; returns whether it has ended. */
    readonly compute: (isOver: () => boolean) => boolean;
    slices: number;
  }
  const waiting: Computation[] = [];

  const turn = (): void => {
    const end = now() + SLICE_MS;
    const isOver = (): boolean => now() >= end;
    // One end a turn, because what waits for the result continues in the same turn.
    const first = waiting[0]!; // a turn is asked for only while something waits
    if (first.compute(isOver)) waiting.shift();
    else if (++first.slices % SLICES_IN_FRONT === 0) waiting.push(...waiting.splice(0, 1));
    if (waiting.length > 0) next(turn);
  };

  return {
    run: (steps, signal) =>
      new Promise((resolve, reject) => {
        const compute: Computation['compute'] = (isOver) => {
          try {
            signal.throwIfAborted();
            for (;;) {
              const step = steps.next();
              if (step.done === true) {
                resolve(step.value);
                return true;
              }
              if (isOver()) return false;
            }
          } catch (error) {
            reject(error);
            return true;
          }
        };
        waiting.push({ compute, slices: 0 });
        if (waiting.length === 1) next(turn);
      }),
  };
}

/** All ranking and quoting of this process, of all questions. */
const ofThisProcess = openTurns({ now: () => performance.now(), next: setImmediate });

/** Computes the steps in turns with everything else in this process; see `Turns.run`. */
export function inTurns<Result>(steps: Steps<Result>, signal: AbortSignal): Promise<Result> {
  return ofThisProcess.run(steps, signal);
}

/**
 * Returns a function for work that comes in many small pieces from many places, such as events that are sent to many
 * clients. Each piece awaits it first: it resolves at once while the present slice lasts, otherwise after everything else that
 * is due has had its turn.
 */
export function openPacer({ now, next }: TurnOptions): () => Promise<void> {
  let sliceEnd = -Infinity;
  let waiting: Promise<void> | undefined;
  return async () => {
    if (now() < sliceEnd) return;
    waiting ??= new Promise((resolve) =>
      next(() => {
        sliceEnd = now() + SLICE_MS;
        waiting = undefined;
        resolve();
      }),
    );
    await waiting;
  };
}

/** The pace at which changes of documents are sent to all who follow them. */
export const turnForEvents = openPacer({ now: () => performance.now(), next: setImmediate });

/** Returns what `each` makes of the items, as `map` does, with an interruption after each item. */
export function* mapInSteps<Item, Result>(
  items: Iterable<Item>,
  each: (item: Item) => Result,
): Steps<readonly Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    results.push(each(item));
    yield;
  }
  return results;
}
