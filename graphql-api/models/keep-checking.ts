const CHECK_EVERY_MS = 5000;

/** Periodic checks. Disposing ends them, including one in progress. */
export interface Checks extends AsyncDisposable {
  /** Resolves after the first check. */
  readonly firstCheck: Promise<void>;
}

/**
 * Checks now and every 5 s for a model that may arrive while the API runs. Checks never overlap: while one is running,
 * the next are skipped, so that checks that wait for a store that is down are not made up for when it is back.
 * @param check must not reject; its signal aborts when the checks end.
 */
export function keepChecking(check: (signal: AbortSignal) => Promise<void>): Checks {
  const stop = new AbortController();
  let isChecking = false;
  const checkOnce = async (): Promise<void> => {
    isChecking = true;
    await check(stop.signal);
    isChecking = false;
  };
  const firstCheck = checkOnce();
  let lastCheck = firstCheck;
  const timer = setInterval(() => {
    if (!isChecking) lastCheck = checkOnce();
  }, CHECK_EVERY_MS).unref();
  return {
    firstCheck,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stop.abort(new Error('the API is stopping'));
      await lastCheck;
    },
  };
}
