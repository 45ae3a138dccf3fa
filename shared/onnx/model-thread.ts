import { Worker } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { ModelError } from '../models/model-error.ts';
import { type NativeGate, closeGate, closeGateAtExit, makeNativeGate } from './native-gate.ts';

/** What has to be known of a model to say what is wrong with it. */
export interface NamedModel {
  readonly name: string;
  readonly folder: string;
  /** The next step of a person when the files cannot be used. */
  readonly remedy: string;
}

/** What the thread is started with. */
export interface ThreadLoad<Model> {
  readonly model: Model;
  /** To compute with. */
  readonly threads: number;
  readonly gate: NativeGate;
}

/** What the thread is told. */
export type ThreadCall<Work> = { readonly id: number; readonly work: Work } | { readonly abort: number };

/** What it says. */
export type ThreadReply<Result> =
  | { readonly id: number; readonly result: Result }
  | { readonly id: number; readonly fault: string }
  /** The model's files cannot be used, and the thread ends. */
  | { readonly unusable: string };

// A run of the longest window of a large model takes seconds.
const CLOSE_MS = 5000;

/**
 * A model in a thread of its own, whose computing never stops the caller's event loop. The thread is started by the first
 * call; one that died is started again by the next.
 */
export class ModelThread<Model extends NamedModel, Work, Result> implements AsyncDisposable {
  readonly #file: URL;
  readonly #model: Model;
  readonly #threads: number;
  readonly #calls = new Map<number, PromiseWithResolvers<Result>>();
  #started: { readonly worker: Worker; readonly gate: NativeGate } | undefined;
  #lastId = 0;
  #isClosed = false;

  /** @param file of the thread, which gets a ThreadLoad. @param threads that the model computes with. */
  constructor(file: URL, model: Model, threads: number) {
    this.#file = file;
    this.#model = model;
    this.#threads = threads;
  }

  /**
   * May be called many times at once. Aborting rejects with the signal's reason at once, and tells the thread.
   * @throws ModelError MODEL_UNUSABLE
   */
  async ask(work: Work, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw closed(this.#model);

    const id = ++this.#lastId;
    const call = Promise.withResolvers<Result>();
    this.#calls.set(id, call);
    const abort = (): void => {
      this.#tell({ abort: id });
      call.reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      this.#started ??= this.#start();
      this.#tell({ id, work });
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

  #tell(call: ThreadCall<Work>): void {
    this.#started?.worker.postMessage(call);
  }

  #start(): { readonly worker: Worker; readonly gate: NativeGate } {
    const model = this.#model;
    const gate = makeNativeGate();
    const workerData: ThreadLoad<Model> = { model, threads: this.#threads, gate };
    const worker = new Worker(this.#file, { workerData });
    const atExit = (): void => closeGateAtExit(gate, CLOSE_MS);
    process.once('exit', atExit);
    let end: ModelError | undefined;
    worker.on('message', (reply: ThreadReply<Result>) => {
      if ('unusable' in reply) end = unusableModel(model, reply.unusable);
      else if ('fault' in reply) this.#calls.get(reply.id)?.reject(unusableModel(model, reply.fault));
      else this.#calls.get(reply.id)?.resolve(reply.result);
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

/** The error of a model whose files cannot be used. */
export function unusableModel({ name, folder, remedy }: NamedModel, reason: string): ModelError {
  return new ModelError('MODEL_UNUSABLE', `cannot use the model ${name} in ${folder}: ${reason}; ${remedy}`);
}

function died({ name }: NamedModel, cause?: unknown): ModelError {
  const reason = cause === undefined ? '' : ` (${messageOf(cause)})`;
  const message = `the thread of the model ${name} ended${reason}; try again, or choose a smaller model`;
  return new ModelError('MODEL_UNUSABLE', message, { isRetryable: true, cause });
}

function closed({ name }: NamedModel): ModelError {
  return new ModelError('MODEL_UNUSABLE', `the model ${name} was closed while it was in use; open it again`);
}
