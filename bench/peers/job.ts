import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bareEnvironment } from '../load/services.ts';

/** A task for another tool, run in its own process as the tool's command would run it. */
export interface Job {
  readonly phase: 'index' | 'search' | 'extract';
  /** Where the tool is installed. */
  readonly installed: string;
  /** The folder with the files. */
  readonly folder: string;
  /** Where the tool keeps its index; may be created. */
  readonly index: string;
  /** For `search`. */
  readonly queries: readonly string[];
  /** For `extract`: paths inside the folder. */
  readonly files: readonly string[];
}

/** What a process says of its work. */
export interface Report<Result> {
  readonly result: Result;
  /** Since the start of the process. */
  readonly seconds: number;
  /** Of all threads of the process. */
  readonly cpuSeconds: number;
}

/** What was found for each query. */
export interface Found {
  readonly cpuMsEach: number;
  /** The texts that a reader sees, best first. */
  readonly passages: readonly (readonly string[])[];
}

/** The text of each file by its path; a file that could not be read is missing. */
export type Texts = Readonly<Record<string, string>>;

/** What a tool does in its process; a phase that it does not have is missing. */
export interface Phases {
  readonly index?: (job: Job) => Promise<unknown>;
  readonly search?: (job: Job) => Promise<Found>;
  readonly extract?: (job: Job) => Promise<Texts>;
}

const GIVE_UP_MS = 600_000;
const WARM_UP_QUERIES = 10;

/**
 * Runs a job in a new process.
 * @param processFile the name of a file beside this one, which calls `runJob`.
 * @throws Error with the end of what the process printed, if it failed.
 */
export function start<Result>(processFile: string, job: Job): Report<Result> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-job-'));
  const [jobFile, reportFile] = [path.join(folder, 'job.json'), path.join(folder, 'report.json')];
  try {
    writeFileSync(jobFile, JSON.stringify(job));
    const file = fileURLToPath(new URL(processFile, import.meta.url));
    const { status, error, stderr } = spawnSync(process.execPath, ['--no-warnings', file, jobFile, reportFile], {
      cwd: folder,
      // No setting of the user reaches it, and what it would keep in the home folder is deleted with the rest.
      env: { ...bareEnvironment, HOME: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      timeout: GIVE_UP_MS,
      maxBuffer: 100_000_000,
    });
    if (status !== 0) throw new Error(`${processFile} ${job.phase} failed: ${error?.message ?? stderr.slice(-1000)}`);
    // `as`: written by runJob, with what the phase returned.
    return JSON.parse(readFileSync(reportFile, 'utf8')) as Report<Result>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the phase that this process was started for, reports, and exits. */
export async function runJob(phases: Phases): Promise<void> {
  const [jobFile = '', reportFile = ''] = process.argv.slice(2);
  // `as`: written by start.
  const job = JSON.parse(readFileSync(jobFile, 'utf8')) as Job;
  const result = await phases[job.phase]?.(job);
  const { user, system } = process.cpuUsage();
  const report: Report<unknown> = {
    result: result ?? null,
    seconds: performance.now() / 1000,
    cpuSeconds: (user + system) / 1e6,
  };
  writeFileSync(reportFile, JSON.stringify(report));
  process.exit(0); // some tools keep timers or threads
}

/** Runs all queries after a warm-up, and measures them. @param find returns the passages for one. */
export async function searchAll(
  queries: readonly string[],
  find: (query: string) => Promise<readonly string[]>,
): Promise<Found> {
  for (const query of queries.slice(0, WARM_UP_QUERIES)) await find(query);
  const started = process.cpuUsage();
  const passages: (readonly string[])[] = [];
  for (const query of queries) passages.push(await find(query));
  const { user, system } = process.cpuUsage(started);
  return { cpuMsEach: (user + system) / 1000 / queries.length, passages };
}

/** Returns the texts of the files that `read` can read. */
export async function readAll({ folder, files }: Job, read: (file: string) => Promise<string>): Promise<Texts> {
  const texts: Record<string, string> = {};
  for (const file of files) {
    const text = await read(path.join(folder, file)).catch(() => '');
    if (text.trim() !== '') texts[file] = text;
  }
  return texts;
}
