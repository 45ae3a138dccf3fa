import { raceAbort } from '../../abort.ts';
import { Worker } from 'node:worker_threads';
import type { Chunk, ChunkId, ContentId, DocumentId, PublishedDocument } from '../../document.ts';
import { StoreError, type StoreErrorCode, messageOf } from '../../errors.ts';
import { type ReadyJson, unpackResult } from './packed-result.ts';
import type { SqliteReader } from './reader.ts';
import type { Hit, SearchRequest, SearchResult, StoreReader, StoreStats, VectorSpace, VectorSpaces } from '../store.ts';

type Reads = Omit<SqliteReader, 'close'> & { isThere(): boolean };

type Result<M extends keyof Reads> = ReturnType<Reads[M]> extends ReadyJson<infer Value> ? Value : ReturnType<Reads[M]>;

/** A message to the thread. */
export type ReadCall =
  | { [M in keyof Reads]: { readonly method: M; readonly args: Parameters<Reads[M]> } }[keyof Reads]
  /** Asks for the next piece of the list that the last call returned. */
  | { readonly method: 'nextPiece' };

/** The thread's reply. `storeError` is an error of ours without its class; `fault` is any other error. */
export type ReadReply =
  | { readonly json: string | undefined; readonly isMore: boolean }
  | { readonly storeError: { readonly code: string; readonly message: string; readonly cause: unknown } }
  | { readonly fault: unknown };

interface Piece {
  readonly result: unknown;
  readonly isMore: boolean;
}

/**
 * The reader's port, served by a separate thread (thread.ts), so that loading 50,000 chunks or searching them never
 * blocks the caller's event loop. The thread gets one call at a time. A call that is aborted while it waits costs
 * nothing. One that is aborted later rejects at once too, but the thread still finishes it.
 */
export class ThreadedReader implements StoreReader {
  readonly #file: string;
  #worker: Worker | undefined;
  /** The message that the thread is working on, or the last one. */
  #asked: PromiseWithResolvers<Piece> | undefined;
  /** Resolves when all calls made so far are done. */
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** The first call starts the thread. @param file may be missing; see isThere. */
  constructor(file: string) {
    this.#file = file;
  }

  /** Whether there is a store that can be read; false until a writer has created or migrated it. */
  isThere(signal?: AbortSignal): Promise<boolean> {
    return this.#call('isThere', [], signal);
  }

  async search(request: SearchRequest, signal?: AbortSignal): Promise<SearchResult> {
    return unpackResult(await this.#call('search', [request], signal));
  }

  knownSpaces(signal?: AbortSignal): Promise<readonly VectorSpace[]> {
    return this.#call('knownSpaces', [], signal);
  }

  spaces(signal?: AbortSignal): Promise<VectorSpaces> {
    return this.#call('spaces', [], signal);
  }

  findChunk(id: ChunkId, signal?: AbortSignal): Promise<Hit | undefined> {
    return this.#call('findChunk', [id], signal);
  }

  neighbours(content: ContentId, from: number, to: number, signal?: AbortSignal): Promise<readonly Chunk[]> {
    return this.#call('neighbours', [content, from, to], signal);
  }

  text(content: ContentId, startChar: number, endChar: number, signal?: AbortSignal): Promise<string> {
    return this.#call('text', [content, startChar, endChar], signal);
  }

  findDocument(id: DocumentId, signal?: AbortSignal): Promise<PublishedDocument | undefined> {
    return this.#call('findDocument', [id], signal);
  }

  documents(signal?: AbortSignal): Promise<readonly PublishedDocument[]> {
    return this.#call('documents', [], signal);
  }

  stats(signal?: AbortSignal): Promise<StoreStats> {
    return this.#call('stats', [], signal);
  }

  async troubles(): Promise<readonly string[]> {
    return [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  async #call<M extends keyof Reads>(
    method: M,
    args: Parameters<Reads[M]>,
    signal: AbortSignal | undefined,
  ): Promise<Result<M>> {
    signal?.throwIfAborted();
    const answer = this.#turn.then(() => {
      signal?.throwIfAborted();
      // `args` are those of `method`, but TypeScript cannot follow that through a type parameter.
      return this.#askForAll({ method, args } as ReadCall);
    });
    this.#turn = answer.catch(() => {});
    // The thread called the reader's method of this name; see perform() in thread.ts.
    return (await raceAbort(answer, signal)) as Result<M>;
  }

  async #askForAll(call: ReadCall): Promise<unknown> {
    let answer = await this.#ask(call);
    if (!answer.isMore) return answer.result;
    const pieces = [answer.result];
    while (answer.isMore) {
      answer = await this.#ask({ method: 'nextPiece' });
      pieces.push(answer.result);
    }
    return pieces.flat();
  }

  #ask(call: ReadCall): Promise<Piece> {
    if (this.#isClosed) throw new Error(`the reader of ${this.#file} is closed`);
    this.#asked = Promise.withResolvers();
    this.#worker ??= this.#startThread();
    this.#worker.postMessage(call);
    return this.#asked.promise;
  }

  #startThread(): Worker {
    const worker = new Worker(new URL('thread.ts', import.meta.url), { workerData: this.#file });
    let fault: unknown;
    worker.on('message', (reply: ReadReply) => {
      if ('json' in reply) {
        const result = reply.json === undefined ? undefined : JSON.parse(reply.json);
        this.#asked?.resolve({ result, isMore: reply.isMore });
      } else this.#asked?.reject('fault' in reply ? reply.fault : storeErrorOf(reply.storeError));
    });
    worker.on('error', (error) => (fault = error));
    // A thread may die of lack of memory. The next call starts another one.
    worker.on('exit', () => {
      this.#worker = undefined;
      const reason = this.#isClosed
        ? 'it was closed'
        : `its thread died (${messageOf(fault ?? 'ended from outside')}); try again`;
      this.#asked?.reject(
        new StoreError('STORE_UNAVAILABLE', `cannot read the store ${this.#file}: ${reason}`, { cause: fault }),
      );
    });
    return worker;
  }
}

function storeErrorOf({ code, message, cause }: { code: string; message: string; cause: unknown }): StoreError {
  // StoreError is the only class of ours that the driver throws.
  return new StoreError(code as StoreErrorCode, message, { cause });
}
