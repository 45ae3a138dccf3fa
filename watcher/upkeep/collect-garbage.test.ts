import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { openStoreWriter } from '#shared/store/open-store.ts';
import { makeContent } from '#shared/store/testing/contents.ts';
import { Ledger } from '../ledger/ledger.ts';
import { collectGarbage } from './collect-garbage.ts';

it('deletes a content that nothing refers to only after ten minutes: the file may come back', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-tidy-'));
  try {
    const config = parseConfig({ ASKBOX_DATA: folder }, folder);
    using ledger = new Ledger(config.ledgerFile);
    await using store = await openStoreWriter(config);
    const { summary, chunks } = makeContent('ata', ['Uma ata.']);
    await store.putChunks(summary, chunks);
    ledger.contents.noteInStore(summary.id, 0);

    const { signal } = new AbortController();
    const leftAfter = async (minutes: number): Promise<number> => {
      await collectGarbage(ledger, store, () => minutes * 60_000, signal);
      return store.countChunks(summary.id);
    };
    expect(await leftAfter(9)).toBe(1);
    expect(await leftAfter(10)).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
