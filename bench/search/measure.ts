import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** What a piece of work took. `cpuMs` covers all threads of the process. */
export interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/**
 * Returns the mean cost of running the work `times` times, with i from 0. A run with i = `times` goes first, as a
 * warm-up.
 */
export async function costOf(times: number, work: (i: number) => unknown): Promise<Cost> {
  await work(times);
  const startedMs = performance.now();
  const started = process.cpuUsage();
  for (let i = 0; i < times; i++) await work(i);
  const { user, system } = process.cpuUsage(started);
  return { cpuMs: (user + system) / 1000 / times, wallMs: (performance.now() - startedMs) / times };
}

/** Like costOf, for one run without a warm-up. */
export async function costOnce(work: () => unknown): Promise<Cost> {
  const startedMs = performance.now();
  const started = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(started);
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - startedMs };
}

/** Returns the size of all files in a folder in megabytes (10^6 bytes). */
export function folderMB(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, file) => sum + statSync(path.join(file.parentPath, file.name)).size, 0) / 1e6;
}

/** Returns the resident memory of this process in megabytes (10^6 bytes). */
export function residentMB(): number {
  return process.memoryUsage.rss() / 1e6;
}
