import { settledOrAborted } from '#shared/abort.ts';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openLastWords, type LastWords } from './backend/last-words.ts';
import type { FromLlamaProcess, ToLlamaProcess } from './messages.ts';

/** Parent side: starts llama-process.ts, and talks to it. */

/** The child process, as its parent sees it. */
export interface LlamaChild {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Sends a message; does nothing once the process has ended. */
  send(message: ToLlamaProcess): void;
  /** Kills it. Resolves once it has ended, at the latest after 5 s. May be called again, also after its end. */
  kill(): Promise<void>;
  /** What it and the library have last written to the standard error output, or logged as an error. */
  readonly lastWords: LastWords;
}

/** What it needs to find libraries, the graphics card and Node's compiled code. Everything else is withheld, above all keys. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LD_LIBRARY_PATH',
  'CUDA_VISIBLE_DEVICES',
  'SystemRoot',
  'TEMP',
  'NODE_COMPILE_CACHE',
];
/** A process that is blocked in a driver may not end until the driver returns. */
const KILL_MS = 5000;
/** What a process wrote last may arrive after its end. A debugger that it started may hold the pipe open for longer. */
const LAST_WORDS_MS = 500;

/**
 * Starts the process. It does nothing until it is sent `load`.
 * @param onEnd called once, when it has ended or could not be started, with the signal, exit code or error.
 * @param execArgv arguments for Node. Default: none.
 */
export function startLlamaChild(
  onMessage: (message: FromLlamaProcess) => void,
  onEnd: (how: string) => void,
  execArgv: readonly string[] = [],
): LlamaChild {
  const child = fork(path.join(import.meta.dirname, 'llama-process.ts'), {
    serialization: 'advanced',
    execArgv: ['--import', import.meta.resolve('./backend/skip-trial.ts'), ...execArgv],
    // oxlint-disable-next-line node/no-process-env -- passed on without being read
    env: Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]])),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const ended = Promise.withResolvers<string>();
  const lastWords = openLastWords();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords.note(text);
    process.stderr.write(text);
  });
  // `as`: llama-process.ts sends nothing else.
  child.on('message', (message) => {
    const known = message as FromLlamaProcess;
    if (known.type === 'complaint') lastWords.noteLine(known.line);
    onMessage(known);
  });
  child.on('exit', (code, signal) => {
    void Promise.race([once(child, 'close'), setTimeout(LAST_WORDS_MS)]).then(() =>
      ended.resolve(signal ?? `code ${code}`),
    );
  });
  child.on('error', ({ message }) => {
    ended.resolve(message); // no `exit` follows if the process could not be started
    child.kill('SIGKILL');
  });
  void ended.promise.then(onEnd);
  return {
    pid: child.pid,
    lastWords,
    send(message) {
      if (child.connected) child.send(message);
    },
    async kill() {
      // SIGKILL: there is nothing to save, and a clean shutdown of the native library was once seen to hang.
      child.kill('SIGKILL');
      await settledOrAborted(ended.promise, AbortSignal.timeout(KILL_MS));
    },
  };
}
