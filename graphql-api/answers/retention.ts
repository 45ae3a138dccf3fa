const DAY_MS = 86_400_000;
/**
 * A clock that is this far ahead of the last time seen may be wrong: a shorter jump makes answers disappear at most a
 * week early, and a machine that is off over a weekend causes none.
 */
const SUSPICIOUS_JUMP_MS = 7 * DAY_MS;
/** How long askbox must have been running with such a clock before it is believed; enough for somebody to notice. */
const DOUBT_MS = DAY_MS;

/** What is remembered about the clock, also across restarts. */
export interface SeenClock {
  /** The latest time that is believed, in milliseconds since 1970. */
  readonly seenMs: number;
  /** How long askbox has been running since the clock jumped; 0 while it is believed. */
  readonly doubtedMs: number;
}

/**
 * Returns what to remember after another look at the clock. `seenMs` follows the clock, also backwards, but a jump
 * ahead of more than 7 days only after 24 hours of running, so that a wrong clock does not delete all answers at once.
 * @param nowMs what the clock shows.
 * @param ranMs how long askbox has been running since the last look, by a clock that cannot be set.
 */
export function lookAtClock({ seenMs, doubtedMs }: SeenClock, nowMs: number, ranMs: number): SeenClock {
  if (nowMs - seenMs <= SUSPICIOUS_JUMP_MS || doubtedMs + ranMs >= DOUBT_MS) return { seenMs: nowMs, doubtedMs: 0 };
  return { seenMs, doubtedMs: doubtedMs + ranMs };
}

/** Returns the time before which answers have expired, RFC 3339. */
export function expiryOf({ seenMs }: SeenClock, keepDays: number): string {
  return new Date(seenMs - keepDays * DAY_MS).toISOString();
}
