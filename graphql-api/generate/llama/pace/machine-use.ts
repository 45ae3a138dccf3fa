import { readFileSync } from 'node:fs';
import os from 'node:os';

/** Child side: how much of the machine other programs use. */

/** What other programs used in a span of time. */
export interface MachineUse {
  /** How many cores they kept busy on average. */
  readonly busyCores: number;
  readonly elapsedMs: number;
}

/** Measures what other programs use. */
export interface UseMeter {
  /** Returns what all other processes used since the last result; null when that is too short ago to tell. */
  read(): MachineUse | null;
}

/** The kernel counts time in steps of 10 ms, so that over less than this the result would be mostly rounding. */
const LEAST_MS = 200;

/** Opens a meter; the first span begins now. */
export function openUseMeter(): UseMeter {
  let last = now();
  return {
    read() {
      const next = now();
      const elapsedMs = next.atMs - last.atMs;
      if (elapsedMs < LEAST_MS) return null;
      const othersMs = next.busyMs - last.busyMs - (next.ownMs - last.ownMs);
      last = next;
      return { busyCores: Math.max(0, othersMs) / elapsedMs, elapsedMs };
    },
  };
}

interface Moment {
  readonly atMs: number;
  /** CPU time of all processes, in milliseconds since some moment in the past. */
  readonly busyMs: number;
  /** CPU time of this process. */
  readonly ownMs: number;
}

function now(): Moment {
  const { user, system } = process.cpuUsage();
  return { atMs: performance.now(), busyMs: busyMs(), ownMs: (user + system) / 1000 };
}

function busyMs(): number {
  // On Linux, os.cpus() also asks each core for its frequency, which may take longer than all the rest together.
  if (process.platform === 'linux') return busyMsOf(readFileSync('/proc/stat', 'utf8'));
  return os.cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** The unit of /proc/stat: a hundredth of a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** Returns the time in which the cores were busy, from the text of /proc/stat; its first line is the sum of all cores. */
export function busyMsOf(stat: string): number {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = stat.split('\n', 1)[0]!.split(/\s+/).map(Number);
  return (user + nice + system + irq + softirq) * TICK_MS;
}
