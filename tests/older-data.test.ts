import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig, type Config } from '#shared/config.ts';
import { openStoreReader, openStoreWriter } from '#shared/store/open-store.ts';
import { embeddedTextHashOf } from '#shared/text/embedded-text.ts';
import { queryVector } from '#shared/text/sparse.ts';
import { openAnswersStore } from '../graphql-api/answers/store.ts';
import { DocumentDetails } from '../watcher/documents/document-details.ts';
import { Ledger } from '../watcher/ledger/ledger.ts';
import { auditStore } from '../watcher/upkeep/audit-store.ts';
import { AGES, OLD, writeOldData } from './fixtures/older-data.ts';

// The data folder of every earlier version is opened by the present one: it is upgraded, and nothing is lost.

/** The saved answers have not expired. */
const CLOCK = { now: () => Date.parse(OLD.answeredAt) + 1000, monotonic: () => 0 };

let config: Config;
beforeEach(() => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-older-'));
  for (const name of ['data', 'inbox']) mkdirSync(path.join(folder, name));
  config = parseConfig({ ASKBOX_DATA: 'data', ASKBOX_INBOX: 'inbox' }, folder);
});
afterEach(() => rmSync(path.dirname(config.dataDir), { recursive: true, force: true }));

/** Tables, columns and indexes of a database, whatever their order. */
function shapeOf(file: string): unknown {
  using db = new DatabaseSync(file);
  const columns = `SELECT tables.name || '.' || columns.name || ' ' || columns.type || ' ' || columns."notnull" AS name
    FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns WHERE tables.type = 'table' ORDER BY 1`;
  const indexes = `SELECT indexes.name || ' ' || group_concat(columns.name) AS name
    FROM sqlite_schema AS indexes, pragma_index_info(indexes.name) AS columns WHERE indexes.type = 'index'
    GROUP BY indexes.name ORDER BY 1`;
  return [db.prepare(columns).all(), db.prepare(indexes).all()];
}

/** Opens and closes every file of a data folder. */
async function openAll(): Promise<void> {
  new Ledger(config.ledgerFile)[Symbol.dispose]();
  openAnswersStore(config.answersFile, 90, CLOCK)[Symbol.dispose]();
  await (await openStoreWriter(config))[Symbol.asyncDispose]();
}

describe.each(AGES)('a data folder of $name', (age) => {
  beforeEach(() => writeOldData(config.dataDir, age));

  it('keeps what is read, what failed, what was removed, and a pause', async () => {
    using ledger = new Ledger(config.ledgerFile);
    expect(ledger.setAside).toBeNull();
    expect(ledger.find('contrato.md')).toMatchObject({ state: 'READY', liveContentId: OLD.content.id });
    expect(ledger.find('nota.pdf')).toMatchObject({ state: 'FAILED', error: { code: 'FILE_DAMAGED', retryMs: null } });
    expect(ledger.find('velho.md')).toMatchObject({ state: 'REMOVED' });
    expect(ledger.contents.find(OLD.content.id)).toEqual(OLD.content);
    expect(ledger.isPaused).toBe(age.ledger !== '1');
    // Ledger and store still agree, so that nothing is read again for their sake.
    await using writer = await openStoreWriter(config);
    expect(await auditStore(ledger, writer, Date.now, new AbortController().signal)).toBe(0);
    // But what an earlier version of the extractor made is.
    ledger.queue.adoptPipeline('the present one', 1_048_576);
    expect(ledger.find('contrato.md')).toMatchObject({ state: 'STABLE', liveContentId: OLD.content.id });
  });

  it('is searched by words and by meaning, without its files', async () => {
    await using writer = await openStoreWriter(config);
    await using reader = await openStoreReader(config);
    const dense = { space: OLD.space, vector: Float32Array.of(0.6, 0.8) };
    const found = await reader.search({ sparse: queryVector('multas do contrato'), dense, limit: 5 });
    expect(found.sparse[0]).toMatchObject({ chunk: { text: OLD.texts[0] }, documents: [{ path: 'contrato.md' }] });
    expect(found.dense.map(({ chunk }) => chunk.text).toSorted()).toEqual(OLD.texts.toSorted());
    expect(await reader.text(OLD.content.id, 0, 1000)).toBe(OLD.texts.join(''));
    expect((await reader.documents()).map(({ content }) => content)).toEqual([OLD.content]);
    const hash = embeddedTextHashOf({ title: OLD.content.title, headings: [], text: OLD.texts[0]! });
    expect(await writer.findVectors(OLD.space, [hash])).toHaveProperty('size', 1);
    expect(writer.lastRevision).toBe(9);
    expect((await Array.fromAsync(writer.publications())).map((publication) => publication.path).toSorted()).toEqual([
      'contrato.md',
      'velho.md',
    ]);
  });

  it('keeps its answers, with sources and citations, and the titles and tags of documents', () => {
    using answers = openAnswersStore(config.answersFile, 90, CLOCK);
    const old = answers.find('old')?.answer;
    expect(old).toMatchObject({
      question: 'Qual é a multa?',
      status: 'COMPLETED',
      citations: [{ quote: 'multa de 12%' }],
      sources: [{ path: 'contrato.md', excerpt: OLD.texts[0] }],
      inventedMarkers: 0,
      unsupported: [],
      nearest: [],
      turn: null,
      rating: null,
    });
    expect(answers.find('old-failed')?.answer.error).toMatchObject({ code: 'INTERNAL', message: 'too many questions' });
    using details = new DocumentDetails(config.detailsFile);
    const isKept = age.details !== 'none';
    expect(details.find('contrato.md')).toMatchObject(isKept ? { title: 'O contrato', tags: ['2026'] } : { tags: [] });
  });

  it('has the tables of a new one afterwards, and nothing was set aside', async () => {
    await openAll();
    const upgraded = ['ledger.db', 'store.db', 'answers.db'].map((name) => shapeOf(path.join(config.dataDir, name)));
    expect(readdirSync(config.dataDir).filter((name) => name.includes('set-aside'))).toEqual([]);
    rmSync(config.dataDir, { recursive: true });
    mkdirSync(config.dataDir);
    await openAll();
    const made = ['ledger.db', 'store.db', 'answers.db'].map((name) => shapeOf(path.join(config.dataDir, name)));
    expect(upgraded).toEqual(made);
  });
});
