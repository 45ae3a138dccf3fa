import { messageOf } from '#shared/errors.ts';
import { GeneratorError } from '../generator-error.ts';

/** Remembers how an engine's last answers went, so that no answer waits for an engine that keeps failing. */
export interface Breaker {
  /** Why the engine is being skipped; null while it is not. */
  skippedBecause(): string | null;
  /** Why its last answer failed; null if it did not. A temporary failure is forgotten after 60 s. */
  lastFailure(): string | null;
  /** Called as an answer begins; afterwards at most one of the returned functions is called, once. */
  begin(): { failed(error: unknown): void; finished(): void };
}

const FAILURES_IN_A_ROW = 2;
const SKIP_MS = 60_000;

/**
 * Creates a breaker that skips an engine for 60 s after two temporary failures in a row (no word in time, a process
 * that died, a server that broke off its answer). Answers in progress at the same time fail for the same cause and
 * count as one. After the 60 s a single further failure skips the engine again.
 * @param now milliseconds of a monotonic clock.
 */
export function createBreaker(now: () => number): Breaker {
  let failuresInARow = 0;
  let lastFailure: string | null = null;
  let forgetAtMs = 0;
  let skippedUntilMs = 0;

  return {
    skippedBecause() {
      const leftMs = skippedUntilMs - now();
      if (leftMs <= 0) return null;
      return `skipped for ${Math.ceil(leftMs / 1000)} s after ${failuresInARow} failures in a row: ${lastFailure}`;
    },
    lastFailure: () => (now() < forgetAtMs ? lastFailure : null),
    begin() {
      const failuresBefore = failuresInARow;
      return {
        failed(error) {
          // The question was too long, or the model had nothing to say: the engine itself works.
          if (error instanceof GeneratorError && ['PROMPT_TOO_LONG', 'EMPTY_ANSWER'].includes(error.code)) return;
          lastFailure = messageOf(error);
          const isTemporary = error instanceof GeneratorError && error.isRetryable;
          forgetAtMs = isTemporary ? now() + SKIP_MS : Infinity;
          if (!isTemporary || failuresInARow !== failuresBefore) return;
          failuresInARow++;
          if (failuresInARow >= FAILURES_IN_A_ROW) skippedUntilMs = now() + SKIP_MS;
        },
        finished() {
          failuresInARow = 0;
          lastFailure = null;
          skippedUntilMs = 0;
        },
      };
    },
  };
}
