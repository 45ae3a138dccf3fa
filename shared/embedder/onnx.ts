import { Worker } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { ModelError } from '../models/model-error.ts';
import type { Embedded, EmbeddedKind, Embedder } from './embedder.ts';
import type { EmbedderFolder } from './embedder-folder.ts';
import { type NativeGate, closeGate, closeGateAtExit, makeNativeGate } from './native-gate.ts';

/** What the thread is started with. */
export interface ThreadLoad {
  readonly model: EmbedderFolder;
  readonly threads: number;
  readonly gate: NativeGate;
}

/** What the thread is told. */
export type ThreadCall =
  | { readonly id: number; readonly texts: readonly string[]; readonly kind: EmbeddedKind }
  | { readonly abort: number };

/** What it says. */
export type ThreadReply =
  | { readonly id: number; readonly embedded: Embedded }
  | { readonly id: number; readonly fault: string }
  /** The model's files cannot be used, and the thread ends. */
  | { readonly unusable: string };

// A run of the longest window of a large model takes seconds.
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
  const thread = new OnnxThread(model, threads);
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
  readonly #model: EmbedderFolder;
  readonly #threads: number;
  readonly #calls = new Map<number, PromiseWithResolvers<Embedded>>();
  #started: { readonly worker: Worker; readonly gate: NativeGate } | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor(model: EmbedderFolder, threads: number) {
    this.#model = model;
    this.#threads = threads;
  }

  async embed(texts: readonly string[], kind: EmbeddedKind, signal?: AbortSignal): Promise<Embedded> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw closed(this.#model);
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
      this.#started ??= this.#start();
      this.#tell({ id, texts, kind });
      return await call.promise;
    } finally {
      this.#calls.delete(id);
      signal?.removeEventListener('abort', abort);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const call of this.#calls.values()) call.reject(closed(this.#model));
    if (this.#started === undefined) return;
    const { worker, gate } = this.#started;
    if (await closeGate(gate, CLOSE_MS)) await worker.terminate();
    else worker.unref();
  }

  #tell(call: ThreadCall): void {
    this.#started?.worker.postMessage(call);
  }

  #start(): { readonly worker: Worker; readonly gate: NativeGate } {
    const model = this.#model;
    const gate = makeNativeGate();
    const workerData: ThreadLoad = { model, threads: this.#threads, gate };
    const worker = new Worker(new URL('onnx-thread.ts', import.meta.url), { workerData });
    const atExit = (): void => closeGateAtExit(gate, CLOSE_MS);
    process.once('exit', atExit);
    let end: ModelError | undefined;
    worker.on('message', (reply: ThreadReply) => {
      if ('unusable' in reply) end = unusable(model, reply.unusable);
      else if ('fault' in reply) this.#calls.get(reply.id)?.reject(unusable(model, reply.fault));
      else this.#calls.get(reply.id)?.resolve(reply.embedded);
    });
    worker.on('error', (error) => (end = died(model, error)));
    worker.on('exit', () => {
      process.off('exit', atExit);
      this.#started = undefined;
      for (const call of this.#calls.values()) call.reject(end ?? died(model));
    });
    return { worker, gate };
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
