import { raceAbort } from '#shared/abort.ts';
import { startExtractChild, type ExtractChild, type ReadOptions } from './extract-child.ts';
import type { FileReading, FileToRead } from './extract-messages.ts';

export { ExtractError, ExtractorDied, FileUnreadable } from './extract/extract-error.ts';
export type { ReadOptions } from './extract-child.ts';
export type { FileReading, FileToRead } from './extract-messages.ts';

/** Turns files into chunks in a process of its own, so that a hostile file costs an attempt and never the watcher. */
export interface Extractor extends AsyncDisposable {
  /**
   * Reads one file; further calls wait for their turn, in order. May be repeated after any failure.
   * @throws ExtractError (the verdict on the bytes), FileUnreadable (they could not be read), ExtractorDied (TIMEOUT, CRASHED),
   * or the signal's reason at once when it aborts. Anything else is a fault of ours.
   */
  read(file: FileToRead, options: ReadOptions): Promise<FileReading>;
}

export interface ExtractorOptions {
  /** How long the process is kept without a file to read; it holds some 100 to 400 MB. Default: 30,000. */
  readonly idleMs?: number;
}

/** The process starts with the first file, is replaced after 50 files or above 600 MB, and ends when idle or with the extractor. */
export function openExtractor({ idleMs = 30_000 }: ExtractorOptions = {}): Extractor {
  const closing = new AbortController();
  let child: ExtractChild | null = null;
  let idle: NodeJS.Timeout | undefined;
  let lastTurn: Promise<unknown> = Promise.resolve();

  const readNow = async (file: FileToRead, options: ReadOptions): Promise<FileReading> => {
    options.signal.throwIfAborted();
    clearTimeout(idle);
    if (child?.isSpent) {
      await child.kill();
      child = null;
    }
    options.signal.throwIfAborted();
    child ??= startExtractChild();
    try {
      return await child.read(file, options);
    } finally {
      idle = setTimeout(() => void child?.kill(), idleMs);
    }
  };

  return {
    read(file, options) {
      const signal = AbortSignal.any([options.signal, closing.signal]);
      const reading = lastTurn.then(() => readNow(file, { ...options, signal }));
      lastTurn = reading.catch(() => {});
      return raceAbort(reading, signal); // a caller that waits for its turn is told at once
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the extractor was closed'));
      await lastTurn;
      clearTimeout(idle);
      await child?.kill();
    },
  };
}
