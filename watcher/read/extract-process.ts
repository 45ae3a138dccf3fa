import { Worker } from 'node:worker_threads';
import { messageOf } from '#shared/errors.ts';
import { ExtractError, FileUnreadable } from './extract/extract-error.ts';
import type { ExtractMessage, Failure, FileToRead } from './extract-messages.ts';
import { readFile } from './read-file.ts';

// The child process of extractor.ts: a crash, a hang or a leak here costs one attempt at one file, never the watcher.

const PROGRESS_EVERY_MS = 250;

// When the watcher was killed, do not outlive it. A handler of `disconnect` never runs while a parser loops, so another
// thread watches whose child this is.
new Worker(`setInterval(() => { if (process.ppid !== ${process.ppid}) process.kill(process.pid, 'SIGKILL'); }, 250)`, {
  eval: true,
}).unref();

process.on('message', (file: FileToRead) => void answer(file));
send({ type: 'ready' });

async function answer(file: FileToRead): Promise<void> {
  let toldAt = -Infinity;
  const tell = (share: number): void => {
    if (performance.now() - toldAt < PROGRESS_EVERY_MS) return;
    toldAt = performance.now();
    send({ type: 'progress', share });
  };
  try {
    const reading = await readFile(file, tell);
    send({ type: 'read', reading, rssBytes: process.memoryUsage.rss() });
  } catch (error) {
    send({ type: 'failed', failure: failureOf(error), rssBytes: process.memoryUsage.rss() });
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof ExtractError) return { type: 'extract', code: error.code, reason: error.reason };
  if (error instanceof FileUnreadable) return { type: 'unreadable', errno: error.errno };
  return { type: 'fault', message: messageOf(error) };
}

function send(message: ExtractMessage): void {
  // Without a channel the watcher is gone, and the thread above ends this process.
  process.send?.(message);
}
