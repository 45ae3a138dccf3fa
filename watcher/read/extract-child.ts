import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ExtractError, ExtractorDied, FileUnreadable } from './extract/extract-error.ts';
import type { PageText } from './extract/ocr/page-text.ts';
import { LinkFound } from './extract/link/link.ts';
import { OcrPostponed } from './extract/ocr/ocr.ts';
import type { ExtractMessage, Failure, FileReading, FileToRead } from './extract-messages.ts';
import { REPORT_USAGE, REPORTS_USAGE, usageReader } from './process-usage.ts';
import { ReadingLimits } from './reading-limits.ts';

/** The limits and callbacks of reading one file. */
export interface ReadOptions {
  /** Aborting kills the process immediately; the reading rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** CPU time in milliseconds that the reading may take without progress; see `ReadingLimits`. */
  readonly cpuLimitMs: number;
  /**
   * Receives the share of the file that has been read, above 0 up to 1; at most four calls a second, none for formats
   * without pages.
   */
  readonly onProgress?: (share: number) => void;
  /** Receives the text of each page once it was recognised; null if it has none. */
  readonly onPageRecognized?: (text: PageText | null) => void;
}

/** One extraction process, from its start to its end. */
export interface ExtractChild {
  /** The process is dead or must not read another file: it has read many, or uses much memory. */
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
const USAGE_EVERY_MS = 250;
/** CPU time for the start, and again for loading a parser. Each takes about 1 s of it, as long as a small file may. */
const START_CPU_LIMIT_MS = 30_000;
/**
 * Many, because a start takes 0.3 s of CPU time, as long as 200 short notes; and not without end, because parsers keep state.
 * Over 700 files of all formats, the memory of one process stayed between 420 and 500 MB.
 */
const MAX_FILES = 500;
const RECYCLE_RSS_BYTES = 600_000_000;

/** Starts an extraction process. The first reading waits for it to be ready. */
export function startExtractChild(): ExtractChild {
  // No environment but the place of Node's compiled code: whatever a file makes a parser do, it finds no secrets here.
  const child = fork(PROCESS_FILE, REPORTS_USAGE ? [REPORT_USAGE] : [], {
    // oxlint-disable-next-line node/no-process-env -- passed on without being read
    env: { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', REPORTS_USAGE ? 'pipe' : 'ignore'],
  });
  const readUsage = usageReader(child);
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
    async read(file, { signal, cpuLimitMs, onProgress, onPageRecognized }) {
      const { promise, resolve, reject } = Promise.withResolvers<FileReading>();
      const killBecause = (reason: unknown): void => {
        reject(reason);
        void kill();
      };
      const begin = (): void => {
        isReady = true;
        limits = new ReadingLimits({ cpuLimitMs, loadCpuLimitMs: START_CPU_LIMIT_MS }, performance.now());
        child.send(file);
      };
      const onMessage = (message: ExtractMessage): void => {
        switch (message.type) {
          case 'ready':
            return begin();
          case 'progress':
            limits.progressed(message.share, performance.now());
            if (message.share > 0) onProgress?.(message.share);
            return;
          case 'page-recognized':
            limits.recognizedPage(performance.now());
            if (message.text !== undefined) onPageRecognized?.(message.text);
            return;
          case 'read':
          case 'failed':
            fileCount++;
            isSpent ||= fileCount >= MAX_FILES || message.rssBytes > RECYCLE_RSS_BYTES;
            if (message.type === 'read') resolve(message.reading);
            else reject(errorOf(message.failure, file));
        }
      };
      const onAbort = (): void => killBecause(signal.reason);
      let isOver = false;
      let limits = new ReadingLimits({ cpuLimitMs: START_CPU_LIMIT_MS }, performance.now());
      const checkLimits = async (): Promise<void> => {
        const limitsBefore = limits;
        const usage = await readUsage();
        if (isOver || limits !== limitsBefore) return; // meanwhile the process has become ready, or has read the file
        const reason = limits.exceeded(usage?.cpuMs ?? null, performance.now());
        if (reason !== null && !isReady) killBecause(died(file, 'did not start'));
        if (reason !== null) killBecause(new ExtractorDied('TIMEOUT', file.path, reason));
        if ((usage?.rssBytes ?? 0) > MAX_RSS_BYTES)
          killBecause(died(file, `took more than ${MAX_RSS_BYTES / 1e6} MB of memory`));
      };
      const clock = setInterval(() => void checkLimits(), USAGE_EVERY_MS);
      void ended.then((how) => reject(died(file, `ended with ${how}`)));
      child.on('message', onMessage);
      signal.addEventListener('abort', onAbort);
      try {
        if (isReady) begin();
        return await promise;
      } finally {
        isOver = true;
        clearInterval(clock);
        child.off('message', onMessage);
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
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
    case 'ocr-postponed':
      return new OcrPostponed();
    case 'link':
      return new LinkFound(path, failure.address);
    case 'fault':
      return new Error(`reading ${path} failed: ${failure.message}`);
  }
}
