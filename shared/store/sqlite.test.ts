import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { queryVector } from '../text/sparse.ts';
import { openSqliteReader, openSqliteWriter } from './sqlite.ts';
import { describeStore } from './store-contract.ts';
import { makeContent, store } from './store-fixtures.ts';

describeStore('SQLite', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'askbox-store-'));
  const file = path.join(folder, 'store.db');
  return {
    openWriter: () => openSqliteWriter(file),
    openReader: (signal) => openSqliteReader(file, signal),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
});

describe('the file of the SQLite store', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'askbox-store-'));
    file = path.join(folder, 'store.db');
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** Changes the file behind the driver's back. */
  const execute = (sql: string): void => {
    using db = new DatabaseSync(file);
    db.exec(sql);
  };
  const makeStore = async (): Promise<void> => {
    await using writer = await openSqliteWriter(file);
    const parts = Array.from({ length: 50 }, (_, i) => `cláusula ${i} do contrato. `);
    await store(writer, 'a.txt', makeContent('a', parts, { title: 'Locação', headings: ['Foro'] }), 1);
  };

  it('is left alone when another program made it', async () => {
    execute('CREATE TABLE theirs (x)');
    const before = await readFile(file);
    const foreign = { code: 'STORE_FOREIGN', message: expect.stringContaining(file) };
    await expect(openSqliteWriter(file)).rejects.toMatchObject(foreign);
    await expect(openSqliteReader(file)).rejects.toMatchObject(foreign);
    expect(await readFile(file)).toEqual(before);
  });

  it('is left alone when it is no database', async () => {
    await writeFile(file, 'Prezados, segue a lista de compras. '.repeat(100));
    await expect(openSqliteWriter(file)).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
    await expect(openSqliteReader(file)).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
  });

  it('is left alone when a newer askbox made it', async () => {
    await makeStore();
    execute('PRAGMA user_version = 999');
    const newer = { code: 'STORE_FOREIGN', message: expect.stringMatching(/newer.*ASKBOX_DATA/) };
    await expect(openSqliteWriter(file)).rejects.toMatchObject(newer);
    await expect(openSqliteReader(file)).rejects.toMatchObject(newer);
  });

  it('says what to do when it is cut off', async () => {
    await makeStore();
    await truncate(file, (await stat(file)).size / 2);
    await expect(openSqliteWriter(file)).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      message: expect.stringContaining('delete it'),
    });
  });

  it('says so when a page is overwritten', async () => {
    await makeStore();
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0xab, 8192));
    await expect(
      (async () => {
        await using reader = await openSqliteReader(file);
        await reader.search({ sparse: queryVector('contrato'), limit: 1 });
      })(),
    ).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });

  it('is unavailable, and worth another try, where it cannot be opened', async () => {
    const missing = path.join(folder, 'missing', 'store.db');
    await expect(openSqliteWriter(missing)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', isRetryable: true });
  });

  it('is analysed anew from its own text when another analyser made the postings', async () => {
    await makeStore();
    execute("UPDATE meta SET analyser_version = 0; UPDATE postings SET terms = x'', weights = x''");
    await using writer = await openSqliteWriter(file);
    await using reader = await openSqliteReader(file);
    expect((await reader.search({ sparse: queryVector('locações'), limit: 100 })).sparse).toHaveLength(50);
    expect((await reader.search({ sparse: queryVector('foro'), limit: 100 })).sparse).toHaveLength(50);
    expect(writer.lastRevision).toBe(1);
  });

  it('keeps a reader waiting until that is done', async () => {
    await makeStore();
    execute('UPDATE meta SET analyser_version = 0');
    const opening = openSqliteReader(file);
    await using writer = await openSqliteWriter(file);
    await using reader = await opening;
    expect((await reader.documents()).length).toBe(1);
    expect(writer.lastRevision).toBe(1);
  });

  it('refuses questions from the moment that another version has analysed it', async () => {
    await makeStore();
    await using reader = await openSqliteReader(file);
    execute('UPDATE meta SET analyser_version = 0');
    await expect(reader.search({ sparse: queryVector('contrato'), limit: 1 })).rejects.toMatchObject({
      code: 'STORE_FOREIGN',
      message: expect.stringContaining('same version'),
    });
  });

  it('has pages of 8 KB and a write-ahead log', async () => {
    await makeStore();
    using db = new DatabaseSync(file);
    expect(db.prepare('PRAGMA page_size').get()).toEqual({ page_size: 8192 });
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  });
});
