import { mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryVector } from '../../text/sparse.ts';
import { openSqliteSource } from './source.ts';
import { openSqliteReader, openSqliteWriter } from './sqlite.ts';
import { SqliteWriter } from './writer.ts';
import { describeStore } from '../testing/store-contract.ts';
import { makeContent, makeDocument, store } from '../testing/contents.ts';
import type { StoreReader } from '../store.ts';

describeStore('SQLite', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'askbox-store-'));
  const file = path.join(folder, 'store.db');
  return {
    openWriter: () => openSqliteWriter(file),
    openReader: (signal) => openSqliteReader(file, signal),
    openSource: () => openSqliteSource(file),
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

  it('holds nothing of what was erased, nor of what older versions deleted, while readers and writers go on', async () => {
    const filesWith = async (word: string): Promise<string[]> => {
      const names = await readdir(folder);
      const bytes = await Promise.all(names.map((name) => readFile(path.join(folder, name))));
      return names.filter((_, i) => bytes[i]!.includes(word));
    };
    const about = (word: string): ReturnType<typeof makeContent> =>
      makeContent(
        word,
        Array.from({ length: 200 }, (_, i) => `A ${word} número ${i} fica na gaveta ${i}. `.repeat(9)),
      );
    await using writer = await openSqliteWriter(file);
    await using reader = await openSqliteReader(file);
    await store(writer, 'kept.txt', about('panela'), 1);
    await store(writer, 'secret.txt', about('jabuticaba'), 2);
    await store(writer, 'old.txt', about('carambola'), 3);
    execute(`PRAGMA secure_delete = OFF; DELETE FROM documents WHERE path = 'old.txt';
      DELETE FROM contents WHERE content_id = '${about('carambola').summary.id}'`);
    const find = async (word: string): Promise<number> =>
      (await reader.search({ sparse: queryVector(word), limit: 3 })).sparse.length;
    expect([await find('jabuticaba'), (await filesWith('carambola')).length > 0]).toEqual([3, true]);

    await writer.unpublish('secret.txt', 4);
    await writer.collect([about('jabuticaba').summary.id]);
    const erasing = writer.erase(['secret.txt']);
    const writing = store(writer, 'new.txt', about('frigideira'), 5);
    expect(await find('panela')).toBe(3);
    await Promise.all([erasing, writing]);
    for (const word of ['jabuticaba', 'carambola', 'secret.txt'])
      expect([word, await filesWith(word)]).toEqual([word, []]);
    expect([await find('jabuticaba'), await find('panela'), await find('frigideira')]).toEqual([0, 3, 3]);
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

  const pathsFor = async (reader: StoreReader, question: string): Promise<string[]> => {
    const { sparse } = await reader.search({ sparse: queryVector(question), limit: 10 });
    return sparse.flatMap((hit) => hit.documents.map(({ path: found }) => found));
  };
  /** Turns a store back into format 1. */
  const downgrade = (): void =>
    execute(`
      DROP INDEX documents_by_change; DROP INDEX tombstones;
      ALTER TABLE documents DROP COLUMN changed; ALTER TABLE documents DROP COLUMN removed_at;
      ALTER TABLE meta DROP COLUMN swept_changes; PRAGMA user_version = 1;
    `);
  const schemaOf = (): unknown => {
    using db = new DatabaseSync(file, { readOnly: true });
    const columns = `SELECT tables.name AS "table", columns.* FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns`;
    const indexes = `SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' ORDER BY name`;
    return [db.prepare(columns).all(), db.prepare(indexes).all(), db.prepare('PRAGMA user_version').all()];
  };

  it('is brought up to date, with all that is in it, when an older askbox made it', async () => {
    await makeStore();
    await using before = await openSqliteWriter(file);
    await before.unpublish('gone.txt', 2);
    await before[Symbol.asyncDispose]();
    const schema = schemaOf();
    downgrade();
    await using writer = await openSqliteWriter(file);
    await using reader = await openSqliteReader(file);
    expect(schemaOf()).toEqual(schema);
    expect(await Array.fromAsync(writer.publications())).toHaveLength(2);
    expect(await pathsFor(reader, 'cláusula 7')).toContain('a.txt');
    await store(writer, 'a.txt', makeContent('b', ['aditivo']), 3);
    expect(await pathsFor(reader, 'cláusula 7')).toEqual([]);
    expect(await pathsFor(reader, 'aditivo')).toEqual(['a.txt']);
  });

  it('keeps a reader waiting until it is brought up to date', async () => {
    await makeStore();
    downgrade();
    const opening = openSqliteReader(file);
    expect(await Promise.race([opening, nextTurn('waiting')])).toBe('waiting');
    await using writer = await openSqliteWriter(file);
    await using reader = await opening;
    expect(await reader.documents()).toHaveLength(1);
    expect(writer.lastRevision).toBe(1);
  });

  it('forgets removals after seven days, but neither the last revision nor to tell readers', async () => {
    await makeStore();
    await using writer = await openSqliteWriter(file);
    await using reader = await openSqliteReader(file);
    expect(await pathsFor(reader, 'cláusula 7')).toContain('a.txt');
    await writer.unpublish('a.txt', 9);
    await writer.unpublish('b.txt', 10);
    execute("UPDATE documents SET removed_at = '2020-01-01T00:00:00.000Z' WHERE path = 'a.txt'");
    await writer.unpublish('c.txt', 3);
    const publications = await Array.fromAsync(writer.publications());
    expect(publications.map((publication) => publication.path).toSorted()).toEqual(['b.txt', 'c.txt']);
    expect(writer.lastRevision).toBe(10);
    await store(writer, 'd.txt', makeContent('d', ['vigésima']), 11);
    expect(await pathsFor(reader, 'cláusula 7')).toEqual([]);
    expect(await pathsFor(reader, 'vigésima')).toEqual(['d.txt']);
  });

  it('forgets in slices more removals than fit into the arguments of a call', async () => {
    await makeStore();
    const count = 130_000;
    execute(`INSERT INTO documents (path, revision, changed, removed_at)
      WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
      SELECT 'old/' || n, n, n, '2020-01-01T00:00:00.000Z' FROM numbers; UPDATE meta SET changes = ${count}`);
    await using writer = await openSqliteWriter(file);
    await using reader = await openSqliteReader(file);
    expect(await pathsFor(reader, 'cláusula 7')).toContain('a.txt');
    const left = (): unknown => {
      using db = new DatabaseSync(file, { readOnly: true });
      return db.prepare("SELECT count(*) AS n, max(changed) AS last FROM documents WHERE path LIKE 'old/%'").get();
    };
    await writer.unpublish('a.txt', count + 1);
    expect(left()).toEqual({ n: count - 1000, last: count });
    await writer.unpublishAll([]);
    expect(left()).toEqual({ n: count - 2000, last: count });
    expect(await pathsFor(reader, 'cláusula 7')).toEqual([]);
    execute("DELETE FROM documents WHERE path LIKE 'old/%' AND revision < 129500");
    await writer.unpublishAll([]);
    await writer.unpublishAll([]);
    expect(left()).toEqual({ n: 0, last: null });
    await store(writer, 'd.txt', makeContent('d', ['vigésima']), count + 2);
    expect(await pathsFor(reader, 'vigésima')).toEqual(['d.txt']);
  });

  it('is looked through for missing vectors once, and then only for what is published', async () => {
    const space = { name: 'model', dimensions: 1 };
    const contents = Array.from({ length: 300 }, (_, n) => makeContent(`n${n}`, [`um ${n}`, `dois ${n}`]));
    {
      await using writer = await openSqliteWriter(file);
      for (const [n, content] of contents.entries()) {
        await store(writer, `${n}.txt`, content, n + 1);
        const vectors = content.chunks.map(({ chunk }) => ({ ordinal: chunk.ordinal, vector: Float32Array.of(1) }));
        await writer.putVectors(space, content.summary.id, vectors);
      }
    }
    let rowsRead = 0;
    const db = new DatabaseSync(file);
    const counting = new Proxy(db, {
      get(_, name) {
        if (name !== 'prepare') {
          const value: unknown = Reflect.get(db, name);
          return typeof value === 'function' ? value.bind(db) : value;
        }
        return (sql: string) => {
          const statement = db.prepare(sql);
          const all = statement.all.bind(statement);
          const value = (...values: readonly SQLInputValue[]): unknown[] => {
            const rows = all(...values);
            rowsRead += rows.length;
            return rows;
          };
          Object.defineProperty(statement, 'all', { value });
          return statement;
        };
      },
    });
    await using writer = new SqliteWriter(file, counting);
    const missing = async (): Promise<number> => (await Array.fromAsync(writer.missingVectors(space))).length;
    expect(await missing()).toBe(0);
    expect(rowsRead).toBe(600);
    rowsRead = 0;
    await store(writer, 'new.txt', makeContent('new', ['novo']), 1000);
    expect(await missing()).toBe(1);
    expect(rowsRead).toBe(1);
  });

  it('gives each chunk its own text after its content was deleted and stored again between two searches', async () => {
    const [a, b] = [makeContent('a', ['prazo um', 'prazo dois']), makeContent('b', ['prazo três', 'prazo quatro'])];
    const textsOf = async (reader: StoreReader): Promise<string[]> => {
      const { sparse } = await reader.search({ sparse: queryVector('prazo'), limit: 10 });
      expect(sparse.map(({ chunk }) => chunk.contentId === a.summary.id)).toEqual(
        sparse.map(({ documents }) => documents[0]!.path === 'a.txt'),
      );
      return sparse.map(({ chunk }) => chunk.text).toSorted();
    };
    await using writer = await openSqliteWriter(file);
    await store(writer, 'a.txt', a, 1);
    await store(writer, 'b.txt', b, 2);
    await using reader = await openSqliteReader(file);
    // Loads the projection with the first rows, but reads no text.
    await reader.spaces();
    await writer.unpublish('a.txt', 3);
    await writer.unpublish('b.txt', 4);
    await writer.collect([a.summary.id, b.summary.id]);
    await store(writer, 'b.txt', b, 5);
    await store(writer, 'a.txt', a, 6);
    const texts = [...a.chunks, ...b.chunks].map(({ chunk }) => chunk.text).toSorted();
    expect(await textsOf(reader)).toEqual(texts);
    expect(await textsOf(reader)).toEqual(texts);
  });

  it('shows the documents of a chunk as they are now, however often it was found before', async () => {
    const content = makeContent('a', ['cláusula sétima']);
    await using writer = await openSqliteWriter(file);
    await using reader = await openSqliteReader(file);
    const documents = async (): Promise<unknown> =>
      (await reader.search({ sparse: queryVector('cláusula'), limit: 1 })).sparse[0]?.documents;
    const [first, second] = [makeDocument('a.txt', content), makeDocument('b.txt', content)];
    await writer.putChunks(content.summary, content.chunks);
    await writer.publish(first, 1);
    expect(await documents()).toEqual([first]);
    await writer.publish(second, 2);
    expect(await documents()).toEqual([first, second]);
    await writer.publish({ ...first, title: 'Contrato' }, 3);
    expect(await documents()).toEqual([{ ...first, title: 'Contrato' }, second]);
    await writer.unpublish('b.txt', 4);
    expect(await documents()).toEqual([{ ...first, title: 'Contrato' }]);
    await writer.unpublish('a.txt', 5);
    expect(await documents()).toBeUndefined();
  });

  it('is opened anew by its readers when it was deleted and made again', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows deletes no file that is open');
    await makeStore();
    await using reader = await openSqliteReader(file);
    expect(await pathsFor(reader, 'cláusula 7')).toContain('a.txt');
    for (const name of await readdir(folder)) await rm(path.join(folder, name));
    await expect(reader.stats()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', isRetryable: true });
    await using writer = await openSqliteWriter(file);
    await store(writer, 'new.txt', makeContent('new', ['recomeço']), 1);
    expect(await pathsFor(reader, 'recomeço')).toEqual(['new.txt']);
    expect(await pathsFor(reader, 'cláusula 7')).toEqual([]);
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

describe('the thread that reads the SQLite store', () => {
  let folder: string;
  let reader: StoreReader;

  // The tests only read it.
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'askbox-store-'));
    await using writer = await openSqliteWriter(path.join(folder, 'store.db'));
    const content = makeContent('a', ['prazo de entrega']);
    await writer.putChunks(content.summary, content.chunks);
    for (let i = 1; i <= 1100; i++) await writer.publish(makeDocument(`${i}.txt`, content), i);
  });
  afterAll(() => rm(folder, { recursive: true }));

  beforeEach(async () => {
    reader = await openSqliteReader(path.join(folder, 'store.db'));
  });
  afterEach(() => reader[Symbol.asyncDispose]());

  it('lets the event loop turn while it loads and searches', async () => {
    let turns = 0;
    // On a busy machine the thread may be done before this one resumes; then another thread has to load and search.
    for (let tries = 0; tries < 10 && turns <= 20; tries++) {
      await using other = await openSqliteReader(path.join(folder, 'store.db'));
      let isSearching = true;
      const searching = other.search({ sparse: queryVector('prazo'), limit: 1 }).finally(() => (isSearching = false));
      for (turns = 0; isSearching; turns++) await nextTurn();
      expect((await searching).sparse[0]?.documents).toHaveLength(1100);
    }
    expect(turns).toBeGreaterThan(20);
  });

  it('gives a long list whole and in order', async () => {
    const paths = (await reader.documents()).map((document) => document.path);
    expect(paths).toEqual(Array.from({ length: 1100 }, (_, i) => `${i + 1}.txt`).toSorted());
  });

  it('rejects at once when a call is aborted, in the thread or before its turn, and goes on with the next', async () => {
    const [running, waiting] = [new AbortController(), new AbortController()];
    const settled: string[] = [];
    const note = (name: string) => (): unknown => settled.push(name);
    const search = reader.search({ sparse: queryVector('prazo'), limit: 1 }, running.signal).catch(note('search'));
    const stats = reader.stats(waiting.signal).catch(note('stats'));
    const documents = reader.documents().then(note('documents'));
    // The search is now in the thread. Its reply needs a turn of the event loop, so it cannot arrive before the abort.
    await Promise.resolve();
    waiting.abort();
    await stats;
    running.abort();
    await search;
    expect(settled).toEqual(['stats', 'search']);
    await documents;
    expect(settled).toEqual(['stats', 'search', 'documents']);
  });

  it('is started again by the call after the one it died of', async () => {
    const started: Worker[] = [];
    const note = (worker: Worker): unknown => started.push(worker);
    process.on('worker', note);
    const other = await openSqliteReader(path.join(folder, 'store.db'));
    const search = other.search({ sparse: queryVector('prazo'), limit: 1 });
    void started[0]!.terminate();
    await expect(search).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', isRetryable: true });
    await expect(other.documents()).resolves.toHaveLength(1100);
    expect(started).toHaveLength(2);
    process.off('worker', note);
    await other[Symbol.asyncDispose]();
  });

  it('refuses calls once it is closed', async () => {
    await reader[Symbol.asyncDispose]();
    await expect(reader.stats()).rejects.toThrow('closed');
  });
});
