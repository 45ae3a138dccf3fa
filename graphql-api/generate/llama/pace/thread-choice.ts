import type { MachineUse } from './machine-use.ts';

/** Child side: how many CPU threads a model uses. */

/**
 * Chooses between all cores and all but one. The library's threads wait for each other many times per token, so that
 * one that lacks its core delays all: with two threads on two cores, of which other programs used 1.5, a token took 15
 * to 50 times as long as with one thread, even if those programs had the lowest priority. On a quiet machine all cores
 * are faster, mostly.
 */
export interface ThreadChoice {
  /** How many threads to use now. */
  readonly threads: number;
  /** Returns whether it would be useful to try out both numbers now. Times are those of performance.now(). */
  isTrialDue(nowMs: number): boolean;
  /** Records what other programs used since the last call. */
  noteUse(use: MachineUse): void;
  /** Records that answers were written, after which a trial may have another result. */
  noteWork(): void;
  /** Records how long the same work took with all cores and with all but one. */
  noteTrial(allMs: number, fewerMs: number, nowMs: number): void;
}

/** Less than this is what the API and a browser use that show an answer. */
const BUSY_CORES = 0.3;
/** All cores only after a quiet time as long as this. Giving one up is immediate: it costs less than the opposite. */
const QUIET_MS = 2000;
/** A result holds for this long, and until something has been answered after it: an idle machine stays idle. */
const TRIAL_HOLDS_MS = 10 * 60_000;

/** Opens a choice for a machine with so many cores, of which there must be at least two; it begins with all but one. */
export function openThreadChoice(cores: number): ThreadChoice {
  let quietMs = 0;
  let areAllFaster = false;
  let trialAtMs = -Infinity;
  let hasWorked = true;
  const isQuiet = (): boolean => quietMs >= QUIET_MS;
  return {
    get threads() {
      return areAllFaster && isQuiet() ? cores : cores - 1;
    },
    isTrialDue: (nowMs) => isQuiet() && hasWorked && nowMs - trialAtMs >= TRIAL_HOLDS_MS,
    noteUse({ busyCores, elapsedMs }) {
      quietMs = busyCores < BUSY_CORES ? quietMs + elapsedMs : 0;
    },
    noteWork() {
      hasWorked = true;
    },
    noteTrial(allMs, fewerMs, nowMs) {
      areAllFaster = allMs < fewerMs;
      trialAtMs = nowMs;
      hasWorked = false;
    },
  };
}
