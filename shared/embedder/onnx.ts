import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { ModelError } from '../models/model-error.ts';
import type { Embedded, EmbeddedKind, Embedder } from './embedder.ts';
import type { EmbedderFolder } from './embedder-folder.ts';

/** What the thread is started with. */
export interface ThreadLoad {
  readonly model: EmbedderFolder;
  readonly threads: number;
}

/** What the thread is told. */
export type ThreadCall =
  | { readonly id: number; readonly texts: readonly string[]; readonly kind: EmbeddedKind }
  | { readonly abort: number }
  | { readonly close: true };

/** What it says. */
export type ThreadReply =
  | { readonly id: number; readonly embedded: Embedded }
  | { readonly id: number; readonly fault: string }
  /** The model's files cannot be used, and the thread ends. */
  | { readonly unusable: string };

// A thread is never stopped inside a run, which takes seconds for the longest window of a large model.
const CLOSE_MS = 5000;

/**
 * Loads the model into a thread of its own, whose computing never stops the caller's event loop.
 * @param threads to compute with. @param signal gives up the loading.
 * @throws ModelError MODEL_UNUSABLE when the runtime refuses the model or its vectors are of another length.
 */
export async function openOnnxEmbedder(
  model: EmbedderFolder,
  threads: number,
  signal?: AbortSignal,
): Promise<Embedder> {
  const thread = new OnnxThread({ model, threads });
  try {
    const { vectors } = await thread.embed([''], 'query', signal);
    const dimensions = vectors[0]!.length;
    if (model.dimensions !== null && model.dimensions !== dimensions) {
      throw unusable(model, `its vectors have ${dimensions} numbers and not ${model.dimensions}`);
    }
    return {
      model: model.name,
      space: { name: model.spaceName, dimensions },
      embed: (texts, kind, abort) => thread.embed(texts, kind, abort),
      [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
    };
  } catch (error) {
    await thread[Symbol.asyncDispose]();
    throw error;
  }
}

/** The side of the thread's owner. A thread that died is started again by the next call. */
class OnnxThread implements AsyncDisposable {
  readonly #load: ThreadLoad;
  readonly #calls = new Map<number, PromiseWithResolvers<Embedded>>();
  #worker: Worker | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor(load: ThreadLoad) {
    this.#load = load;
  }

  async embed(texts: readonly string[], kind: EmbeddedKind, signal?: AbortSignal): Promise<Embedded> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw closed(this.#load.model);
    if (texts.length === 0) return { vectors: [], windowedTexts: 0 };

    const id = ++this.#lastId;
    const call = Promise.withResolvers<Embedded>();
    this.#calls.set(id, call);
    const abort = (): void => {
      this.#tell({ abort: id });
      call.reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      this.#worker ??= this.#start();
      this.#tell({ id, texts, kind });
      return await call.promise;
    } finally {
      this.#calls.delete(id);
      signal?.removeEventListener('abort', abort);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const call of this.#calls.values()) call.reject(closed(this.#load.model));
    for (const id of this.#calls.keys()) this.#tell({ abort: id });
    this.#tell({ close: true });
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    const deadline = new AbortController();
    await Promise.race([ended, delay(CLOSE_MS, undefined, { signal: deadline.signal }).catch(() => {})]);
    deadline.abort();
    if (this.#worker !== undefined) void worker.terminate();
  }

  #tell(call: ThreadCall): void {
    this.#worker?.postMessage(call);
  }

  #start(): Worker {
    const { model } = this.#load;
    const worker = new Worker(new URL('onnx-thread.ts', import.meta.url), { workerData: this.#load });
    let end: ModelError | undefined;
    worker.on('message', (reply: ThreadReply) => {
      if ('unusable' in reply) end = unusable(model, reply.unusable);
      else if ('fault' in reply) this.#calls.get(reply.id)?.reject(unusable(model, reply.fault));
      else this.#calls.get(reply.id)?.resolve(reply.embedded);
    });
    worker.on('error', (error) => (end = died(model, error)));
    worker.on('exit', () => {
      this.#worker = undefined;
      for (const call of this.#calls.values()) call.reject(end ?? died(model));
    });
    return worker;
  }
}

function unusable({ name, folder, remedy }: EmbedderFolder, reason: string): ModelError {
  return new ModelError('MODEL_UNUSABLE', `cannot use the model ${name} in ${folder}: ${reason}; ${remedy}`);
}

function died({ name }: EmbedderFolder, cause?: unknown): ModelError {
  const reason = cause === undefined ? '' : ` (${messageOf(cause)})`;
  const message = `the thread of the model ${name} ended${reason}; try again, or choose a smaller model`;
  return new ModelError('MODEL_UNUSABLE', message, { isRetryable: true, cause });
}

function closed({ name }: EmbedderFolder): ModelError {
  return new ModelError('MODEL_UNUSABLE', `the model ${name} was closed while it was in use; open it again`);
}
