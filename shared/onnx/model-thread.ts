import { Worker } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { ModelError } from '../models/model-error.ts';
import { type NativeGate, closeGate, closeGateAtExit, makeNativeGate } from './native-gate.ts';

/** What the error messages of a model need. */
export interface NamedModel {
  readonly name: string;
  readonly folder: string;
  /** The next step for the user when the files cannot be used; ends the message of an error. */
  readonly remedy: string;
}

/** The `workerData` of the thread. */
export interface ThreadLoad<Model> {
  readonly model: Model;
  /** Number of threads to compute with. */
  readonly threads: number;
  /** Every call of the runtime goes through it; see native-gate.ts. */
  readonly gate: NativeGate;
}

/** A message to the thread: a call, or the abort of the call with that id. */
export type ThreadCall<Work> = { readonly id: number; readonly work: Work } | { readonly abort: number };

/** A message from the thread. */
export type ThreadReply<Result> =
  | { readonly id: number; readonly result: Result }
  | { readonly id: number; readonly fault: string }
  /** The model's files cannot be used, for this reason; the thread ends. */
  | { readonly unusable: string };

// How long to wait for the runtime: a run over the longest window of a large model takes seconds.
const CLOSE_MS = 5000;

/**
 * A model in its own thread, so that computing never blocks the caller's event loop. The first call starts the thread;
 * if the thread died, the next call starts it again. Disposing rejects all calls that have not ended.
 */
export class ModelThread<Model extends NamedModel, Work, Result> implements AsyncDisposable {
  readonly #file: URL;
  readonly #model: Model;
  readonly #threads: number;
  readonly #calls = new Map<number, PromiseWithResolvers<Result>>();
  #started: { readonly worker: Worker; readonly gate: NativeGate } | undefined;
  #lastId = 0;
  #isClosed = false;

  /**
   * @param file the module of the thread, which receives a ThreadLoad.
   * @param threads number of threads to compute with.
   */
  constructor(file: URL, model: Model, threads: number) {
    this.#file = file;
    this.#model = model;
    this.#threads = threads;
  }

  /**
   * Sends work to the thread and returns its result. May be called many times concurrently. Aborting rejects
   * immediately with the signal's reason, and the thread drops the work.
   * @throws ModelError MODEL_UNUSABLE when the thread could not load the model, failed, ended, or was disposed.
   */
  async ask(work: Work, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw closed(this.#model);

    const id = ++this.#lastId;
    const call = Promise.withResolvers<Result>();
    this.#calls.set(id, call);
    const abort = (): void => {
      this.#send({ abort: id });
      call.reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      this.#started ??= this.#start();
      this.#send({ id, work });
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

  #send(call: ThreadCall<Work>): void {
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

/**
 * Returns the error for a model whose files cannot be used.
 * @param reason a clause about it, such as "it is damaged".
 */
export function unusableModel({ name, folder, remedy }: NamedModel, reason: string): ModelError {
  return new ModelError('MODEL_UNUSABLE', `cannot use the model ${name} in ${folder}: ${reason}; ${remedy}`);
}

function died({ name }: NamedModel, cause?: unknown): ModelError {
  const reason = cause === undefined ? '' : ` (${messageOf(cause)})`;
  const message = `the thread of the model ${name} ended unexpectedly${reason}; try again, or choose a smaller model`;
  return new ModelError('MODEL_UNUSABLE', message, { isRetryable: true, cause });
}

function closed({ name }: NamedModel): ModelError {
  return new ModelError('MODEL_UNUSABLE', `the model ${name} was closed while it was in use; open it again`);
}
