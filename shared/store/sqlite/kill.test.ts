import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runUnderKill } from './testing/kill-run.ts';

const KILLS = 4;

it('shows no torn or missing document while its writer is killed again and again', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'askbox-kill-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const looks = Array.from({ length: KILLS }, () => randomInt(20, 120));
  process.stdout.write(`looks before each kill: ${looks.join(', ')}\n`);
  const report = await runUnderKill(path.join(folder, 'store.db'), looks);
  expect(report.problems).toEqual([]);
  expect(report.replacements).toBeGreaterThanOrEqual(KILLS * 10);
  expect(report.documentReads).toBeGreaterThanOrEqual(KILLS * 20 * 10);
});
