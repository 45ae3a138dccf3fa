import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Log } from '#shared/log.ts';
import { GeneratorError } from './generator-error.ts';
import type { GenerateRequest, Generator, GeneratorEvent, GeneratorHealth } from './generator.ts';
import type { FromLlamaProcess, LlamaSettings, ToLlamaProcess } from './llama-messages.ts';
import { openMailbox, type Mailbox } from './mailbox.ts';

export interface LlamaOptions extends LlamaSettings {
  readonly log: Log;
  /**
   * How long a request waits for the model to load, counted from the load's beginning, and how long a process that has
   * requests may give no sign of progress before it is killed. Default: 60,000.
   */
  readonly patienceMs?: number;
}

type State =
  | { readonly name: 'loading'; readonly child: ChildProcess; readonly sinceMs: number }
  | { readonly name: 'ready'; readonly child: ChildProcess; readonly device: string }
  /** The file is to blame: another start would not help. */
  | { readonly name: 'unusable'; readonly message: string }
  /** The process ended; the next request starts it again. */
  | { readonly name: 'ended'; readonly message: string }
  | { readonly name: 'closed' };

/** What the process needs to find libraries and the graphics card; everything else stays here, keys above all. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES', 'SystemRoot', 'TEMP'];

/**
 * A local model by node-llama-cpp, in a process of its own that starts to load at once.
 * A file that cannot be loaded shows in `health()`, and each request throws MODEL_UNAVAILABLE.
 */
export function openLlama({ log, patienceMs = 60_000, ...settings }: LlamaOptions): Generator {
  const model = path.basename(settings.file, '.gguf');
  const mailboxes = new Map<number, Mailbox<GeneratorEvent>>();
  let lastId = 0;
  let state: State;
  let stateChanged = Promise.withResolvers<void>();
  let silence: NodeJS.Timeout | undefined;
  begin();

  function enter(next: State): void {
    state = next;
    stateChanged.resolve();
    stateChanged = Promise.withResolvers();
  }

  function begin(): void {
    const child = fork(path.join(import.meta.dirname, 'llama-process.ts'), {
      serialization: 'advanced',
      execArgv: [],
      // oxlint-disable-next-line node/no-process-env -- passed on unread
      env: Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]])),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (message: FromLlamaProcess) => hear(child, message));
    const fail = (how: string): void => {
      const message = `the process of ${model} ended (${how}); the next question starts it again`;
      end(child, new GeneratorError('MODEL_UNAVAILABLE', message, { isRetryable: true }));
    };
    child.on('exit', (code, signal) => fail(signal ?? `code ${code}`));
    child.on('error', ({ message }) => {
      fail(message); // it may never have started
      child.kill('SIGKILL');
    });
    enter({ name: 'loading', child, sinceMs: performance.now() });
    tell(child, { type: 'load', settings });
  }

  function hear(child: ChildProcess, message: FromLlamaProcess): void {
    if (!isCurrent(child)) return;
    switch (message.type) {
      case 'ready':
        log.info(
          { model, device: message.device, contextTokens: message.contextTokens, childPid: child.pid },
          'model ready',
        );
        enter({ name: 'ready', child, device: message.device });
        break;
      case 'unusable':
        log.warn({ model, reason: message.message }, 'model unusable');
        enter({ name: 'unusable', message: message.message });
        child.kill('SIGKILL');
        break;
      case 'event':
        mailboxes.get(message.id)?.push(message.event);
        break;
      case 'failed':
        mailboxes.get(message.id)?.fail(new GeneratorError(message.code, message.message));
        break;
      case 'settled':
        mailboxes.delete(message.id);
        log.debug({ model, id: message.id, ...message.work }, 'generation settled');
        break;
      case 'progress':
        break;
    }
    listenForSilence(child);
  }

  /** A process that hangs would keep its requests waiting for ever. */
  function listenForSilence(child: ChildProcess): void {
    clearTimeout(silence);
    if (mailboxes.size === 0) return;
    silence = setTimeout(() => {
      const message = `${model} gave no sign of progress for ${patienceMs} ms; the next question starts it again`;
      end(child, new GeneratorError('MODEL_TIMEOUT', message));
      child.kill('SIGKILL');
    }, patienceMs);
  }

  function end(child: ChildProcess, error: GeneratorError): void {
    if (!isCurrent(child)) return;
    clearTimeout(silence);
    log.warn({ model, reason: error.message, requests: mailboxes.size }, 'model process ended');
    enter({ name: 'ended', message: error.message });
    failAll(error);
  }

  /** Not one that has been given up and is about to exit. */
  function isCurrent(child: ChildProcess): boolean {
    return (state.name === 'loading' || state.name === 'ready') && state.child === child;
  }

  function failAll(error: GeneratorError): void {
    for (const mailbox of mailboxes.values()) mailbox.fail(error);
    mailboxes.clear();
  }

  async function readyChild(signal: AbortSignal): Promise<ChildProcess> {
    if (state.name === 'ended') begin();
    while (state.name === 'loading') {
      const leftMs = state.sinceMs + patienceMs - performance.now();
      if (leftMs <= 0) throw new GeneratorError('MODEL_TIMEOUT', `${model} is still loading; ask again later`);
      await settlesWithin(stateChanged.promise, leftMs, signal);
    }
    switch (state.name) {
      case 'ready':
        return state.child;
      case 'unusable':
        throw new GeneratorError('MODEL_UNAVAILABLE', state.message);
      case 'ended':
        throw new GeneratorError('MODEL_UNAVAILABLE', state.message, { isRetryable: true });
      case 'closed':
        throw new GeneratorError('MODEL_UNAVAILABLE', `${model} has been closed`);
    }
  }

  async function* generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GeneratorEvent> {
    signal.throwIfAborted();
    const child = await readyChild(signal);
    const id = ++lastId;
    const mailbox = openMailbox<GeneratorEvent>();
    const onAbort = (): void => {
      mailbox.cut(signal.reason);
      tell(child, { type: 'abort', id });
    };
    signal.addEventListener('abort', onAbort, { once: true });
    mailboxes.set(id, mailbox);
    tell(child, { type: 'generate', id, request });
    listenForSilence(child);
    try {
      for await (const event of mailbox) {
        yield event;
        if (event.type === 'finished') return;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      // The reader may have left early. For a request that has settled this says nothing new.
      tell(child, { type: 'abort', id });
    }
  }

  return {
    kind: 'LOCAL',
    model,
    health: () => healthOf(state, model),
    generate,
    async [Symbol.asyncDispose]() {
      const { name } = state;
      if (name !== 'loading' && name !== 'ready') return enter({ name: 'closed' });
      const { child } = state;
      enter({ name: 'closed' });
      failAll(new GeneratorError('MODEL_UNAVAILABLE', `${model} is being closed`));
      // It has nothing to save, and an orderly end of the native library was once seen to hang.
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function healthOf(state: State, model: string): GeneratorHealth {
  switch (state.name) {
    case 'loading':
      return { status: 'DEGRADED', message: `${model} is loading` };
    case 'ready':
      return { status: 'OK', message: `${model} on ${state.device}` };
    case 'ended':
      return { status: 'DEGRADED', message: state.message };
    case 'unusable':
      return { status: 'DOWN', message: state.message };
    case 'closed':
      return { status: 'DOWN', message: `${model} has been closed` };
  }
}

function tell(child: ChildProcess, message: ToLlamaProcess): void {
  if (child.connected) child.send(message);
}

/** Waits for the promise, at most so long; throws the signal's reason as soon as it aborts. */
async function settlesWithin(promise: Promise<void>, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(timeoutMs))]);
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  ended.addEventListener('abort', () => resolve(), { once: true });
  await Promise.race([promise, aborted]);
  signal.throwIfAborted();
}
