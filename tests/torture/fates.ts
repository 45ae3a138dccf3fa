import type { Fate } from '#shared/store/testing/faulty-store.ts';

/** How often a call of the store goes wrong while faults are played. */
const SHARES = [
  ['fails', 0.06],
  ['is cut', 0.03],
  ['is late', 0.02],
] as const satisfies readonly (readonly [Fate, number])[];

/** A call that fails may be the first of an outage. */
const OUTAGE_SHARE = 0.004;
const OUTAGE_MS = { shortest: 300, longest: 2500 };
/** A call may begin a time in which each takes longer, as over a network: what it was asked for is old by then. */
const SLOW_SHARE = 0.01;
const SLOW_PERIOD_MS = { shortest: 1000, longest: 5000 };
const SLOW_CALL_MS = 40;
const LATE_MS = { shortest: 50, longest: 1000 };

/** Decides what becomes of each call, by the seed. */
export interface Fates {
  next(): Fate;
  /** How much longer the next call takes; 0 for most. */
  slowMs(): number;
  /** How much later a late call has its effect. */
  lateMs(): number;
}

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
