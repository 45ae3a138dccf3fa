import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '../errors.ts';
import type { StoreReader, StoreWriter } from './store.ts';

/** How often and for how long a call is tried. */
export interface Patience {
  /** The time for all tries together, with the pauses between them. */
  readonly deadlineMs: number;
  /** The pause before the second try; doubles before each further try. Half of each pause is random. */
  readonly firstPauseMs: number;
  readonly maxTries: number;
}

/** A person is waiting for the answer: the store is reported as down before 15 s have passed. */
const READER_PATIENCE: Patience = { deadlineMs: 14_000, firstPauseMs: 100, maxTries: 4 };
/** The watcher itself waits for as long as a store is down; this only bridges short interruptions of the connection. */
const WRITER_PATIENCE: Patience = { deadlineMs: 30_000, firstPauseMs: 100, maxTries: 4 };

/**
 * Returns a writer that repeats calls which fail with STORE_UNAVAILABLE. All calls are idempotent, so it does no harm
 * if a call took effect although its response was lost. Iterations are not repeated: the caller has already used some
 * items.
 */
export function retryingWriter(writer: StoreWriter, patience = WRITER_PATIENCE): StoreWriter {
  const retry = retrying(patience);
  return {
    get lastRevision() {
      return writer.lastRevision;
    },
    putChunks: (content, chunks, signal) => retry(signal, (each) => writer.putChunks(content, chunks, each)),
    countChunks: (content, signal) => retry(signal, (each) => writer.countChunks(content, each)),
    publish: (document, revision, signal) => retry(signal, (each) => writer.publish(document, revision, each)),
    unpublish: (path, revision, signal) => retry(signal, (each) => writer.unpublish(path, revision, each)),
    unpublishAll: (removals, signal) => retry(signal, (each) => writer.unpublishAll(removals, each)),
    missingVectors: (space, signal) => writer.missingVectors(space, signal),
    findVectors: (space, hashes, signal) => retry(signal, (each) => writer.findVectors(space, hashes, each)),
    putVectors: (space, content, vectors, signal) =>
      retry(signal, (each) => writer.putVectors(space, content, vectors, each)),
    knownSpaces: (signal) => retry(signal, (each) => writer.knownSpaces(each)),
    activate: (space, signal) => retry(signal, (each) => writer.activate(space, each)),
    forgetSpacesBut: (space, signal) => retry(signal, (each) => writer.forgetSpacesBut(space, each)),
    collect: (contents, signal) => retry(signal, (each) => writer.collect(contents, each)),
    erase: (paths, signal) => retry(signal, (each) => writer.erase(paths, each)),
    contents: (signal) => writer.contents(signal),
    publications: (signal) => writer.publications(signal),
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  };
}

/** Returns a reader that repeats calls which fail with STORE_UNAVAILABLE. */
export function retryingReader(reader: StoreReader, patience = READER_PATIENCE): StoreReader {
  const retry = retrying(patience);
  return {
    search: (request, signal) => retry(signal, (each) => reader.search(request, each)),
    knownSpaces: (signal) => retry(signal, (each) => reader.knownSpaces(each)),
    spaces: (signal) => retry(signal, (each) => reader.spaces(each)),
    findChunk: (id, signal) => retry(signal, (each) => reader.findChunk(id, each)),
    neighbours: (content, from, to, signal) => retry(signal, (each) => reader.neighbours(content, from, to, each)),
    text: (content, start, end, signal) => retry(signal, (each) => reader.text(content, start, end, each)),
    findDocument: (id, signal) => retry(signal, (each) => reader.findDocument(id, each)),
    documents: (signal) => retry(signal, (each) => reader.documents(each)),
    stats: (signal) => retry(signal, (each) => reader.stats(each)),
    troubles: (signal) => reader.troubles(signal),
    [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
  };
}

type Retry = <Result>(
  signal: AbortSignal | undefined,
  call: (signal: AbortSignal) => Promise<Result>,
) => Promise<Result>;

function retrying({ deadlineMs, firstPauseMs, maxTries }: Patience): Retry {
  return async (signal, call) => {
    signal?.throwIfAborted();
    const deadline = AbortSignal.timeout(deadlineMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    let failure = new StoreError(
      'STORE_UNAVAILABLE',
      `the store did not answer within ${deadlineMs / 1000} s; check that it is running`,
    );
    for (let tries = 1; tries <= maxTries && !deadline.aborted; tries++) {
      try {
        return await call(either);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof StoreError ? error.code !== 'STORE_UNAVAILABLE' : error !== deadline.reason) throw error;
        if (error instanceof StoreError) failure = error;
      }
      const pauseMs = firstPauseMs * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
      if (tries < maxTries) await delay(pauseMs, undefined, { signal: either }).catch(() => signal?.throwIfAborted());
    }
    throw failure;
  };
}
