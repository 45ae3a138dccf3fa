import { raceAbort } from '#shared/abort.ts';
import { startExtractChild, type ExtractChild, type ReadOptions } from './extract-child.ts';
import type { FileReading, FileToRead } from './extract-messages.ts';

export { ExtractError, ExtractorDied, FileUnreadable } from './extract/extract-error.ts';
export { LinkFound } from './extract/link/link.ts';
export { OcrPostponed } from './extract/ocr/ocr.ts';
export type { ReadOptions } from './extract-child.ts';
export type { FileReading, FileToRead } from './extract-messages.ts';

/**
 * Turns files into chunks in a separate process, so that a hostile file costs one attempt and never stops the watcher.
 */
export interface Extractor extends AsyncDisposable {
  /**
   * Reads one file; further calls wait for their turn, in order. May be called again after any failure.
   * @throws ExtractError (the content can never be read), FileUnreadable (the file could not be opened or read),
   * ExtractorDied (TIMEOUT, CRASHED), OcrPostponed and LinkFound (only when these were asked for), or the signal's reason
   * as soon as it aborts. Anything else is a bug in askbox.
   */
  read(file: FileToRead, options: ReadOptions): Promise<FileReading>;
}

/** Settings of an extractor. */
export interface ExtractorOptions {
  /** How long an idle process is kept; it uses about 100 to 400 MB. Default: 30,000. */
  readonly idleMs?: number;
}

/**
 * Opens an extractor. Its process starts with the first file, is replaced after 500 files or when it uses more than 600
 * MB, and ends when it has been idle or the extractor is closed.
 */
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
      return raceAbort(reading, signal); // rejects a queued caller as soon as it is aborted, without waiting for its turn
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the extractor was closed'));
      await lastTurn;
      clearTimeout(idle);
      await child?.kill();
    },
  };
}
