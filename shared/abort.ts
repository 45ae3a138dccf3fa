/**
 * Waits for the work, but only until the signal aborts. Does not stop the work itself, which has to watch the signal
 * too.
 * @param signal undefined waits for the work alone.
 * @throws the signal's reason if it has aborted, even if the work has settled by then; otherwise what the work throws.
 */
export async function raceAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    // `aborted` comes first in the list, because of two settled promises race takes the first.
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Waits until the work has settled or the signal has aborted, whichever comes first. Does not say which, and never
 * rejects: the caller checks the signal and its own state.
 */
export async function settledOrAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  await raceAbort(work, signal).catch(() => {});
}

/** Resolves when the signal aborts. Never rejects. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  await settledOrAborted(new Promise(() => {}), signal);
}

/**
 * Waits for the work, but no longer than `limitMs`. Does not stop the work itself.
 * @param limitMs milliseconds; null sets no limit.
 * @param late makes the error for the case that the time is up.
 * @throws the error from `late` when the time is up; otherwise what the work throws.
 */
export async function raceDeadline<T>(work: Promise<T>, limitMs: number | null, late: () => Error): Promise<T> {
  if (limitMs === null) return work;
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), limitMs);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
