import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** What a piece of work took; `cpuMs` counts all threads of the process. */
export interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Does the work `times` times, with numbers from 0, and gives the mean. One more, number `times`, goes before uncounted. */
export async function costOf(times: number, work: (i: number) => unknown): Promise<Cost> {
  await work(times);
  const startedMs = performance.now();
  const started = process.cpuUsage();
  for (let i = 0; i < times; i++) await work(i);
  const { user, system } = process.cpuUsage(started);
  return { cpuMs: (user + system) / 1000 / times, wallMs: (performance.now() - startedMs) / times };
}

/** As costOf, once and counted from the first time. */
export async function costOnce(work: () => unknown): Promise<Cost> {
  const startedMs = performance.now();
  const started = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(started);
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - startedMs };
}

/** Megabytes (10^6 bytes) of all files in a folder. */
export function folderMB(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, file) => sum + statSync(path.join(file.parentPath, file.name)).size, 0) / 1e6;
}

/** Megabytes of memory that the process has from the system. */
export function residentMB(): number {
  return process.memoryUsage.rss() / 1e6;
}
