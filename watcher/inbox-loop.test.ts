import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreError } from '#shared/errors.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { makeLoopFolders, replacing, settled, WAIT, type LoopFolders } from './testing/running-loop.ts';

let folders: LoopFolders;
beforeEach(async () => {
  folders = await makeLoopFolders();
});
afterEach(async () => {
  await folders[Symbol.asyncDispose]();
});

describe('the inbox loop', () => {
  it('makes a dropped file searchable, and an edited one by its new words only', async () => {
    const { ledger } = await folders.start();
    folders.drop('garantia.md', '# Garantia\n\nO liquidificador tem garantia de vinte meses.');
    await settled(ledger, 'garantia.md', 'READY');
    expect(await folders.search('vinte')).toEqual(['garantia.md']);

    folders.drop('garantia.md', '# Garantia\n\nO liquidificador tem garantia de trinta meses.');
    await vi.waitFor(async () => expect(await folders.search('trinta')).toEqual(['garantia.md']), WAIT);
    expect(await folders.search('vinte')).toEqual([]);
  });

  it('no longer finds a removed file', async () => {
    const { ledger } = await folders.start();
    folders.drop('segredo.md', 'A senha mestra fica na etiqueta violeta.');
    await settled(ledger, 'segredo.md', 'READY');
    rmSync(folders.file('segredo.md'));
    await vi.waitFor(async () => expect(await folders.search('violeta')).toEqual([]), WAIT);
    expect(ledger.find('segredo.md')?.state).toBe('REMOVED');
  });

  it('extracts neither a renamed file nor a copy again', async () => {
    const { ledger, reads } = await folders.start();
    folders.drop('a.md', 'O relatório anual fala de abelhas.');
    await settled(ledger, 'a.md', 'READY');
    expect(reads()).toBe(1);

    renameSync(folders.file('a.md'), folders.file('b.md'));
    copyFileSync(folders.file('b.md'), folders.file('c.md'));
    await settled(ledger, 'b.md', 'READY');
    await settled(ledger, 'c.md', 'READY');
    await vi.waitFor(async () => expect((await folders.search('abelhas')).toSorted()).toEqual(['b.md', 'c.md']), WAIT);
    expect(reads()).toBe(1);
  });

  it('ends a file that cannot be read as FAILED, with a message that names it, and continues with the others', async () => {
    const { ledger } = await folders.start();
    folders.drop('vazio.pdf', '');
    writeFileSync(folders.file('foto.txt'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]));
    folders.drop('quebrado.pdf', '%PDF-1.7\nnothing that follows is a PDF');
    folders.drop('bom.md', 'Texto bom.');
    await settled(ledger, 'bom.md', 'READY');
    const failures = [
      ['vazio.pdf', 'EMPTY'],
      ['foto.txt', 'DAMAGED'],
      ['quebrado.pdf', 'DAMAGED'],
    ] as const;
    for (const [name, code] of failures) {
      const { error } = await settled(ledger, name, 'FAILED');
      expect(error).toMatchObject({ code, message: expect.stringContaining(name), retryMs: null });
    }
  });

  it('withdraws the old version of a file whose new bytes cannot be read', async () => {
    const { ledger } = await folders.start();
    folders.drop('ata.pdf.md', 'A ata fala de girassóis.');
    await settled(ledger, 'ata.pdf.md', 'READY');
    folders.drop('ata.pdf.md', '   \n');
    await settled(ledger, 'ata.pdf.md', 'FAILED');
    await vi.waitFor(async () => expect(await folders.search('girassóis')).toEqual([]), WAIT);
  });

  it('waits while the store does not answer, and blames no document', async () => {
    let isDown = true;
    const { ledger, loop } = await folders.start({
      store: (store) =>
        replacing(store, {
          publish: (...input) =>
            isDown ? Promise.reject(new StoreError('STORE_UNAVAILABLE', 'the store is down')) : store.publish(...input),
        }),
    });
    folders.drop('a.md', 'Paciência.');
    await vi.waitFor(() => expect(loop.ingestion().pausedBecause).toBe('STORE_DOWN'), WAIT);
    expect(ledger.find('a.md')).toMatchObject({ error: null, attempts: 0 });
    isDown = false;
    await settled(ledger, 'a.md', 'READY');
    await vi.waitFor(() => expect(loop.ingestion().pausedBecause).toBeNull(), WAIT);
  });

  it('deletes nothing while the inbox is missing, and resumes when it is back', async () => {
    const { ledger, loop } = await folders.start();
    folders.drop('a.md', 'Guarda-chuva.');
    await settled(ledger, 'a.md', 'READY');
    renameSync(folders.config.inbox, `${folders.config.inbox}-away`);
    await vi.waitFor(() => expect(loop.ingestion().pausedBecause).toBe('INBOX_MISSING'), WAIT);
    expect(await folders.search('guarda-chuva')).toEqual(['a.md']);
    renameSync(`${folders.config.inbox}-away`, folders.config.inbox);
    await vi.waitFor(() => expect(loop.ingestion().pausedBecause).toBeNull(), WAIT);
    expect(await folders.search('guarda-chuva')).toEqual(['a.md']);
  });

  it('rebuilds a store that was deleted, without a change of any file', async () => {
    const first = await folders.start();
    folders.drop('a.md', 'Ornitorrinco.');
    await settled(first.ledger, 'a.md', 'READY');
    await folders.stop();
    await folders.deleteStore();

    await folders.start();
    await vi.waitFor(async () => expect(await folders.search('ornitorrinco')).toEqual(['a.md']), WAIT);
  });

  it('finds a file again that is put back while others are being withdrawn', async () => {
    const name = (n: number): string => `notas/${n}.md`;
    const drop = (n: number): void => folders.drop(name(n), `A nota ${n} diz palavra${n}.`);
    for (let n = 0; n < 40; n++) drop(n);
    const firstCall = Promise.withResolvers<void>();
    const putBack = Promise.withResolvers<void>();
    // A store over a network is slow: the list of what is to be withdrawn is older than what happens to the folder.
    const slow = (store: StoreWriter): StoreWriter =>
      replacing(store, {
        unpublishAll: async (...args: Parameters<StoreWriter['unpublishAll']>) => {
          firstCall.resolve();
          await putBack.promise;
          await store.unpublishAll(...args);
        },
      });
    const { ledger, loop } = await folders.start({ store: slow });
    for (let n = 0; n < 40; n++) await settled(ledger, name(n), 'READY');
    for (let n = 0; n < 10; n++) rmSync(folders.file(name(n)));
    loop.hint();
    await firstCall.promise;
    await vi.waitFor(() => expect(ledger.find(name(9))?.state).toBe('REMOVED'), WAIT);
    for (let n = 5; n < 10; n++) drop(n);
    loop.hint();
    for (let n = 5; n < 10; n++) await settled(ledger, name(n), 'READY');
    putBack.resolve();
    await vi.waitFor(() => expect(ledger.queue.toWithdraw(10)).toEqual([]), WAIT);
    const found = await Promise.all([5, 6, 7, 8, 9].map((n) => folders.search(`palavra${n}`)));
    expect(found.map((paths) => paths[0])).toEqual([5, 6, 7, 8, 9].map(name));
    expect(await folders.search('palavra0')).not.toContain(name(0));
  });

  it('withdraws at start what was removed while it was not running, also when its ledger is lost', async () => {
    const first = await folders.start();
    folders.drop('a.md', 'Tamanduá.');
    folders.drop('b.md', 'Capivara.');
    await settled(first.ledger, 'a.md', 'READY');
    await settled(first.ledger, 'b.md', 'READY');
    await folders.stop();
    rmSync(folders.file('a.md'));
    folders.deleteLedger();

    const second = await folders.start();
    await vi.waitFor(async () => expect(await folders.search('tamanduá')).toEqual([]), WAIT);
    await settled(second.ledger, 'b.md', 'READY');
    expect(await folders.search('capivara')).toEqual(['b.md']);
  });
});
