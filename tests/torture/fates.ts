import type { Fate } from '#shared/store/testing/faulty-store.ts';

/** The share of store calls that go wrong while faults are on. */
const SHARES = [
  ['fails', 0.06],
  ['is cut', 0.03],
  ['is late', 0.02],
] as const satisfies readonly (readonly [Fate, number])[];

/** The share of calls at which an outage begins. */
const OUTAGE_SHARE = 0.004;
const OUTAGE_MS = { shortest: 300, longest: 2500 };
/** The share of calls at which a slow period begins, as on a network: its calls are outdated when they take effect. */
const SLOW_SHARE = 0.01;
const SLOW_PERIOD_MS = { shortest: 1000, longest: 5000 };
const SLOW_CALL_MS = 40;
const LATE_MS = { shortest: 50, longest: 1000 };

/** Decides what happens to each call; the seed determines it. */
export interface Fates {
  next(): Fate;
  /** Returns the delay of the next call; 0 for most. */
  slowMs(): number;
  /** Returns the delay until a late call takes effect. */
  lateMs(): number;
}

/** Starts the sequence. @param random numbers from 0 to 1. */
export function openFates(random: () => number): Fates {
  let isDownUntilMs = 0;
  let isSlowUntilMs = 0;
  const between = ({ shortest, longest }: { shortest: number; longest: number }): number =>
    shortest + random() * (longest - shortest);
  return {
    next() {
      if (random() < OUTAGE_SHARE) isDownUntilMs = performance.now() + between(OUTAGE_MS);
      let left = random();
      if (performance.now() < isDownUntilMs) return 'fails';
      for (const [fate, share] of SHARES) {
        left -= share;
        if (left < 0) return fate;
      }
      return 'works';
    },
    slowMs() {
      if (random() < SLOW_SHARE) isSlowUntilMs = performance.now() + between(SLOW_PERIOD_MS);
      return performance.now() < isSlowUntilMs ? SLOW_CALL_MS : 0;
    },
    lateMs: () => between(LATE_MS),
  };
}
