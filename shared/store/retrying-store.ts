import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '../errors.ts';
import type { StoreReader, StoreWriter } from './store.ts';

/** How often and how long a call is tried. */
export interface Patience {
  /** All tries together, with the pauses between them, end within so long. */
  readonly deadlineMs: number;
  /** The pause before the second try; doubled before each further one, and half of it random. */
  readonly firstPauseMs: number;
  readonly maxTries: number;
}

/** A question has a person who waits for it; the store is said to be down before 15 s are over. */
const READER_PATIENCE: Patience = { deadlineMs: 14_000, firstPauseMs: 100, maxTries: 4 };
/** The watcher waits by itself, for as long as it takes: this is only for a line that trembles. */
const WRITER_PATIENCE: Patience = { deadlineMs: 30_000, firstPauseMs: 100, maxTries: 4 };

/**
 * A writer whose calls are repeated on STORE_UNAVAILABLE. All of them are idempotent, so a call that had an effect
 * although its answer was lost does no harm. Iterations are not repeated: their caller has begun to use what came.
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
    missingVectors: (space, signal) => writer.missingVectors(space, signal),
    findVectors: (space, hashes, signal) => retry(signal, (each) => writer.findVectors(space, hashes, each)),
    putVectors: (space, content, vectors, signal) =>
      retry(signal, (each) => writer.putVectors(space, content, vectors, each)),
    activate: (space, signal) => retry(signal, (each) => writer.activate(space, each)),
    forgetSpacesBut: (space, signal) => retry(signal, (each) => writer.forgetSpacesBut(space, each)),
    collect: (contents, signal) => retry(signal, (each) => writer.collect(contents, each)),
    contents: (signal) => writer.contents(signal),
    publications: (signal) => writer.publications(signal),
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  };
}

/** A reader whose calls are repeated on STORE_UNAVAILABLE. */
export function retryingReader(reader: StoreReader, patience = READER_PATIENCE): StoreReader {
  const retry = retrying(patience);
  return {
    search: (request, signal) => retry(signal, (each) => reader.search(request, each)),
    spaces: (signal) => retry(signal, (each) => reader.spaces(each)),
    findChunk: (id, signal) => retry(signal, (each) => reader.findChunk(id, each)),
    neighbours: (content, from, to, signal) => retry(signal, (each) => reader.neighbours(content, from, to, each)),
    text: (content, start, end, signal) => retry(signal, (each) => reader.text(content, start, end, each)),
    findDocument: (id, signal) => retry(signal, (each) => reader.findDocument(id, each)),
    documents: (signal) => retry(signal, (each) => reader.documents(each)),
    stats: (signal) => retry(signal, (each) => reader.stats(each)),
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
      `the store did not answer within ${deadlineMs / 1000} s; see whether it runs`,
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
