import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { openStoreWriter } from '#shared/store/open-store.ts';
import { makeContent, makeDocument } from '#shared/store/testing/contents.ts';
import { Ledger } from '../ledger/ledger.ts';
import { replacing } from '../testing/running-loop.ts';
import { auditStore } from './audit-store.ts';

it('takes a document that is ready without a content in the store for a difference, although both sides agree on it', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-audit-'));
  try {
    const config = parseConfig({ ASKBOX_DATA: folder }, folder);
    await using store = await openStoreWriter(config);
    const content = makeContent('ata', ['Uma ata.']);
    const read = (ledger: Ledger): number => {
      const file = { path: 'ata.md', signature: 's1', sizeBytes: 1, modifiedMs: 1, changedMs: 1 };
      ledger.apply([{ type: 'observe', file, quietMs: 1 }], 1);
      ledger.apply([{ type: 'settle', path: 'ata.md' }], 2);
      const document = ledger.find('ata.md')!;
      ledger.startReading(document);
      ledger.hashed(document, 'h1', content.summary.id, true);
      ledger.startStoring(document, content.summary);
      ledger.contents.stored(content.summary.id);
      const revision = ledger.startPublishing(document)!;
      ledger.published(document, content.summary.id, revision, 3);
      return revision;
    };
    const { signal } = new AbortController();
    const audit = (ledger: Ledger): Promise<number> => auditStore(ledger, store, () => 4, signal);

    const before = new Ledger(config.ledgerFile);
    await store.putChunks(content.summary, content.chunks);
    await store.publish(makeDocument('ata.md', content), read(before));
    expect(await audit(before)).toBe(0);
    // What older versions of askbox have left behind: withdrawn from the store, and ready in the ledger.
    await store.unpublish('ata.md', before.startPublishing(before.find('ata.md')!) ?? before.seq + 1);
    before[Symbol.dispose]();
    const database = new DatabaseSync(config.ledgerFile);
    database.exec('UPDATE documents SET live_content_id = NULL, store_revision = 0');
    database.close();

    using after = new Ledger(config.ledgerFile);
    expect(after.find('ata.md')).toMatchObject({ state: 'READY', liveContentId: null });
    expect(await audit(after)).toBe(1);
    expect(after.find('ata.md')?.state).toBe('STABLE');
    expect(await audit(after)).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('gives others their turn, writes in slices, and calls no listener when nothing differs', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-audit-'));
  try {
    const config = parseConfig({ ASKBOX_DATA: folder }, folder);
    using ledger = new Ledger(config.ledgerFile);
    await using opened = await openStoreWriter(config);
    const numbers = Array.from({ length: 1200 }, (_, n) => n);
    // An iteration that never gives a turn itself.
    const store = replacing(opened, {
      async *publications() {
        for (const n of numbers) yield { path: `${n}.md`, revision: n + 1, content: `c${n}` };
      },
      async *contents() {
        for (const n of numbers) yield { id: `c${n}`, storedChunks: 1, isPublished: true };
      },
    });
    let calls = 0;
    ledger.onChange(() => (calls += 1));
    let turns = 0;
    let isAuditing = true;
    const counting = (async () => {
      for (; isAuditing; turns++) await nextTurn();
    })();
    const { signal } = new AbortController();
    expect(await auditStore(ledger, store, () => 4, signal)).toBe(1200);
    // Three slices of contents and three of paths.
    expect(calls).toBe(6);
    expect(ledger.find('1199.md')).toMatchObject({ state: 'READY', liveContentId: 'c1199' });

    [calls, turns] = [0, 0];
    expect(await auditStore(ledger, store, () => 5, signal)).toBe(0);
    expect(calls).toBe(0);
    expect(turns).toBeGreaterThanOrEqual(9);
    isAuditing = false;
    await counting;
  } finally {
    rmSync(folder, { recursive: true });
  }
});
