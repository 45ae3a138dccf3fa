import { describe, expect, it } from 'vitest';
import { MAX_OCR_PAGES } from './extract/ocr/ocr.ts';
import { ReadingLimits, STALL_CPU_MS, STALL_LIMIT_MS } from './reading-limits.ts';

const LIMIT_MS = 30_000;

describe('the limits of a reading', () => {
  it('count the CPU time of the process since the reading began, not the time on the clock', () => {
    const limits = new ReadingLimits({ cpuLimitMs: LIMIT_MS }, 0);
    expect(limits.exceeded(7000, 0)).toBeNull();
    expect(limits.exceeded(8400, STALL_LIMIT_MS - 1)).toBeNull(); // 1.4 s in five minutes
    expect(limits.exceeded(7000 + LIMIT_MS, STALL_LIMIT_MS)).toBeNull();
    expect(limits.exceeded(7001 + LIMIT_MS, STALL_LIMIT_MS)).toContain('within 30 s of CPU time');
  });

  it('are extended by progress, which is a larger share than before', () => {
    const limits = new ReadingLimits({ cpuLimitMs: LIMIT_MS }, 0);
    limits.exceeded(0, 0);
    limits.exceeded(29_000, 1);
    limits.progressed(0.1, 1);
    expect(limits.exceeded(59_000, 2)).toBeNull();
    limits.progressed(0.1, 2);
    expect(limits.exceeded(59_001, 3)).toContain('within 30 s of CPU time');
  });

  it('end even a reading that makes progress for ever, after ten times the limit', () => {
    const limits = new ReadingLimits({ cpuLimitMs: LIMIT_MS }, 0);
    for (let second = 0; second <= 300; second++) {
      expect(limits.exceeded(second * 1000, second)).toBeNull();
      limits.progressed(second / 1e6, second);
    }
    expect(limits.exceeded(300_001, 301)).toContain('within 300 s of CPU time');
  });

  it('give each page that is recognised its own time, which does not count in total', () => {
    const limits = new ReadingLimits({ cpuLimitMs: LIMIT_MS }, 0);
    limits.exceeded(0, 0);
    let cpuMs = 0;
    for (let page = 0; page < MAX_OCR_PAGES; page++) {
      expect(limits.exceeded((cpuMs += LIMIT_MS), page)).toBeNull();
      limits.recognizedPage(page);
    }
    expect(limits.exceeded(cpuMs + LIMIT_MS, MAX_OCR_PAGES)).toBeNull();
    expect(limits.exceeded(cpuMs + LIMIT_MS + 1, MAX_OCR_PAGES)).toContain('within 30 s of CPU time');
  });

  it('believe no process that reports more recognised pages than there may be', () => {
    const limits = new ReadingLimits({ cpuLimitMs: LIMIT_MS }, 0);
    limits.exceeded(0, 0);
    for (let page = 0; page < MAX_OCR_PAGES; page++) limits.recognizedPage(0);
    limits.exceeded(LIMIT_MS, 1);
    limits.recognizedPage(1);
    expect(limits.exceeded(LIMIT_MS + 1, 2)).toContain('within 30 s of CPU time');
  });

  it('leave the parser its own time to load, which does not count', () => {
    const loading = (): ReadingLimits => new ReadingLimits({ cpuLimitMs: 1000, loadCpuLimitMs: LIMIT_MS }, 0);
    const slow = loading();
    slow.exceeded(0, 0);
    expect(slow.exceeded(LIMIT_MS, 1)).toBeNull();
    expect(slow.exceeded(LIMIT_MS + 1, 2)).toContain('within 30 s of CPU time');

    const loaded = loading();
    loaded.exceeded(0, 0);
    loaded.exceeded(LIMIT_MS, 1);
    loaded.progressed(0, 1);
    expect(loaded.exceeded(LIMIT_MS + 1000, 2)).toBeNull();
    expect(loaded.exceeded(LIMIT_MS + 1001, 3)).toContain('within 1 s of CPU time');
  });

  it('end a process that neither computes nor makes progress, whether or not its CPU time is known', () => {
    for (const cpuMs of [500, null]) {
      const limits = new ReadingLimits({ cpuLimitMs: LIMIT_MS }, 0);
      limits.exceeded(cpuMs, 0);
      const isWaiting = cpuMs === null ? null : cpuMs + STALL_CPU_MS - 1;
      expect(limits.exceeded(isWaiting, STALL_LIMIT_MS)).toBeNull();
      expect(limits.exceeded(isWaiting, STALL_LIMIT_MS + 1)).toContain('stood still for 5 minutes');
    }
  });

  it('do not count a process as waiting that computes or makes progress, however slowly', () => {
    const limits = new ReadingLimits({ cpuLimitMs: LIMIT_MS }, 0);
    limits.exceeded(0, 0);
    expect(limits.exceeded(STALL_CPU_MS, STALL_LIMIT_MS)).toBeNull();
    limits.progressed(0.5, 2 * STALL_LIMIT_MS);
    expect(limits.exceeded(STALL_CPU_MS, 3 * STALL_LIMIT_MS)).toBeNull();
    expect(limits.exceeded(STALL_CPU_MS, 3 * STALL_LIMIT_MS + 1)).toContain('stood still');
  });
});
