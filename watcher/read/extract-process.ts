import { flushCompileCache } from 'node:module';
import { Worker } from 'node:worker_threads';
import { messageOf } from '#shared/errors.ts';
import { ExtractError, FileUnreadable } from './extract/extract-error.ts';
import { LinkFound } from './extract/link/link.ts';
import { OcrPostponed } from './extract/ocr/ocr.ts';
import type { ExtractMessage, Failure, FileToRead } from './extract-messages.ts';
import { REPORT_USAGE, USAGE_FD } from './process-usage.ts';
import { readFile } from './read-file.ts';

// The child process of extractor.ts. A crash, a hang or a leak here costs one attempt at one file, and never stops the
// watcher.

const PROGRESS_EVERY_MS = 250;

// A separate thread, because nothing else runs here while a parser loops. It ends this process when the watcher is
// killed, which shows as a change of the parent process, and reports the usage of this process if it was asked to.
const reportUsage = process.argv.includes(REPORT_USAGE)
  ? `const { user, system } = process.cpuUsage();
     const line = Math.round((user + system) / 1000) + ' ' + process.memoryUsage.rss() + '\\n';
     try { require('node:fs').writeSync(${USAGE_FD}, line); } catch {}` // the pipe is full or closed
  : '';
const watch = `if (process.ppid !== ${process.ppid}) process.kill(process.pid, 'SIGKILL'); ${reportUsage}`;
new Worker(`setInterval(() => { ${watch} }, 250)`, { eval: true }).unref();

process.on('message', (file: FileToRead) => void readAndReply(file));
send({ type: 'ready' });

async function readAndReply(file: FileToRead): Promise<void> {
  let reportedAtMs = -Infinity;
  const reportProgress = (share: number): void => {
    if (share > 0 && performance.now() - reportedAtMs < PROGRESS_EVERY_MS) return;
    if (share > 0) reportedAtMs = performance.now();
    send({ type: 'progress', share });
  };
  try {
    const reading = await readFile(file, reportProgress, (text) =>
      send(text === undefined ? { type: 'page-recognized' } : { type: 'page-recognized', text }),
    );
    send({ type: 'read', reading, rssBytes: process.memoryUsage.rss() });
  } catch (error) {
    send({ type: 'failed', failure: failureOf(error), rssBytes: process.memoryUsage.rss() });
  }
  // This process ends by a signal, at which Node does not save what it has compiled. Without a cache it does nothing.
  flushCompileCache();
}

function failureOf(error: unknown): Failure {
  if (error instanceof ExtractError) return { type: 'extract', code: error.code, reason: error.reason };
  if (error instanceof FileUnreadable) return { type: 'unreadable', errno: error.errno };
  if (error instanceof OcrPostponed) return { type: 'ocr-postponed' };
  if (error instanceof LinkFound) return { type: 'link', address: error.address };
  return { type: 'fault', message: messageOf(error) };
}

function send(message: ExtractMessage): void {
  // If there is no channel, the watcher is gone and the thread above ends this process.
  process.send?.(message);
}
