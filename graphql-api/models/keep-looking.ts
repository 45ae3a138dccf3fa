const LOOK_EVERY_MS = 5000;

/** Ends the looks, the one under way included. */
export interface Looks extends AsyncDisposable {
  /** Resolves after the first look. */
  readonly looked: Promise<void>;
}

/**
 * Looks now and every 5 s for what may arrive while the API runs, one look at a time.
 * @param look never rejects; its signal aborts when the looks end.
 */
export function keepLooking(look: (signal: AbortSignal) => Promise<void>): Looks {
  const stop = new AbortController();
  const looked = look(stop.signal);
  let looking = looked;
  const timer = setInterval(() => {
    looking = looking.then(() => look(stop.signal));
  }, LOOK_EVERY_MS).unref();
  return {
    looked,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stop.abort(new Error('the API is stopping'));
      await looking;
    },
  };
}
