import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { emptyLog, openDatabase, resultCodeOf, rewriteFile, SQLITE_BUSY } from '../sqlite.ts';
import type { ScrubResult } from './scrub-database.ts';

/** How long one try waits for the locks of other connections. */
const BUSY_TIMEOUT_MS = 5000;
/** With the time above, readers get a minute. */
const TRIES = 12;

/** The thread that scrub-database.ts starts. It may block. */
parentPort?.postMessage(scrub(String(workerData)));

function scrub(file: string): ScrubResult {
  try {
    using db = openDatabase(file, { timeoutMs: BUSY_TIMEOUT_MS }, (opened) => opened);
    let isEmpty = rewriteFile(db);
    for (let tries = 1; tries < TRIES && !isEmpty; tries++) isEmpty = emptyLog(db);
    return isEmpty ? { isDone: true } : { message: 'another program keeps reading it', resultCode: SQLITE_BUSY };
  } catch (error) {
    return { message: messageOf(error), resultCode: resultCodeOf(error) ?? null };
  }
}
