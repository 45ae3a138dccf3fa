import { settledOrAborted } from '#shared/abort.ts';

/** Lets a loop sleep until there may be something to do. A wake-up that comes too early is kept for the next sleep. */
export class Wake {
  #isDue = false;
  #resolve: (() => void) | undefined;

  /** Ends the current sleep; if there is none, the next one ends immediately. */
  now(): void {
    this.#isDue = true;
    this.#resolve?.();
  }

  /**
   * Sleeps until `now` is called, at most `maxMs`; resolves early when the signal aborts. One caller at a time.
   * @returns whether `now` was called, during the sleep or before it.
   */
  async sleep(maxMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#isDue && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#resolve = resolve;
      const timer = setTimeout(resolve, maxMs);
      await settledOrAborted(promise, signal);
      clearTimeout(timer);
      this.#resolve = undefined;
    }
    const wasDue = this.#isDue;
    this.#isDue = false;
    return wasDue;
  }
}

/** Waits this long; resolves early when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Wake().sleep(ms, signal);
}
