import { scanAndApply, scanAndApplyPaths, type ScanOutcome, type ScanParts } from './scan-and-apply.ts';
import { Wake } from '../waiting/wake.ts';
import type { InboxWatch } from './watch-inbox.ts';

/** The folder is looked at again, at the soonest, after so long or as long as the last look took: half a core at most. */
const NEXT_SCAN_MS = 100;
/**
 * Between two looks without a reason: so many times as long as a look takes, within these bounds. Also where events come,
 * because a mount may report what is done on this side of it and not what is done on the other.
 */
const IDLE_SCANS = {
  EVENTS: { durations: 100, minMs: 5000, maxMs: 60_000 },
  POLLING: { durations: 20, minMs: 2000, maxMs: 30_000 },
} as const;
/** Hints come in bursts: so long after the first one. */
const HINT_DEBOUNCE_MS = 100;
/** So many paths at most are looked at by themselves; what is more waits for the look at everything. */
const MAX_PATHS = 64;

interface ScanLoopParts extends ScanParts {
  readonly watch: InboxWatch;
  /** Runs a look, and again until the folder can be seen. */
  readonly whenPossible: (work: () => Promise<void>, signal: AbortSignal) => Promise<void>;
  /** After each look at everything. */
  readonly onFullScan: (outcome: ScanOutcome) => void;
}

/**
 * Decides when to look, and at how much. A look at everything is what the index is true by: after each hint, when the last
 * one has asked for it, and now and then. In a large folder that takes a while, so the few paths that were hinted at, or
 * that have to rest before they are read, are looked at by themselves as soon as they are due. One look at a time.
 */
export class ScanLoop {
  readonly #parts: ScanLoopParts;
  readonly #wake = new Wake();
  readonly #hinted = new Set<string>();
  #areRemovalsConfirmed = false;
  // Times as of performance.now(). That of the first hint outlives a look at a few paths: one at everything has to follow.
  #hintedAtMs = Infinity;
  #settleAtMs = Infinity;
  #againAtMs = 0;
  #scannedAtMs = -Infinity;
  #tookMs = 0;
  #pathsScannedAtMs = -Infinity;

  constructor(parts: ScanLoopParts) {
    this.#parts = parts;
  }

  /** Something may have changed, under this path or anywhere: it is looked at soon. */
  hint(entryPath?: string): void {
    if (entryPath !== undefined && this.#hinted.size < MAX_PATHS) this.#hinted.add(entryPath);
    this.#hintedAtMs = Math.min(this.#hintedAtMs, performance.now());
    this.#wake.now();
  }

  /** The next look at everything takes a sudden removal of many documents for real. */
  confirmRemovals(): void {
    this.#areRemovalsConfirmed = true;
    this.hint();
  }

  /** @param signal ends it, without an error. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pathsInMs = this.#pathsDueMs() - performance.now();
      const inMs = this.#everythingDueMs() - performance.now();
      if (pathsInMs <= 0) await this.#scanPaths(signal);
      else if (inMs <= 0) await this.scanEverything(signal);
      else await this.#wake.sleep(Math.min(pathsInMs, inMs), signal);
    }
  }

  #pathsDueMs(): number {
    const hintedMs = this.#hinted.size > 0 ? this.#hintedAtMs + HINT_DEBOUNCE_MS : Infinity;
    return Math.max(Math.min(hintedMs, this.#settleAtMs), this.#pathsScannedAtMs + NEXT_SCAN_MS);
  }

  #everythingDueMs(): number {
    const { durations, minMs, maxMs } = IDLE_SCANS[this.#parts.watch.mode()];
    const idleMs = Math.min(Math.max(this.#tookMs * durations, minMs), maxMs);
    const wantedMs = Math.min(this.#scannedAtMs + idleMs, this.#againAtMs, this.#hintedAtMs + HINT_DEBOUNCE_MS);
    return Math.max(wantedMs, this.#scannedAtMs + Math.max(NEXT_SCAN_MS, this.#tookMs));
  }

  async scanEverything(signal: AbortSignal): Promise<void> {
    await this.#parts.whenPossible(async () => {
      const startedMs = performance.now();
      this.#hinted.clear();
      this.#hintedAtMs = Infinity;
      const areRemovalsConfirmed = this.#areRemovalsConfirmed;
      const outcome = await scanAndApply(this.#parts, areRemovalsConfirmed);
      if (areRemovalsConfirmed) this.#areRemovalsConfirmed = false; // a word that came meanwhile is for the next look
      this.#scannedAtMs = performance.now();
      this.#tookMs = this.#scannedAtMs - startedMs;
      this.#settleAtMs = startedMs + outcome.settleInMs;
      this.#againAtMs = this.#scannedAtMs + outcome.againInMs;
      this.#parts.onFullScan(outcome);
    }, signal);
  }

  async #scanPaths(signal: AbortSignal): Promise<void> {
    await this.#parts.whenPossible(async () => {
      const resting = this.#parts.ledger.discovered(MAX_PATHS + 1);
      const isFew = resting.length <= MAX_PATHS;
      const paths = new Set([...this.#hinted, ...(isFew ? resting.map(({ path }) => path) : [])]);
      this.#hinted.clear();
      if (!isFew) this.#againAtMs = Math.min(this.#againAtMs, this.#settleAtMs);
      const { settleInMs, isAllThere } = await scanAndApplyPaths(this.#parts, paths);
      this.#pathsScannedAtMs = performance.now();
      this.#settleAtMs = this.#pathsScannedAtMs + settleInMs;
      if (!isAllThere) this.hint();
    }, signal);
  }
}
