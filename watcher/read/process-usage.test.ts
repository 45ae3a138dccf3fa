import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { pdfThatNeverEnds } from '../testing/files.ts';
import type { ExtractMessage } from './extract-messages.ts';
import { REPORT_USAGE, REPORTS_USAGE, USAGE_FD, usageOf, usageOfReport } from './process-usage.ts';

const WAIT = { timeout: 100_000, interval: 50 };
const PROCESS_FILE = fileURLToPath(new URL('extract-process.ts', import.meta.url));

/** Starts an extraction process that reads a file that never ends. The end of the test kills it. */
function startLoopingProcess() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-usage-'));
  const file = path.join(folder, 'sem-fim.pdf');
  writeFileSync(file, pdfThatNeverEnds());
  const child = fork(PROCESS_FILE, [REPORT_USAGE], { stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  let reported = usageOfReport('');
  child.stdio[USAGE_FD]?.on('data', (lines: Buffer) => (reported = usageOfReport(lines.toString()) ?? reported));
  child.on('message', ({ type }: ExtractMessage) => {
    if (type === 'ready') child.send({ file, path: 'sem-fim.pdf', maxBytes: 1e6 });
  });

  return { child, reported: () => reported };
}

test('a process that is asked to reports its own CPU time and memory, also while a parser loops', async () => {
  const { child, reported } = startLoopingProcess();
  // Its start takes at most one second of CPU time; after two it is in the middle of the file.
  await vi.waitFor(() => expect(reported()?.cpuMs).toBeGreaterThan(2000), WAIT);
  expect(reported()?.rssBytes).toBeGreaterThan(30e6);
  expect(child.exitCode).toBeNull();
});

test('Linux shows the same from outside', async ({ skip }) => {
  skip(REPORTS_USAGE, 'only Linux has /proc');
  const { child, reported } = startLoopingProcess();
  await vi.waitFor(() => expect(reported()?.cpuMs).toBeGreaterThan(1000), WAIT);
  const { cpuMs } = reported()!;
  const shown = await usageOf(child.pid!); // at the same moment or later, in steps of 10 ms
  expect(shown?.cpuMs).toBeGreaterThanOrEqual(cpuMs - 10);
  expect(shown?.rssBytes).toBeGreaterThan(30e6);
});

test('the last whole line of a report counts', () => {
  expect(usageOfReport('10 2000\n20 3000\n30 40')).toEqual({ cpuMs: 20, rssBytes: 3000 });
  expect(usageOfReport('30 40')).toBeNull();
});

test('the usage of a process that has ended is unknown', async () => {
  expect(await usageOf(2 ** 30)).toBeNull();
});
