import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** What a process uses. */
export interface ProcessUsage {
  /** CPU time of all its threads since its start. */
  readonly cpuMs: number;
  /** Its resident memory. */
  readonly rssBytes: number;
}

/** Given to an extraction process that has to report its own usage, on the file descriptor below. */
export const REPORT_USAGE = '--report-usage';
/** The pipe of the reports: one line each, `cpuMs rssBytes`. */
export const USAGE_FD = 4;
/**
 * Whether an extraction process reports its own usage. Linux shows the usage of any process, so that a process with a
 * hostile file need not be trusted.
 */
export const REPORTS_USAGE = process.platform !== 'linux';

/** The unit of CPU time in /proc is the same on all architectures: USER_HZ, 100 a second. */
const MS_A_TICK = 10;

/** Returns a function that gives the present usage of a child process, null while it is unknown. */
export function usageReader(child: ChildProcess): () => Promise<ProcessUsage | null> {
  let reported: ProcessUsage | null = null;
  child.stdio[USAGE_FD]?.on('data', (lines: Buffer) => {
    reported = usageOfReport(lines.toString()) ?? reported;
  });
  const { pid } = child;
  return async () => (REPORTS_USAGE || pid === undefined ? reported : await usageOf(pid));
}

/** Returns what a Linux process uses; null if it has ended or may not be seen. */
export async function usageOf(pid: number): Promise<ProcessUsage | null> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/status`, 'utf8'),
    ]);
    // The name in parentheses may hold anything; utime and stime are the 12th and 13th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const rssKb = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
    return { cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_A_TICK, rssBytes: rssKb * 1024 };
  } catch {
    return null;
  }
}

/** Returns the last complete report in this text; null if there is none. */
export function usageOfReport(lines: string): ProcessUsage | null {
  const last = [...lines.matchAll(/^(\d+) (\d+)\n/gm)].at(-1);
  return last === undefined ? null : { cpuMs: Number(last[1]), rssBytes: Number(last[2]) };
}
