import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** What the child processes of this one have used. */
export interface ChildrenUsage {
  /** CPU time in seconds. */
  readonly cpuSeconds: number;
  /** The most resident memory of one of them, in MB. */
  readonly peakMb: number;
}

const SAMPLE_EVERY_MS = 250;
const TICKS_A_SECOND = 100;

/**
 * Begins to measure the child processes. Nothing is measured except on Linux: the figures are then 0.
 * @returns what ends the measurement and returns what they have used since.
 */
export function measureChildren(): () => ChildrenUsage {
  const before = new Map<number, number>();
  const now = new Map<number, number>();
  let peakMb = 0;
  for (const pid of childPids()) {
    before.set(pid, usageOf(pid)?.cpuSeconds ?? 0);
    resetPeak(pid);
  }
  const sample = (): void => {
    for (const pid of childPids()) {
      const usage = usageOf(pid);
      if (usage === null) continue;
      now.set(pid, usage.cpuSeconds);
      peakMb = Math.max(peakMb, usage.peakMb);
    }
  };
  const clock = setInterval(sample, SAMPLE_EVERY_MS);
  return () => {
    clearInterval(clock);
    sample();
    const cpuSeconds = [...now].reduce((sum, [pid, seconds]) => sum + seconds - (before.get(pid) ?? 0), 0);
    return { cpuSeconds, peakMb };
  };
}

function childPids(): readonly number[] {
  try {
    return readdirSync('/proc/self/task').flatMap((task) => {
      const pids = readFileSync(`/proc/self/task/${task}/children`, 'utf8');
      return pids.trim().split(/\s+/).filter(Boolean).map(Number);
    });
  } catch {
    return [];
  }
}

/** Returns null if the process has ended. */
function usageOf(pid: number): ChildrenUsage | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; utime and stime are the 12th and 13th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const peakKb = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0;
    return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND, peakMb: Number(peakKb) / 1024 };
  } catch {
    return null;
  }
}

/** A child reads many files: without this, its peak would be that of the largest before. */
function resetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // not allowed here: the peak is then too high
  }
}
