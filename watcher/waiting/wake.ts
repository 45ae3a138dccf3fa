import { settledOrAborted } from '#shared/abort.ts';

/** Lets a loop sleep until there may be something to do. A wake-up while nobody sleeps is kept for the next sleep. */
export class Wake {
  #isDue = false;
  #resolve: (() => void) | undefined;

  /** Ends the present sleep, or the next one at once. */
  now(): void {
    this.#isDue = true;
    this.#resolve?.();
  }

  /**
   * Sleeps until `now`, at most `maxMs`; ends early, without an error, when the signal aborts. One sleeper at a time.
   * @returns whether `now` ended it.
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

/** Waits so long; ends early, without an error, when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Wake().sleep(ms, signal);
}
