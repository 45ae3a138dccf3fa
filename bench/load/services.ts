import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { freePorts, root } from '../../tests/fixtures/run-askbox.ts';
import { watchingGaps, worstGapMs } from '../ingest/worst-gap.ts';

/** A watcher and an API, each in its own process, as `npm start` runs them. */
export interface Services extends AsyncDisposable {
  readonly url: string;
  readonly inbox: string;
  readonly apiPid: number;
  readonly watcherPid: number;
  /** Rejects when a service exits by itself, with the end of its log. */
  readonly died: Promise<never>;
  /** Returns the resident memory of the API in megabytes (10^6 bytes). */
  residentMB(): number;
  /** Returns the longest delay of the API's event loop since the last call, in milliseconds. */
  worstGapMs(): Promise<number>;
}

/** What a process needs of ours. No setting, key or endpoint of the user reaches the processes that are measured. */
export const bareEnvironment: NodeJS.ProcessEnv = Object.fromEntries(
  ['PATH', 'HOME', 'TMPDIR'].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
);

/** What differs from bench to bench. */
export interface ServicesOptions {
  /** Further environment variables of both services. */
  readonly settings?: NodeJS.ProcessEnv;
  /** The folder of the askbox to start. Default: this one. */
  readonly checkout?: string;
  /** Whether the API's event loop is watched, 200 times a second. Default true; otherwise `worstGapMs` never resolves. */
  readonly isWatched?: boolean;
}

/**
 * Starts both services without a model or an embedder.
 * @param folder for everything they write; empty, or with the inbox and the data of an earlier start.
 */
export async function startServices(
  folder: string,
  { settings = {}, checkout = root, isWatched = true }: ServicesOptions = {},
): Promise<Services> {
  const inbox = path.join(folder, 'inbox');
  const gaps = path.join(folder, 'api-gap');
  mkdirSync(inbox, { recursive: true });
  const [port, watcherPort] = await freePorts(2);
  const environment = {
    ...bareEnvironment,
    ASKBOX_INBOX: inbox,
    ASKBOX_DATA: path.join(folder, 'data'),
    ASKBOX_PORT: String(port),
    ASKBOX_WATCHER_PORT: String(watcherPort),
    ASKBOX_GENERATOR_ORDER: 'quotes',
    ASKBOX_MODEL: 'none',
    ASKBOX_EMBEDDER: 'none',
    ASKBOX_OFFLINE: 'true',
    ...settings,
  };
  const deaths = Promise.withResolvers<never>();
  // It may reject while nothing waits for it, such as between two phases.
  deaths.promise.catch(() => {});
  let isEnding = false;
  const start = (main: string, env: NodeJS.ProcessEnv): ChildProcess => {
    const logFile = path.join(folder, `${path.dirname(main)}.log`);
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(checkout, main)], {
      cwd: folder, // where no .env is
      env,
      stdio: ['ignore', log, log, 'ipc'], // a service ends with this channel, so none outlives us
    });
    closeSync(log);
    child.once('exit', (code, signal) => {
      if (isEnding) return;
      deaths.reject(new Error(`${main} exited with ${signal ?? code}\n${readFileSync(logFile, 'utf8').slice(-2000)}`));
    });
    return child;
  };
  const watcher = start('watcher/main.ts', environment);
  const api = start('graphql-api/main.ts', { ...environment, ...(isWatched && watchingGaps(gaps)) });

  return {
    url: `http://127.0.0.1:${port}`,
    inbox,
    // Undefined only if it could not be started, and then `died` rejects.
    apiPid: api.pid ?? -1,
    watcherPid: watcher.pid ?? -1,
    died: deaths.promise,
    residentMB: () =>
      (Number(execFileSync('ps', ['-o', 'rss=', '-p', String(api.pid)], { encoding: 'utf8' })) * 1024) / 1e6,
    worstGapMs: () => worstGapMs(gaps, () => api.kill('SIGUSR2')),
    async [Symbol.asyncDispose]() {
      isEnding = true;
      await Promise.all([stop(api), stop(watcher)]);
    },
  };
}

/** A service exits 10 s after SIGTERM at the latest. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await exited;
  clearTimeout(patience);
}
