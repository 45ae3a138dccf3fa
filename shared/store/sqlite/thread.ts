import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { AskboxError, StoreError } from '../../errors.ts';
import { withStoreErrors } from './errors.ts';
import { tryOpenForReading } from './open.ts';
import type { ReadyJson } from './packed-result.ts';
import { SqliteReader } from './reader.ts';
import type { ReadCall, ReadReply } from './threaded-reader.ts';

// A list is sent in pieces, so that reading 30,000 documents never blocks the other side's event loop for long.
const PIECE_LENGTH = 500;

/** The thread that threaded-reader.ts starts. It reads the store, one call after the other. */
const file = String(workerData);
let rest: readonly unknown[] = [];
let opened: { readonly reader: SqliteReader; readonly identity: string } | undefined;

parentPort?.on('message', (call: ReadCall) => parentPort?.postMessage(reply(call)));

function reply(call: ReadCall): ReadReply {
  try {
    return firstPiece(call.method === 'nextPiece' ? rest : withStoreErrors(file, () => perform(call)));
  } catch (error) {
    if (!(error instanceof AskboxError)) return { fault: error };
    // The class of an error does not survive the transfer between threads.
    return { storeError: { code: error.code, message: error.message, cause: error.cause } };
  }
}

/** Returns a result as JSON, which is faster to pass between threads than objects. */
function firstPiece(result: unknown): ReadReply {
  if (isReadyJson(result)) return { json: result.readyJson, isMore: false };
  if (!Array.isArray(result) || result.length <= PIECE_LENGTH) return { json: JSON.stringify(result), isMore: false };
  rest = result.slice(PIECE_LENGTH);
  return { json: JSON.stringify(result.slice(0, PIECE_LENGTH)), isMore: true };
}

function isReadyJson(result: unknown): result is ReadyJson<unknown> {
  return typeof result === 'object' && result !== null && 'readyJson' in result;
}

function perform({ method, args }: Exclude<ReadCall, { method: 'nextPiece' }>): unknown {
  followFile();
  if (method === 'isThere') return opened !== undefined;
  if (opened === undefined) {
    throw new StoreError('STORE_UNAVAILABLE', `the store ${file} is gone; start the watcher, which creates it again`);
  }
  // ReadCall gives each method its own arguments, so these fit; TypeScript cannot relate the two here.
  return (opened.reader[method] as (...args: readonly unknown[]) => unknown)(...args);
}

/** Opens the file that exists now. One that was deleted could still be read through the open connection. */
function followFile(): void {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  const identity = found === undefined ? '' : `${found.dev}:${found.ino}`;
  if (opened?.identity === identity) return;
  opened?.reader.close();
  opened = undefined;
  if (found === undefined) return;
  const db = tryOpenForReading(file);
  if (db !== undefined) opened = { reader: new SqliteReader(file, db), identity };
}
