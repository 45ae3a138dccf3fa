import { scanAndApply, scanAndApplyPaths, type ScanOutcome, type ScanParts } from './scan-and-apply.ts';
import { Wake } from '../waiting/wake.ts';
import type { InboxWatch } from './watch-inbox.ts';

/** The shortest wait between two scans; also at least as long as the last scan took, so half a core at most. */
const NEXT_SCAN_MS = 100;
/**
 * The wait between two full scans without a reason: a multiple of the last scan's duration, within these bounds. Needed
 * even where events arrive, because a mount may report what is done on this side of it and not what is done on the
 * other.
 */
const IDLE_SCANS = {
  EVENTS: { durations: 100, minMs: 5000, maxMs: 60_000 },
  POLLING: { durations: 20, minMs: 2000, maxMs: 30_000 },
} as const;
/** Hints come in bursts; the scan waits this long after the first one. */
const HINT_DEBOUNCE_MS = 100;
/** At most this many paths are scanned individually; the rest waits for the full scan. */
const MAX_PATHS = 64;

interface ScanLoopParts extends ScanParts {
  readonly watch: InboxWatch;
  /** Runs a scan, repeating it until the folder can be read. */
  readonly whenPossible: (work: () => Promise<void>, signal: AbortSignal) => Promise<void>;
  /** Called after each full scan. */
  readonly onFullScan: (outcome: ScanOutcome) => void;
}

/**
 * Decides when to scan, and how much. The index is correct because of full scans: one after each hint, one when the
 * last scan asked for it, and one now and then. In a large folder a full scan takes a while, so the few paths that were
 * hinted at, or that have to stay unchanged before they are read, are scanned individually as soon as they are due. One
 * scan at a time.
 */
export class ScanLoop {
  readonly #parts: ScanLoopParts;
  readonly #wake = new Wake();
  readonly #hinted = new Set<string>();
  #areRemovalsConfirmed = false;
  // Times as of performance.now(). A scan of a few paths does not reset #hintedAtMs: a full scan has to follow.
  #hintedAtMs = Infinity;
  #settleAtMs = Infinity;
  #againAtMs = 0;
  #scannedAtMs = -Infinity;
  #tookMs = 0;
  #pathsScannedAtMs = -Infinity;

  constructor(parts: ScanLoopParts) {
    this.#parts = parts;
  }

  /** Reports that something may have changed, under this path or, without one, anywhere. It is scanned soon. */
  hint(entryPath?: string): void {
    if (entryPath !== undefined && this.#hinted.size < MAX_PATHS) this.#hinted.add(entryPath);
    this.#hintedAtMs = Math.min(this.#hintedAtMs, performance.now());
    this.#wake.now();
  }

  /** Makes the next full scan carry out a removal of many documents at once, which is held back otherwise. */
  confirmRemovals(): void {
    this.#areRemovalsConfirmed = true;
    this.hint();
  }

  /** Scans until the signal aborts, then resolves. */
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

  /** Runs one full scan, repeated until the folder can be read or the signal aborts. */
  async scanEverything(signal: AbortSignal): Promise<void> {
    await this.#parts.whenPossible(async () => {
      const startedMs = performance.now();
      this.#hinted.clear();
      this.#hintedAtMs = Infinity;
      const areRemovalsConfirmed = this.#areRemovalsConfirmed;
      const outcome = await scanAndApply(this.#parts, areRemovalsConfirmed);
      if (areRemovalsConfirmed) this.#areRemovalsConfirmed = false; // a confirmation meanwhile is for the next scan
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
