import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ledger } from '../ledger/ledger.ts';
import { scanAndApply, scanAndApplyPaths, type ScanParts } from './scan-and-apply.ts';
import { ScanLoop } from './scan-loop.ts';
import { replacing, WAIT } from '../testing/running-loop.ts';

const LIMITS = { quietMs: 200, goneMs: 20, racyMs: 50 };

let folder: string;
let inbox: string;
let ledger: Ledger;
/** The actions that were applied to the ledger, with `scan` for each full scan. */
let log: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-scans-'));
  inbox = path.join(folder, 'inbox');
  mkdirSync(inbox);
  ledger = new Ledger(path.join(folder, 'ledger.db'));
  log = [];
});
afterEach(() => {
  ledger[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const drop = (name: string, text: string): void => writeFileSync(path.join(inbox, name), text);
const stateOf = (name: string) => ledger.find(name)?.state;

function partsWith(now: () => number) {
  const recording = replacing(ledger, {
    documentsAfter: (after, limit) => {
      if (after === '') log.push('scan');
      return ledger.documentsAfter(after, limit);
    },
    apply: (actions, atMs) => {
      for (const action of actions) log.push(`${action.type} ${'path' in action ? action.path : ''}`.trim());
      ledger.apply(actions, atMs);
    },
  });
  return { inbox, ledger: recording, limits: LIMITS, now };
}

/** Runs work after a first scan, with the mode EVENTS, so that no other scan follows by itself for seconds. */
async function withScanLoop(work: (scanLoop: ScanLoop) => Promise<void>): Promise<void> {
  const scanLoop = new ScanLoop({
    ...partsWith(Date.now),
    watch: { onHint: () => () => {}, mode: () => 'EVENTS', [Symbol.asyncDispose]: async () => {} },
    whenPossible: (scan) => scan(),
    onFullScan: () => {},
  });
  const ending = new AbortController();
  await scanLoop.scanEverything(ending.signal);
  // The quiet time of what was there is over, however long the scan took: only later changes are due.
  ledger.apply(
    ledger.discovered(1).map(({ path: name }) => ({ type: 'settle', path: name })),
    Date.now(),
  );
  log = [];
  const running = scanLoop.run(ending.signal);
  await work(scanLoop);
  ending.abort();
  await running;
}

describe('the scan loop', () => {
  it('lets an edit through after two scans of its path alone, besides the full scan that a hint asks for', async () => {
    drop('a.md', 'um');
    await withScanLoop(async (scanLoop) => {
      drop('a.md', 'um e dois');
      scanLoop.hint('a.md');
      await vi.waitFor(() => {
        expect(stateOf('a.md')).toBe('STABLE');
        expect(log).toContain('scan');
      }, WAIT);
      expect(log[0]).toBe('observe');
      expect(log.toSorted()).toEqual(['observe', 'scan', 'settle a.md']);
    });
  });

  it('lets through what a full scan has found without another full scan', async () => {
    await withScanLoop(async (scanLoop) => {
      drop('a.md', 'um');
      scanLoop.hint();
      await vi.waitFor(() => expect(stateOf('a.md')).toBe('STABLE'), WAIT);
      expect(log).toEqual(['scan', 'observe', 'settle a.md']);
    });
  });

  it('scans everything where many paths are hinted at, or rest', async () => {
    await withScanLoop(async (scanLoop) => {
      const names = Array.from({ length: 200 }, (_, n) => `${n}.md`);
      for (const name of names) {
        drop(name, name);
        scanLoop.hint(name);
      }
      await vi.waitFor(() => expect(names.map(stateOf)).toEqual(names.map(() => 'STABLE')), WAIT);
      expect(log.filter((entry) => entry === 'scan').length).toBeGreaterThanOrEqual(2);
    });
  });

  it('finds what is gone only by full scans', async () => {
    drop('a.md', 'um');
    await withScanLoop(async (scanLoop) => {
      rmSync(path.join(inbox, 'a.md'));
      scanLoop.hint('a.md');
      await vi.waitFor(() => expect(stateOf('a.md')).toBe('REMOVED'), WAIT);
      expect(log).toEqual(['scan', 'miss a.md', 'scan', 'remove a.md']);
    });
  });

  it('scans everything when a file that rests is gone, even without a hint', async () => {
    await withScanLoop(async (scanLoop) => {
      drop('a.md', 'um');
      scanLoop.hint();
      await vi.waitFor(() => expect(stateOf('a.md')).toBe('DISCOVERED'), { ...WAIT, interval: 1 });
      rmSync(path.join(inbox, 'a.md'));
      await vi.waitFor(() => expect(stateOf('a.md')).toBe('REMOVED'), WAIT);
    });
  });
});

describe('a scan', () => {
  it.each([
    ['of everything', (parts: ScanParts) => scanAndApply(parts, false)],
    ['of a few paths', (parts: ScanParts) => scanAndApplyPaths(parts, new Set(['a.md']))],
  ])('%s counts the rest of a file from its own end: it may have changed until then', async (_what, scan) => {
    drop('a.md', 'um');
    let atMs = 1000;
    await scan(partsWith(() => (atMs += 400)));
    expect(ledger.find('a.md')?.observedMs).toBe(1800);
  });
});
