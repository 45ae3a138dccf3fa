import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { openStoreWriter } from '#shared/store/open-store.ts';
import { makeContent, makeDocument } from '#shared/store/testing/contents.ts';
import { Ledger } from '../ledger/ledger.ts';
import { auditStore } from './audit-store.ts';

it('takes a document that is ready without a content in the store for a difference, although both sides agree on it', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-audit-'));
  try {
    const config = parseConfig({ ASKBOX_INBOX: path.join(folder, 'inbox'), ASKBOX_DATA: folder }, folder);
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
