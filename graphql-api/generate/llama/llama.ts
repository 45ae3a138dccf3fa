import { settledOrAborted } from '#shared/abort.ts';
import path from 'node:path';
import type { Log } from '#shared/log.ts';
import { GeneratorError } from '../generator-error.ts';
import type { GenerateRequest, Generator, GeneratorEvent, GeneratorHealth, GeneratorModel } from '../generator.ts';
import { openLeftBackends, type Backend, type Death } from './backend/left-backends.ts';
import { openLeftBefore } from './backend/left-before.ts';
import { startLlamaChild, type LlamaChild } from './child.ts';
import { readFreeMemory } from '../plan/free-memory.ts';
import { watchMemory, type BetterPlans } from './memory-watch.ts';
import type { FromLlamaProcess, LlamaFacts, LlamaSettings } from './messages.ts';
import { silenceMs } from './speed.ts';
import { openMailbox, type Mailbox } from './mailbox.ts';

/**
 * Parent side: a local model as a generator. Owns the child process, and gives each answer its share of the messages.
 */

/** How to load and run a model. */
export interface LlamaOptions extends LlamaSettings {
  readonly log: Log;
  /**
   * How long a request waits for the model to load, counted from the start of loading. Also how long a process that has
   * requests may make no progress before it is killed, unless ten chunks of a prompt take longer than that; a process
   * that is loading is given five times as long. Default: 60,000.
   */
  readonly patienceMs?: number;
  /** Where it is remembered on which graphics cards processes have died. Default: nowhere. */
  readonly leftFile?: string;
  /** Called each time the model is ready, with what it runs on: a backend, or null for the CPU. Default: not called. */
  readonly onReady?: (backend: Backend | null) => void;
  /** Starts the process. Default: startLlamaChild. */
  readonly startChild?: typeof startLlamaChild;
  /** Returns the free memory while no model is loaded. Default: readFreeMemory. */
  readonly readMemory?: typeof readFreeMemory;
}

/**
 * The life of a model:
 * - `loading` → `ready` when the process has loaded the model, `unusable` when it reports that it cannot;
 * - `loading` or `ready` → `loading` when the process ends or hangs, or `resting` if that happened before without a
 *   complete answer in between, unless a backend of the library is left because of it (left-backends.ts);
 * - `resting` → `loading` after 1, 2, 4 … 60 s;
 * - `loading` → `short` when there is no room for the model in memory; `short` → `loading` when memory is freed, as
 *   `ready` → `loading` if the model could then be loaded better;
 * - every state → `closed`, which is final. `unusable` is left only for `closed`.
 */
type State =
  /** The process is loading the model; requests wait. `sinceMs` is a time of performance.now(). */
  | {
      readonly name: 'loading';
      readonly child: LlamaChild;
      readonly sinceMs: number;
      readonly percent: number;
      readonly backend: Backend | null;
    }
  /** The process takes requests. */
  | {
      readonly name: 'ready';
      readonly child: LlamaChild;
      readonly facts: LlamaFacts;
      readonly backend: Backend | null;
    }
  /** The file cannot be loaded, so starting another process would not help; requests fail. */
  | { readonly name: 'unusable'; readonly message: string }
  /** There is no room for the model. There is no process until memory is freed; requests fail, and may be repeated. */
  | { readonly name: 'short'; readonly message: string }
  /** There is no process until the timer starts one; requests fail, and may be repeated. */
  | { readonly name: 'resting'; readonly message: string; readonly timer: NodeJS.Timeout }
  /** The generator has been disposed of; requests fail. */
  | { readonly name: 'closed' };

const LONGEST_REST_MS = 60_000;
/** What the backends write before they end a process for lack of memory on the card. */
const OUT_OF_MEMORY = /out of memory|OutOfDeviceMemory/i;
/** How soon memory is looked at after loading. Doubled each time that more memory brought nothing. */
const FIRST_WATCH_MS = 5000;
const LONGEST_WATCH_MS = 600_000;
/** What is left free on a graphics card on which a process ran out of memory; doubled each time. */
const FIRST_SPARE_BYTES = 1024 ** 3;

/**
 * Opens a local model, run by node-llama-cpp in a child process. Returns immediately and loads in the background; if
 * the process ends or hangs, another one is started. A graphics card on which processes die is left for the next
 * backend of the library, and at last for the CPU; `health()` says why. If the file cannot be loaded, `health()` says so and each request
 * throws MODEL_UNAVAILABLE.
 */
export function openLlama(options: LlamaOptions): Generator {
  const {
    log,
    patienceMs = 60_000,
    leftFile,
    onReady,
    startChild = startLlamaChild,
    readMemory = readFreeMemory,
    ...settings
  } = options;
  const model = path.basename(settings.file, '.gguf');
  const mailboxes = new Map<number, Mailbox<GeneratorEvent>>();
  let lastId = 0;
  /** How many processes have ended or hung since an answer was last completed. */
  let deaths = 0;
  const { file, gpu } = settings;
  const backends = openLeftBackends(leftFile === undefined ? undefined : openLeftBefore(leftFile, file, gpu));
  let msPerToken = 0;
  let silence: NodeJS.Timeout | undefined;
  let memoryWatch: Disposable | null = null;
  /** How often it was loaded again for more memory, since it last had enough. */
  let moves = 0;
  let spareCardBytes = 0;
  let state: State;
  let stateChanged = Promise.withResolvers<void>();
  start();

  function enter(next: State): void {
    memoryWatch?.[Symbol.dispose]();
    memoryWatch = null;
    state = next;
    stateChanged.resolve();
    stateChanged = Promise.withResolvers();
  }

  function start(): void {
    const child = startChild(
      (message) => receive(child, message),
      (how) => {
        const message = `the process of ${model} ended (${how}) and is being restarted; ask again in a moment`;
        end(child, { how, hasHung: false }, new GeneratorError('MODEL_UNAVAILABLE', message, { isRetryable: true }));
      },
    );
    enter({ name: 'loading', child, sinceMs: performance.now(), percent: 0, backend: null });
    log.debug({ model, childPid: child.pid }, 'model process started');
    child.send({ type: 'load', settings, left: backends.all, spareCardBytes });
    watchForSilence(child);
  }

  function receive(child: LlamaChild, message: FromLlamaProcess): void {
    if (!isCurrent(child)) return;
    switch (message.type) {
      case 'trying':
        if (state.name === 'loading') enter({ ...state, backend: message.backend });
        break;
      case 'complaint':
        log.debug({ model, line: message.line }, 'model library complains');
        break;
      case 'loading':
        if (state.name === 'loading') enter({ ...state, percent: message.percent });
        break;
      case 'ready': {
        if (state.name !== 'loading') break;
        const { type: _, better, ...facts } = message;
        log.info({ model, ...facts }, 'model ready');
        if (facts.warning !== null) log.warn({ model, reason: facts.warning }, 'model slower than it could be');
        msPerToken = facts.msPerToken;
        enter({ name: 'ready', child, facts, backend: state.backend });
        onReady?.(state.backend);
        if (better === null) moves = 0;
        else watch(better);
        break;
      }
      case 'short': {
        const reason = `there is no room for ${model} now: ${message.message}; close other programs, use a smaller model, or lower ASKBOX_CONTEXT or ASKBOX_SEQUENCES`;
        log.warn({ model, reason }, 'model waits for memory');
        enter({ name: 'short', message: reason });
        void child.kill();
        watch(message.better);
        break;
      }
      case 'changed': {
        const { type: _, because, ...facts } = message;
        if (because === null) log.debug({ model, ...facts }, 'model threads changed');
        else log.info({ model, ...facts, because }, 'model measured');
        // Not a state of its own: the watch for memory goes on.
        if (state.name === 'ready') state = { ...state, facts: { ...state.facts, ...facts } };
        break;
      }
      case 'prepared':
        log.debug({ model }, 'model prepared');
        break;
      case 'unusable':
        if (state.name === 'loading' && state.backend !== null) return leave(child, state.backend, message.message);
        log.warn({ model, reason: message.message }, 'model unusable');
        enter({ name: 'unusable', message: message.message });
        void child.kill();
        break;
      case 'event':
        mailboxes.get(message.id)?.push(message.event);
        if (message.event.type === 'finished') noteAnswer();
        break;
      case 'failed':
        mailboxes.get(message.id)?.fail(new GeneratorError(message.code, message.message));
        break;
      case 'settled':
        mailboxes.delete(message.id);
        log.debug({ model, id: message.id, ...message.work }, 'generation settled');
        break;
      case 'progress':
        ({ msPerToken } = message);
        break;
    }
    watchForSilence(child);
  }

  /** An error on a graphics card says little about the file. Only the CPU has the last word. */
  function leave(child: LlamaChild, backend: Backend, reason: string): void {
    backends.leave({ backend, reason });
    log.warn({ model, backend, reason }, 'model goes on without this backend');
    void child.kill();
    start();
  }

  /** Restarts the clock that ends a process that hangs. Without it, requests would wait for such a process forever. */
  function watchForSilence(child: LlamaChild): void {
    clearTimeout(silence);
    if (!isCurrent(child) || (state.name === 'ready' && mailboxes.size === 0)) return;
    const limitMs = state.name === 'ready' ? silenceMs(msPerToken, patienceMs) : 5 * patienceMs;
    silence = setTimeout(() => {
      const message = `${model} made no progress for ${limitMs} ms and is being restarted; ask again in a moment`;
      void child.kill();
      end(child, { how: `no progress for ${limitMs} ms`, hasHung: true }, new GeneratorError('MODEL_TIMEOUT', message));
    }, limitMs);
  }

  /** Loads the model again, better than now, once the memory is freed and no answer is being written. */
  function watch(better: BetterPlans): void {
    const firstMs = Math.min(LONGEST_WATCH_MS, FIRST_WATCH_MS * 2 ** moves);
    const onRoom = (): void => {
      if (mailboxes.size > 0) return;
      log.info({ model }, 'memory was freed; model is loaded again');
      moves++;
      spareCardBytes = 0;
      const before = state;
      start();
      if (before.name === 'ready') void before.child.kill();
    };
    memoryWatch = watchMemory({ better, onRoom, firstMs, readMemory });
  }

  function noteAnswer(): void {
    deaths = 0;
    if (state.name === 'ready') backends.prove(state.backend);
  }

  function end(child: LlamaChild, cause: Pick<Death, 'how' | 'hasHung'>, error: GeneratorError): void {
    if ((state.name !== 'loading' && state.name !== 'ready') || state.child !== child) return;
    clearTimeout(silence);
    deaths++;
    const { backend } = state;
    const lastWords = child.lastWords.cause();
    const isCardFull = backend !== null && OUT_OF_MEMORY.test(lastWords ?? '');
    if (isCardFull) spareCardBytes = Math.max(FIRST_SPARE_BYTES, 2 * spareCardBytes);
    const death = { backend, wasReady: state.name === 'ready', deaths, ...cause, lastWords };
    const isLeft = !isCardFull && backends.judge(death);
    // A backend that was left is no sign of anything wrong with the next one.
    if (isLeft) deaths = 0;
    // After the first death it restarts immediately. Then ever later: a file or a machine that kills every process must
    // not keep all cores busy with loading.
    const restMs = deaths <= 1 ? 0 : Math.min(LONGEST_REST_MS, 1000 * 2 ** (deaths - 2));
    log.warn(
      { model, reason: error.message, lastWords: child.lastWords.lines(), requests: mailboxes.size, deaths, restMs },
      'model process ended',
    );
    if (isLeft) log.warn({ model, ...backends.all.at(-1) }, 'model goes on without this backend');
    failAll(error);
    if (restMs === 0) return start();
    const message = `${model} failed ${deaths} times in a row and is loaded again in ${restMs / 1000} s; the last failure: ${error.message}`;
    enter({ name: 'resting', message, timer: setTimeout(start, restMs) });
  }

  /** False for a process that has been given up and is about to exit: its messages and its end no longer matter. */
  function isCurrent(child: LlamaChild): boolean {
    return (state.name === 'loading' || state.name === 'ready') && state.child === child;
  }

  function failAll(error: GeneratorError): void {
    for (const mailbox of mailboxes.values()) mailbox.fail(error);
    mailboxes.clear();
  }

  /**
   * Waits for the model to be loaded.
   * @throws GeneratorError when it cannot be used, the signal's reason when aborted.
   */
  async function readyChild(signal: AbortSignal): Promise<LlamaChild> {
    while (state.name === 'loading') {
      const leftMs = state.sinceMs + patienceMs - performance.now();
      if (leftMs <= 0) throw new GeneratorError('MODEL_TIMEOUT', `${model} is still loading; ask again later`);
      await settledOrAborted(stateChanged.promise, AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(leftMs))]));
      signal.throwIfAborted();
    }
    switch (state.name) {
      case 'ready':
        return state.child;
      case 'unusable':
        throw new GeneratorError('MODEL_UNAVAILABLE', state.message);
      case 'short':
      case 'resting':
        throw new GeneratorError('MODEL_UNAVAILABLE', state.message, { isRetryable: true });
      case 'closed':
        throw new GeneratorError('MODEL_UNAVAILABLE', `${model} has been closed; ask again`);
    }
  }

  /**
   * A request whose process ends before the first word goes to the next process, if that is started at once. Only one
   * time, because it may be what ends them, but again whenever a backend is left for it.
   */
  async function* generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GeneratorEvent> {
    signal.throwIfAborted();
    for (let hasMoved = false; ;) {
      const child = await readyChild(signal);
      const leftBefore = backends.all.length;
      let hasWords = false;
      try {
        for await (const event of generateIn(child, request, signal)) {
          hasWords ||= event.type === 'delta';
          yield event;
        }
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (hasWords || isCurrent(child) || state.name !== 'loading') throw error;
        const isBackendLeft = backends.all.length > leftBefore;
        if (hasMoved && !isBackendLeft) throw error;
        hasMoved ||= !isBackendLeft;
        log.info({ model }, 'request goes to the next process');
      }
    }
  }

  async function* generateIn(
    child: LlamaChild,
    request: GenerateRequest,
    signal: AbortSignal,
  ): AsyncGenerator<GeneratorEvent> {
    const id = ++lastId;
    const mailbox = openMailbox<GeneratorEvent>();
    const onAbort = (): void => {
      mailbox.cut(signal.reason);
      child.send({ type: 'abort', id });
    };
    signal.addEventListener('abort', onAbort, { once: true });
    mailboxes.set(id, mailbox);
    // A function cannot be sent, and a model compares nothing.
    const { compareMeaning: _, ...sent } = request;
    child.send({ type: 'generate', id, request: sent });
    watchForSilence(child);
    try {
      for await (const event of mailbox) {
        yield event;
        if (event.type === 'finished') return;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      // The reader may have left early. For a request that has settled this has no effect.
      child.send({ type: 'abort', id });
    }
  }

  return {
    kind: 'LOCAL',
    model,
    health: () => healthOf(state, model),
    state: () => modelOf(state),
    generate,
    async [Symbol.asyncDispose]() {
      const last = state;
      enter({ name: 'closed' });
      clearTimeout(silence);
      failAll(new GeneratorError('MODEL_UNAVAILABLE', `${model} is being closed; ask again`));
      if (last.name === 'resting') clearTimeout(last.timer);
      if (last.name === 'loading' || last.name === 'ready') await last.child.kill();
    },
  };
}

function modelOf(state: State): GeneratorModel {
  if (state.name === 'ready') return { state: 'READY', contextTokens: state.facts.contextTokens };
  return { state: state.name === 'loading' ? 'LOADING' : 'FAILED', contextTokens: null };
}

function healthOf(state: State, model: string): GeneratorHealth {
  switch (state.name) {
    case 'loading':
      return { status: 'DEGRADED', message: `${model} is loading (${state.percent}%)` };
    case 'ready': {
      const { device, warning } = state.facts;
      if (warning === null) return { status: 'OK', message: `${model} on ${device}` };
      return { status: 'DEGRADED', message: `${model} on ${device}; ${warning}` };
    }
    case 'short':
    case 'resting':
      return { status: 'DEGRADED', message: state.message };
    case 'unusable':
      return { status: 'DOWN', message: state.message };
    case 'closed':
      return { status: 'DOWN', message: `${model} has been closed` };
  }
}
