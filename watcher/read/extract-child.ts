import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ExtractError, ExtractorDied, FileUnreadable } from './extract/extract-error.ts';
import type { ExtractMessage, Failure, FileReading, FileToRead } from './extract-messages.ts';

/** The limits and callbacks of reading one file. */
export interface ReadOptions {
  /** Aborting kills the process immediately; the reading rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** How long the reading may take, counted from the moment the process is ready. */
  readonly limitMs: number;
  /**
   * Receives the share of the file that has been read, 0 to 1; at most four calls a second, none for formats without
   * pages.
   */
  readonly onProgress?: (share: number) => void;
}

/** One extraction process, from its start to its end. */
export interface ExtractChild {
  /** The process is dead or must not read another file: every parser leaks a little memory. */
  readonly isSpent: boolean;
  /** Reads one file; must not be called while another reading is in progress. Rejects as `Extractor.read` does. */
  read(file: FileToRead, options: ReadOptions): Promise<FileReading>;
  /** Kills the process; resolves once it has ended. May be called twice. */
  kill(): Promise<void>;
}

const PROCESS_FILE = fileURLToPath(new URL('extract-process.ts', import.meta.url));
/** Not a limit on memory by itself, because parsers keep much of theirs outside V8's heap: MAX_RSS_BYTES is. */
const HEAP_MB = 768;
const MAX_RSS_BYTES = 1_500_000_000;
const RSS_EVERY_MS = 250;
/** Separate from a file's limit: on a busy machine, starting Node alone takes longer than a small file may. */
const START_LIMIT_MS = 60_000;
const MAX_FILES = 50;
const RECYCLE_RSS_BYTES = 600_000_000;

/** Starts an extraction process. The first reading waits for it to be ready, for at most a minute. */
export function startExtractChild(): ExtractChild {
  // No environment: whatever a file makes a parser do, it finds no secrets here.
  const child = fork(PROCESS_FILE, {
    env: {},
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let isReady = false;
  let isSpent = false;
  let fileCount = 0;
  const ended = new Promise<string>((resolve) => {
    // A failed start emits nothing else; any other error, such as a closed channel, is followed by `exit`.
    child.on('error', (error) => child.pid === undefined && resolve(error.message));
    child.once('exit', (exitCode, signal) => resolve(signal ?? `exit code ${exitCode}`));
  });
  void ended.then(() => (isSpent = true));

  const kill = async (): Promise<void> => {
    isSpent = true;
    child.kill('SIGKILL');
    await ended;
  };

  return {
    get isSpent() {
      return isSpent;
    },
    kill,
    async read(file, { signal, limitMs, onProgress }) {
      const { promise, resolve, reject } = Promise.withResolvers<FileReading>();
      const killBecause = (reason: unknown): void => {
        reject(reason);
        void kill();
      };
      const begin = (): void => {
        isReady = true;
        clearTimeout(clock);
        clock = setTimeout(() => killBecause(timeout(file, limitMs)), limitMs);
        child.send(file);
      };
      const onMessage = (message: ExtractMessage): void => {
        switch (message.type) {
          case 'ready':
            return begin();
          case 'progress':
            return onProgress?.(message.share);
          case 'read':
          case 'failed':
            fileCount++;
            isSpent ||= fileCount >= MAX_FILES || message.rssBytes > RECYCLE_RSS_BYTES;
            if (message.type === 'read') resolve(message.reading);
            else reject(errorOf(message.failure, file));
        }
      };
      const onAbort = (): void => killBecause(signal.reason);
      let clock = setTimeout(() => killBecause(died(file, 'did not start')), START_LIMIT_MS);
      const stopWatching = watchRss(child.pid, () =>
        killBecause(died(file, `took more than ${MAX_RSS_BYTES / 1e6} MB of memory`)),
      );
      void ended.then((how) => reject(died(file, `ended with ${how}`)));
      child.on('message', onMessage);
      signal.addEventListener('abort', onAbort);
      try {
        if (isReady) begin();
        return await promise;
      } finally {
        clearTimeout(clock);
        stopWatching();
        child.off('message', onMessage);
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}

/** Calls back when the process uses too much memory. Linux only: other systems have just the heap limit. */
function watchRss(pid: number | undefined, onTooMuch: () => void): () => void {
  if (process.platform !== 'linux') return () => {};
  const check = async (): Promise<void> => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const rssKb = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
    if (rssKb * 1024 > MAX_RSS_BYTES) onTooMuch();
  };
  const timer = setInterval(() => void check(), RSS_EVERY_MS);
  return () => clearInterval(timer);
}

function timeout(file: FileToRead, limitMs: number): ExtractorDied {
  return new ExtractorDied('TIMEOUT', file.path, `it could not be read within ${Math.ceil(limitMs / 1000)} s`);
}

function died(file: FileToRead, how: string): ExtractorDied {
  return new ExtractorDied('CRASHED', file.path, `the process that reads it ${how}`);
}

function errorOf(failure: Failure, { path }: FileToRead): Error {
  switch (failure.type) {
    case 'extract':
      return new ExtractError(failure.code, path, failure.reason);
    case 'unreadable':
      return new FileUnreadable(path, failure.errno);
    case 'fault':
      return new Error(`reading ${path} failed: ${failure.message}`);
  }
}
