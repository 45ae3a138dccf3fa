import { messageOf } from '#shared/errors.ts';
import { GeneratorError } from '../generator-error.ts';

/** Remembers how an engine's last answers went, so that nobody waits for one that keeps failing. */
export interface Breaker {
  /** Why the engine is left out for now; null when it is not. */
  passedOverBecause(): string | null;
  /** Why its last answer failed; null when it did not. */
  lastFailure(): string | null;
  /** Called as an answer begins; then at most one of the two. */
  begin(): { failed(error: unknown): void; finished(): void };
}

const FAILURES_IN_A_ROW = 2;
const PASSED_OVER_MS = 60_000;

/**
 * After two failures in a row that asking again may put right (no word in time, a process that died, a server that broke
 * off) the engine is left out for 60 s. Answers that were under way together fail of one cause, and count as one.
 * @param now milliseconds of a clock that never goes back.
 */
export function createBreaker(now: () => number): Breaker {
  let failuresInARow = 0;
  let lastFailure: string | null = null;
  let passedOverUntilMs = 0;

  return {
    passedOverBecause() {
      const leftMs = passedOverUntilMs - now();
      if (leftMs <= 0) return null;
      return `passed over for ${Math.ceil(leftMs / 1000)} s after ${failuresInARow} failures in a row: ${lastFailure}`;
    },
    lastFailure: () => lastFailure,
    begin() {
      const failuresBefore = failuresInARow;
      return {
        failed(error) {
          // A question too long, or nothing to say: the engine itself is well.
          if (error instanceof GeneratorError && ['PROMPT_TOO_LONG', 'EMPTY_ANSWER'].includes(error.code)) return;
          lastFailure = messageOf(error);
          const mayPass = error instanceof GeneratorError && error.isRetryable;
          if (!mayPass || failuresInARow !== failuresBefore) return;
          failuresInARow++;
          if (failuresInARow >= FAILURES_IN_A_ROW) passedOverUntilMs = now() + PASSED_OVER_MS;
        },
        finished() {
          failuresInARow = 0;
          lastFailure = null;
          passedOverUntilMs = 0;
        },
      };
    },
  };
}
