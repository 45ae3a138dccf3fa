/** A deadline that starts again with everything that is received. Disposing of it ends it. */
export interface SilenceDeadline extends Disposable {
  /** Aborts when nothing was received for too long. */
  readonly signal: AbortSignal;
  /** Yields what the stream yields; each piece starts the deadline again. */
  watch<T>(stream: AsyncIterable<T>): AsyncGenerator<T>;
}

/**
 * Starts a deadline for a connection: a process that hangs keeps its connections open, so that only its silence shows.
 * @param maxSilenceMs how long the silence may last.
 */
export function endWhenSilent(maxSilenceMs: number): SilenceDeadline {
  const silent = new AbortController();
  const reason = new Error(`the watcher has been silent for ${Math.round(maxSilenceMs / 1000)} s`);
  const timer = setTimeout(() => silent.abort(reason), maxSilenceMs);
  return {
    signal: silent.signal,
    async *watch(stream) {
      for await (const piece of stream) {
        timer.refresh();
        yield piece;
      }
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
