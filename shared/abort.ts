/**
 * Waits for the work, but no longer than until the signal aborts. The work itself is not stopped: whoever does it has to
 * watch the signal too.
 * @param signal undefined waits for the work alone.
 * @throws the signal's reason once it has aborted, even if the work has settled by then; otherwise what the work throws.
 */
export async function raceAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    // The abort comes first: of two settled promises, race takes the first in its list.
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Waits until the work has settled or the signal has aborted, whichever comes first, and says nothing of which it was.
 * Never rejects: the caller looks at the signal and at its own state.
 */
export async function settledOrAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  await raceAbort(work, signal).catch(() => {});
}

/** Resolves when the signal aborts. Never rejects. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  await settledOrAborted(new Promise(() => {}), signal);
}

/**
 * Waits for the work, at most so long. The work itself goes on.
 * @param limitMs null sets no limit.
 * @throws what `late` makes once the time is up; otherwise what the work throws.
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
