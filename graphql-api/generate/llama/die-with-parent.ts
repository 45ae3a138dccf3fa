import { Worker } from 'node:worker_threads';

/** Child side: ends llama-process.ts when its parent, the API, has ended. */

/** How often the parent is checked. */
const CHECK_EVERY_MS = 250;

/** Kills this process soon after its parent has ended, however it ended and whatever this process is doing. */
export function dieWithParent(): void {
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // Events are not delivered while native code holds the main thread, so a second thread watches too. The thread alone
  // would not be enough on Windows, where a process keeps its parent's id after the parent has ended.
  const check = `if (process.ppid !== ${process.ppid}) process.kill(process.pid, 'SIGKILL');`;
  new Worker(`setInterval(() => { ${check} }, ${CHECK_EVERY_MS})`, { eval: true }).unref();
}
