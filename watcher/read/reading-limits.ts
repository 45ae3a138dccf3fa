import { MAX_OCR_PAGES } from './extract/ocr/ocr.ts';

/**
 * How much longer a reading may take as long as it keeps making progress. A PDF of 10,000 pages needs 16 s of CPU time
 * and never more than a fraction of a second a page.
 */
const PROGRESS_FACTOR = 10;
/**
 * A process that neither makes progress nor computes waits for something that may never come, such as a network drive.
 * Generous, because a busy machine may give a process no turn for many seconds.
 */
export const STALL_LIMIT_MS = 300_000;
/**
 * Computing less than this within `STALL_LIMIT_MS` counts as waiting: the thread that watches over the process uses
 * about 0.1 s in that time.
 */
export const STALL_CPU_MS = 1000;

/**
 * The limits of one reading. They count the CPU time of the process, not the time on the clock: on a busy machine four
 * healthy files took more than 30 s after one second of CPU time each. Progress extends them.
 */
export class ReadingLimits {
  readonly #cpuLimitMs: number;
  readonly #loadCpuLimitMs: number;
  #share = -1;
  #recognizedPages = 0;
  #startCpuMs: number | null = null;
  #progressCpuMs = 0;
  #aliveCpuMs = 0;
  #aliveMs: number;
  #lastCpuMs = 0;

  /**
   * @param cpuLimitMs CPU time that may pass without progress. In total, ten times as much may pass.
   * @param loadCpuLimitMs the limit until the first progress, which says that the parser has been loaded: that depends
   * on the machine, not on the file. Default: `cpuLimitMs`.
   * @param nowMs the present time of a clock that is never set back.
   */
  constructor(
    { cpuLimitMs, loadCpuLimitMs = cpuLimitMs }: { readonly cpuLimitMs: number; readonly loadCpuLimitMs?: number },
    nowMs: number,
  ) {
    this.#cpuLimitMs = cpuLimitMs;
    this.#loadCpuLimitMs = loadCpuLimitMs;
    this.#aliveMs = nowMs;
  }

  /**
   * Notes how much of the file has been read: 0 (its parser has been loaded) to 1. Only a share larger than all before it
   * is progress.
   */
  progressed(share: number, nowMs: number): void {
    if (share <= this.#share) return;
    if (this.#share < 0 && this.#startCpuMs !== null) this.#startCpuMs = this.#lastCpuMs;
    this.#share = share;
    this.#progressCpuMs = this.#lastCpuMs;
    this.#alive(nowMs);
  }

  /**
   * Notes that a page was recognised. That is progress, and the time since the last progress does not count towards the
   * total, because a page takes longer than most files. Holds for `MAX_OCR_PAGES`, whatever the process reports.
   */
  recognizedPage(nowMs: number): void {
    if (++this.#recognizedPages > MAX_OCR_PAGES) return;
    if (this.#startCpuMs !== null) this.#startCpuMs += this.#lastCpuMs - this.#progressCpuMs;
    this.#progressCpuMs = this.#lastCpuMs;
    this.#alive(nowMs);
  }

  /**
   * Returns why the reading has to end; null while it may go on.
   * @param cpuMs CPU time of the process since its start; the first call sets what is counted from. Null: unknown.
   */
  exceeded(cpuMs: number | null, nowMs: number): string | null {
    if (cpuMs !== null) {
      if (this.#startCpuMs === null) this.#startCpuMs = this.#progressCpuMs = this.#aliveCpuMs = cpuMs;
      this.#lastCpuMs = cpuMs;
      if (cpuMs - this.#aliveCpuMs >= STALL_CPU_MS) this.#alive(nowMs);
      const limitMs = this.#share < 0 ? this.#loadCpuLimitMs : this.#cpuLimitMs;
      if (cpuMs - this.#progressCpuMs > limitMs) return withinSeconds(limitMs);
      const totalMs = limitMs * PROGRESS_FACTOR;
      if (cpuMs - this.#startCpuMs > totalMs) return withinSeconds(totalMs);
    }
    return nowMs - this.#aliveMs > STALL_LIMIT_MS
      ? `its reading stood still for ${STALL_LIMIT_MS / 60_000} minutes`
      : null;
  }

  #alive(nowMs: number): void {
    this.#aliveMs = nowMs;
    this.#aliveCpuMs = this.#lastCpuMs;
  }
}

function withinSeconds(limitMs: number): string {
  return `it could not be read within ${Math.ceil(limitMs / 1000)} s of CPU time`;
}
