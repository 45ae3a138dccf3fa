import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DocumentState, IngestionState, Snapshot } from '#shared/watcher-api/watcher-api.ts';
import { isAlive, processesBelow, root, until } from '../fixtures/run-askbox.ts';

/** The watcher as a process that can be killed and started again. */
export interface Daemon {
  /** @param args of faulty-open-store.ts; without any the store does not fail. */
  start(args?: readonly string[]): void;
  /** @throws when it has ended by itself. */
  untilListening(): Promise<void>;
  /** With SIGKILL; nothing when none runs. */
  kill(): Promise<void>;
  /** With SIGTERM. @returns its exit code. */
  stop(): Promise<number | null>;
  /** Any other signal; nothing when none runs. */
  signal(name: NodeJS.Signals): void;
  ingestion(): Promise<IngestionState>;
  documents(): Promise<readonly DocumentState[]>;
  confirmRemovals(): Promise<void>;
  /** Kills a process that extracts, if there is one, as a parser that crashes would. */
  crashExtractor(): void;
  /** Ends of the process that were not asked for. */
  readonly deaths: readonly string[];
  readonly pid: number | undefined;
  /** Its processes that extract. */
  extractors(): readonly number[];
  /** Processes that extract and are still there; once the watcher has ended there must be none. */
  orphans(): readonly number[];
}

/** Root may read everything, so that nothing would be unreadable: the watcher runs without that privilege. */
const WITHOUT_PRIVILEGES = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];
const PLAY_FAULTS = new URL('play-faults.ts', import.meta.url).href;

/** @param logFile everything that it says is added to it. */
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

  // Each time a new line: one that was kept open is closed by the watcher while it is being taken for the next call.
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
      const command = [...WITHOUT_PRIVILEGES, process.execPath, '--import', PLAY_FAULTS, 'watcher/main.ts', ...args];
      const started = spawn(command[0]!, command.slice(1), {
        cwd: root,
        env: environment,
        stdio: ['ignore', log, log],
      });
      closeSync(log);
      isEndMeant = false;
      child = started;
      started.once('exit', (code, signal) => {
        if (!isEndMeant) deaths.push(`the watcher ended by itself, with ${signal ?? code}`);
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
    // The internal endpoint's own answer.
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
