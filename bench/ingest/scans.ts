import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Ledger } from '../../watcher/ledger/ledger.ts';
import { scanAndApply } from '../../watcher/scan/scan-and-apply.ts';
import { scanInbox } from '../../watcher/scan/scan-inbox.ts';
import { median } from '../generate/processes.ts';

const PAIRS = 9;

/**
 * Measures scans of an unchanged folder relative to a plain walk, which lists it and reads the properties of each file.
 * @param ledgerFile the ledger of a watcher that has stopped.
 */
export async function measureScans(inbox: string, ledgerFile: string): Promise<Record<string, number>> {
  using ledger = new Ledger(ledgerFile);
  const limits = { quietMs: 500, goneMs: 1000, racyMs: 2000 };
  const scanAndApplyAll = (): Promise<unknown> => scanAndApply({ inbox, ledger, limits, now: Date.now }, false);
  const scan = (): Promise<unknown> => scanInbox(inbox, Date.now);
  for (const warmUp of [plainWalk, scan, scanAndApplyAll]) await warmUp(inbox);

  const pairs = await Array.fromAsync({ length: PAIRS }, async () => ({
    walkMs: await timed(() => plainWalk(inbox)),
    scanMs: await timed(scan),
    scanAndApplyMs: await timed(scanAndApplyAll),
  }));
  return {
    plainWalkMs: Math.round(median(pairs.map(({ walkMs }) => walkMs))),
    scanPerWalkRatio: median(pairs.map(({ scanMs, walkMs }) => scanMs / walkMs)),
    scanAndApplyPerWalkRatio: median(pairs.map(({ scanAndApplyMs, walkMs }) => scanAndApplyMs / walkMs)),
  };
}

async function plainWalk(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    await lstat(file);
    if (entry.isDirectory()) await plainWalk(file);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
