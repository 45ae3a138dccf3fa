import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { openStoreWriter } from '#shared/store/open-store.ts';
import type { Removal } from '#shared/store/store.ts';
import { Ledger } from '../ledger/ledger.ts';
import { replacing } from '../testing/running-loop.ts';
import { withdrawRemoved } from './withdraw-removed.ts';

it('withdraws a mass removal in batches, lets others run in between, and leaves alone what they put back', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-tidy-'));
  try {
    const config = parseConfig({ ASKBOX_DATA: folder }, folder);
    using ledger = new Ledger(config.ledgerFile);
    await using store = await openStoreWriter(config);
    const names = Array.from({ length: 250 }, (_, n) => `nota-${n}.md`);
    const publication = { content: 'c', revision: 1 };
    for (const name of names) ledger.foundInStore({ path: name, ...publication }, 0);
    ledger.apply(
      names.map((name) => ({ type: 'remove', path: name })),
      1,
    );

    let listened = 0;
    ledger.onChange(() => (listened += 1));
    const batches: (readonly Removal[])[] = [];
    let putBack: string | undefined;
    const putBackOne = (): void => {
      const asked = new Set(batches.flat().map((removal) => removal.path));
      putBack = names.find((name) => !asked.has(name))!;
      const file = { path: putBack, signature: 's', sizeBytes: 1, modifiedMs: 1, changedMs: 1 };
      ledger.apply([{ type: 'observe', file, quietMs: 0 }], 2);
    };
    const recording = replacing(store, {
      // Resolves without a turn of the event loop, so that only the pause between two batches lets anything else run.
      unpublishAll: async (removals: readonly Removal[]) => {
        if (batches.push(removals) === 1) setImmediate(putBackOne);
      },
    });
    expect(await withdrawRemoved(ledger, recording, new AbortController().signal)).toBe(249);
    expect(batches.map((batch) => batch.length)).toEqual([100, 100, 49]);
    expect(batches.flat().map((removal) => removal.path)).not.toContain(putBack);
    expect(ledger.find(putBack!)?.state).toBe('DISCOVERED');
    expect(ledger.queue.toWithdraw(10)).toEqual([]);
    // Two transactions for each batch, and the file that was put back.
    expect(listened).toBe(7);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
