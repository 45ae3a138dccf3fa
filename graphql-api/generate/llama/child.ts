import { settledOrAborted } from '#shared/abort.ts';
import { fork } from 'node:child_process';
import path from 'node:path';
import type { FromLlamaProcess, ToLlamaProcess } from './messages.ts';

/** llama-process.ts as a process of its own. */
export interface LlamaChild {
  readonly pid: number | undefined;
  /** Does nothing once it has ended. */
  tell(message: ToLlamaProcess): void;
  /** May be called again, and on one that has ended. Resolves once it has gone, at the latest after 5 s. */
  kill(): Promise<void>;
}

/** What the process needs to find libraries and the graphics card; everything else stays here, keys above all. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES', 'SystemRoot', 'TEMP'];
/** A process that waits for a driver may not die before the driver lets it go. */
const KILL_MS = 5000;

/** @param onEnd called once, when it has ended or could not be started; says how. */
export function startLlamaChild(
  onMessage: (message: FromLlamaProcess) => void,
  onEnd: (how: string) => void,
): LlamaChild {
  const child = fork(path.join(import.meta.dirname, 'process.ts'), {
    serialization: 'advanced',
    execArgv: [],
    // oxlint-disable-next-line node/no-process-env -- passed on unread
    env: Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]])),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = Promise.withResolvers<string>();
  child.on('message', onMessage);
  child.on('exit', (code, signal) => ended.resolve(signal ?? `code ${code}`));
  child.on('error', ({ message }) => {
    ended.resolve(message); // it may never have started
    child.kill('SIGKILL');
  });
  void ended.promise.then(onEnd);
  return {
    pid: child.pid,
    tell(message) {
      if (child.connected) child.send(message);
    },
    async kill() {
      // It has nothing to save, and an orderly end of the native library was once seen to hang.
      child.kill('SIGKILL');
      await settledOrAborted(ended.promise, AbortSignal.timeout(KILL_MS));
    },
  };
}
