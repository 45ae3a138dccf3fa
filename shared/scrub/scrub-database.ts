import { Worker } from 'node:worker_threads';

/** The code that node:sqlite gives its errors. */
const CODE = 'ERR_SQLITE_ERROR';

/** What the thread reports: nothing is left, or the error that SQLite threw. */
export type ScrubResult = { readonly isDone: true } | { readonly message: string; readonly resultCode: number | null };

/**
 * Writes a database file again without anything that was deleted, and empties its write-ahead log, in a thread. Other
 * connections may read meanwhile; they cannot write. See rewriteFile for why, and for what it costs.
 * @param file of an existing database in WAL mode.
 * @throws errors as SQLite does, with the result code SQLITE_BUSY if another connection keeps the log for a minute.
 */
export async function scrubDatabase(file: string): Promise<void> {
  const worker = new Worker(new URL('scrub-thread.ts', import.meta.url), { workerData: file });
  const { promise, resolve, reject } = Promise.withResolvers<ScrubResult>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error(`the thread that scrubs ${file} ended without a result; try again`)));
  const result = await promise;
  if ('isDone' in result) return;
  // The properties of an error do not survive the transfer between threads; these are what resultCodeOf reads.
  throw Object.assign(new Error(result.message), { code: CODE, errcode: result.resultCode ?? undefined });
}
