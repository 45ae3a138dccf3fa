import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ExtractError, ExtractorDied, FileUnreadable } from './extract/extract-error.ts';
import type { ExtractMessage, Failure, FileReading, FileToRead } from './extract-messages.ts';

export interface ReadOptions {
  /** Aborting kills the process at once; the reading rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** How long the reading may take, from the moment the process can begin. */
  readonly limitMs: number;
  /** Share of the file that was read, 0 to 1; at most four calls a second, none for formats without pages. */
  readonly onProgress?: (share: number) => void;
}

/** One process that extracts, from its start to its end. */
export interface ExtractChild {
  /** Dead, or not to be used for another file: every parser leaks a little. */
  readonly isSpent: boolean;
  /** One at a time. Rejects as `Extractor.read` does. */
  read(file: FileToRead, options: ReadOptions): Promise<FileReading>;
  /** Kills it; resolves when it is gone. May be called twice. */
  kill(): Promise<void>;
}

const PROCESS_FILE = fileURLToPath(new URL('extract-process.ts', import.meta.url));
/** The parsers keep much outside of V8's heap, so this alone holds nobody back: the watch on the memory below does. */
const HEAP_MB = 768;
const MAX_RSS_BYTES = 1_500_000_000;
const RSS_EVERY_MS = 250;
/** On a busy machine the start of Node alone outlasts a small file's limit, so that has a clock of its own. */
const START_LIMIT_MS = 60_000;
const MAX_FILES = 50;
const RECYCLE_RSS_BYTES = 600_000_000;

export function startExtractChild(): ExtractChild {
  // No environment: whatever a file makes a parser do, there are no secrets here.
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
    // After a start that failed nothing else comes; any other error, such as a closed channel, is followed by the exit.
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
      const hear = (message: ExtractMessage): void => {
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
      void ended.then((how) => reject(died(file, `ended by ${how}`)));
      child.on('message', hear);
      signal.addEventListener('abort', onAbort);
      try {
        if (isReady) begin();
        return await promise;
      } finally {
        clearTimeout(clock);
        stopWatching();
        child.off('message', hear);
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}

/** Calls back when the process holds too much memory. Linux only: elsewhere the heap limit is all there is. */
function watchRss(pid: number | undefined, onTooMuch: () => void): () => void {
  if (process.platform !== 'linux') return () => {};
  const look = async (): Promise<void> => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const rssKb = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
    if (rssKb * 1024 > MAX_RSS_BYTES) onTooMuch();
  };
  const watch = setInterval(() => void look(), RSS_EVERY_MS);
  return () => clearInterval(watch);
}

function timeout(file: FileToRead, limitMs: number): ExtractorDied {
  return new ExtractorDied('TIMEOUT', file.path, `it was not read within ${Math.ceil(limitMs / 1000)} s`);
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
