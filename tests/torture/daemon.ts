import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { WATCHER_NODE_ARGS } from '#shared/lifecycle.ts';
import type { DocumentState, IngestionState, Snapshot } from '#shared/watcher-api/watcher-api.ts';
import { isAlive, processesBelow, root, until } from '../fixtures/run-askbox.ts';

/** The watcher as a process that can be killed and restarted. */
export interface Daemon {
  /** @param args for faulty-open-store.ts; without them the store does not fail. */
  start(args?: readonly string[]): void;
  /** Waits until its endpoint responds. @throws Error if the process has exited by itself. */
  untilListening(): Promise<void>;
  /** Sends SIGKILL and waits for the exit; does nothing if no watcher is running. */
  kill(): Promise<void>;
  /** Sends SIGTERM and waits for the exit. @returns the exit code. */
  stop(): Promise<number | null>;
  /** Sends any other signal; does nothing if no watcher is running. */
  signal(name: NodeJS.Signals): void;
  ingestion(): Promise<IngestionState>;
  documents(): Promise<readonly DocumentState[]>;
  confirmRemovals(): Promise<void>;
  /** Makes an extractor crash, if there is one, as a faulty parser would. */
  crashExtractor(): void;
  /** Exits of the process that were not asked for. */
  readonly deaths: readonly string[];
  readonly pid: number | undefined;
  /** Returns the pids of its running extractors. */
  extractors(): readonly number[];
  /** Returns the extractors that are still alive; after the watcher's exit there must be none. */
  orphans(): readonly number[];
}

/** Root can read every file, so the watcher runs without that privilege: otherwise no file would be unreadable. */
const WITHOUT_PRIVILEGES = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];
const PLAY_FAULTS = new URL('play-faults.ts', import.meta.url).href;

/** Prepares a watcher without starting it. @param logFile everything it prints is appended to this file. */
export function openDaemon(environment: NodeJS.ProcessEnv, logFile: string): Daemon {
  const url = `http://127.0.0.1:${environment['ASKBOX_WATCHER_PORT']}`;
  const deaths: string[] = [];
  const extractors = new Set<number>();
  let child: ChildProcess | null = null;
  let isEndMeant = false;

  const isRunning = (): boolean => child !== null && child.exitCode === null && child.signalCode === null;
  const noteExtractors = (): readonly number[] => {
    const found = child?.pid === undefined ? [] : processesBelow(child.pid);
    const pids = found.flatMap(({ pid, args }) => (args.includes('extract-process.ts') ? pid : []));
    for (const pid of pids) extractors.add(pid);
    return pids;
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child;
    if (ending === null || !isRunning()) return ending?.exitCode ?? null;
    noteExtractors();
    isEndMeant = true;
    const exited = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await exited;
    return ending.exitCode;
  };

  // Every call has a new connection: the watcher could close a kept one just when the next call takes it.
  const ask = async (
    place: string,
    headers: Readonly<Record<string, string>> = {},
    request: Pick<RequestInit, 'method' | 'body'> = {},
  ): Promise<unknown> =>
    (await fetch(`${url}${place}`, { ...request, headers: { ...headers, connection: 'close' } })).json();
  const internalHeaders = (): Record<string, string> => {
    const key = readFileSync(path.join(environment['ASKBOX_DATA']!, 'internal.key'), 'utf8').trim();
    return { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  };

  return {
    deaths,
    start(args = []) {
      const log = openSync(logFile, 'a');
      const command = [
        ...WITHOUT_PRIVILEGES,
        process.execPath,
        ...WATCHER_NODE_ARGS,
        '--import',
        PLAY_FAULTS,
        'watcher/main.ts',
        ...args,
      ];
      const started = spawn(command[0]!, command.slice(1), {
        cwd: root,
        env: environment,
        stdio: ['ignore', log, log],
      });
      closeSync(log);
      isEndMeant = false;
      child = started;
      started.once('exit', (code, signal) => {
        if (!isEndMeant) deaths.push(`the watcher exited by itself, with ${signal ?? code}`);
      });
    },
    async untilListening() {
      await until(
        'the watcher listens',
        async () => !isRunning() || (await ask('/healthz')) !== undefined,
        () => readFileSync(logFile, 'utf8'),
      );
      if (!isRunning()) throw new Error(`${deaths.at(-1)}\n${readFileSync(logFile, 'utf8').slice(-3000)}`);
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    signal: (name) => void child?.kill(name),
    ingestion: async () => (await ask('/readyz')) as IngestionState,
    // `as`: the internal endpoint responds with a snapshot.
    documents: async () => ((await ask('/v1/documents', internalHeaders())) as Snapshot).documents,
    async confirmRemovals() {
      const command = { type: 'resume', confirmRemovals: true };
      await ask('/v1/commands', internalHeaders(), { method: 'POST', body: JSON.stringify(command) });
    },
    crashExtractor() {
      const pid = noteExtractors()[0];
      if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGSEGV');
    },
    get pid() {
      return child?.pid;
    },
    extractors: noteExtractors,
    orphans: () => [...extractors].filter(isAlive),
  };
}
