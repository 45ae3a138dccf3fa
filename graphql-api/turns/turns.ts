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

/** A queue of computations that shares the event loop with everything else; see `openTurns`. */
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

interface Computation {
  /** Computes for one slice; returns whether it has ended. */
  readonly compute: (isOver: () => boolean) => boolean;
  slices: number;
}

/**
 * Returns a function that opens queues of computations. All queues together hold the event loop for at most 4 ms at a
 * time, plus one step; those that have something to compute get slices in rotation. Without them, fifty questions that
 * arrive together are ranked in one block of more than a second.
 */
export function openTurns({ now, next }: TurnOptions): () => Turns {
  /** The queues that are not empty; the first one has the next turn. */
  const waiting: Computation[][] = [];

  const turn = (): void => {
    const end = now() + SLICE_MS;
    const isOver = (): boolean => now() >= end;
    const queue = waiting.shift()!; // a turn is asked for only while something waits
    // One end a turn, because what waits for the result continues in the same turn.
    const first = queue[0]!; // an empty queue does not wait
    if (first.compute(isOver)) queue.shift();
    else if (++first.slices % SLICES_IN_FRONT === 0) queue.push(...queue.splice(0, 1));
    if (queue.length > 0) waiting.push(queue);
    if (waiting.length > 0) next(turn);
  };

  return () => {
    const queue: Computation[] = [];
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
          queue.push({ compute, slices: 0 });
          if (queue.length > 1) return;
          waiting.push(queue);
          if (waiting.length === 1) next(turn);
        }),
    };
  };
}

const openQueue = openTurns({ now: () => performance.now(), next: setImmediate });

/**
 * What `search` computes. A queue of its own, because a search that waited behind fifty questions would wait for them at
 * each of its steps: more than four seconds.
 */
export const searchTurns: Turns = openQueue();

/** All ranking and quoting for answers, and everything else that is computed in turns. */
export const answerTurns: Turns = openQueue();

/** Computes the steps in turns with everything else in this process; see `Turns.run`. */
export function inTurns<Result>(steps: Steps<Result>, signal: AbortSignal): Promise<Result> {
  return answerTurns.run(steps, signal);
}

/** See `openPacer`. */
export interface PacerOptions extends TurnOptions {
  /** Calls back when everything that follows from a resolved promise has been done. */
  readonly afterMicrotasks: (callback: () => void) => void;
}

/**
 * Returns a function for work that comes in many small pieces from many places, such as events that are sent to many
 * clients. Each piece awaits it first. It resolves in order of arrival, for as many as fit into a slice of 4 ms, after
 * everything else that is due has had its turn.
 */
export function openPacer({ now, next, afterMicrotasks }: PacerOptions): () => Promise<void> {
  const waiting: (() => void)[] = [];
  let sliceEnd = -Infinity;
  let isTurnDue = false;

  const turn = (): void => {
    sliceEnd = now() + SLICE_MS;
    release();
  };
  // One piece is done before the next is released, so that the slice ends when its time is over.
  const release = (): void => {
    waiting.shift()?.();
    isTurnDue = waiting.length > 0;
    if (isTurnDue) afterMicrotasks(() => (now() < sliceEnd ? release() : next(turn)));
  };

  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (isTurnDue) return;
      isTurnDue = true;
      next(turn);
    });
}

/** The pace at which changes of documents and of the ingestion are sent to all who follow them. */
export const turnForEvents = openPacer({
  now: () => performance.now(),
  next: setImmediate,
  // Node runs the callbacks of nextTick when the queue of microtasks is empty.
  afterMicrotasks: (callback) => queueMicrotask(() => process.nextTick(callback)),
});

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
