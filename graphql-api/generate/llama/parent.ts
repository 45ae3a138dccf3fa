import { Worker } from 'node:worker_threads';

/** How often the parent is looked for. */
const LOOK_EVERY_MS = 250;

/** Kills this process soon after its parent has ended, however it ended and whatever this process is doing. */
export function dieWithParent(): void {
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // It is not heard while native code holds the main thread, so another one watches too; that one alone would not do on
  // Windows, where a process keeps the number of a parent that has gone.
  const look = `if (process.ppid !== ${process.ppid}) process.kill(process.pid, 'SIGKILL');`;
  new Worker(`setInterval(() => { ${look} }, ${LOOK_EVERY_MS})`, { eval: true }).unref();
}
