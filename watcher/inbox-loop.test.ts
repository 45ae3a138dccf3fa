import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseConfig, type Config } from '#shared/config.ts';
import { StoreError } from '#shared/errors.ts';
import { silentLog } from '#shared/log.ts';
import { openStoreReader, openStoreWriter } from '#shared/store/open-store.ts';
import type { StoreReader, StoreWriter } from '#shared/store/store.ts';
import { queryVector } from '#shared/text/sparse.ts';
import { openExtractor, type Extractor } from './extract/extractor.ts';
import { InboxLoop } from './inbox-loop.ts';
import { Ledger } from './ledger.ts';
import type { LedgerDocument } from './ledger-document.ts';
import { watchInbox } from './watch-inbox.ts';

const WAIT = { timeout: 25_000, interval: 20 };
const LIMITS = { quietMs: 20, goneMs: 20, racyMs: 50 };

let folder: string;
let config: Config;
let reader: StoreReader;
let running: Watcher | undefined;

/** A watcher like that of main.ts, whose store and extractor a test may wrap. */
interface Watcher extends AsyncDisposable {
  readonly ledger: Ledger;
  /** How often the extractor was asked. */
  readonly reads: () => number;
  readonly loop: InboxLoop;
}

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-loop-'));
  config = parseConfig({ ASKBOX_INBOX: path.join(folder, 'inbox'), ASKBOX_DATA: path.join(folder, 'data') }, folder);
  mkdirSync(config.inbox);
  mkdirSync(config.dataDir);
  await (await openStoreWriter(config))[Symbol.asyncDispose]();
  reader = await openStoreReader(config);
});
afterEach(async () => {
  await running?.[Symbol.asyncDispose]();
  running = undefined;
  await reader[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function start(wrapStore: (store: StoreWriter) => StoreWriter = (store) => store): Promise<Watcher> {
  const opened = new AsyncDisposableStack();
  const ledger = opened.use(new Ledger(config.ledgerFile));
  const store = opened.use(await openStoreWriter(config));
  const watch = opened.use(watchInbox(config.inbox, 'auto', silentLog));
  let reads = 0;
  const countingExtractor = (): Extractor => {
    const extractor = openExtractor();
    return {
      read: (...input) => {
        reads += 1;
        return extractor.read(...input);
      },
      [Symbol.asyncDispose]: () => extractor[Symbol.asyncDispose](),
    };
  };
  const loop = opened.use(
    new InboxLoop(
      {
        inbox: config.inbox,
        ledger,
        store: wrapStore(store),
        openExtractor: countingExtractor,
        watch,
        limits: LIMITS,
        maxFileBytes: config.maxFileBytes,
        now: Date.now,
        log: silentLog,
        onProgress: () => {},
      },
      (error) => {
        throw error;
      },
    ),
  );
  running = { ledger, loop, reads: () => reads, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  return running;
}

const file = (name: string): string => path.join(config.inbox, name);
const drop = (name: string, text: string): void => writeFileSync(file(name), text);

async function answersTo(question: string): Promise<readonly string[]> {
  const { sparse } = await reader.search({ sparse: queryVector(question), limit: 5 });
  return sparse.flatMap((hit) => hit.documents.map((document) => document.path));
}

/** Waits until the document is in this state and nothing is left to do for it. */
function settled(ledger: Ledger, name: string, state: LedgerDocument['state']): Promise<LedgerDocument> {
  return vi.waitFor(() => {
    const document = ledger.find(name);
    expect(document?.state).toBe(state);
    expect(ledger.countUnfinished()).toBe(0);
    return document!;
  }, WAIT);
}

describe('the inbox loop', () => {
  it('makes a dropped file answerable, and an edited one with its new words only', async () => {
    const { ledger } = await start();
    drop('garantia.md', '# Garantia\n\nO liquidificador tem garantia de vinte meses.');
    await settled(ledger, 'garantia.md', 'READY');
    expect(await answersTo('vinte')).toEqual(['garantia.md']);

    drop('garantia.md', '# Garantia\n\nO liquidificador tem garantia de trinta meses.');
    await vi.waitFor(async () => expect(await answersTo('trinta')).toEqual(['garantia.md']), WAIT);
    expect(await answersTo('vinte')).toEqual([]);
  });

  it('makes a removed file unanswerable', async () => {
    const { ledger } = await start();
    drop('segredo.md', 'A senha mestra fica na etiqueta violeta.');
    await settled(ledger, 'segredo.md', 'READY');
    rmSync(file('segredo.md'));
    await vi.waitFor(async () => expect(await answersTo('violeta')).toEqual([]), WAIT);
    expect(ledger.find('segredo.md')?.state).toBe('REMOVED');
  });

  it('neither extracts again a file that is renamed nor a copy', async () => {
    const { ledger, reads } = await start();
    drop('a.md', 'O relatório anual fala de abelhas.');
    await settled(ledger, 'a.md', 'READY');
    expect(reads()).toBe(1);

    renameSync(file('a.md'), file('b.md'));
    copyFileSync(file('b.md'), file('c.md'));
    await settled(ledger, 'b.md', 'READY');
    await settled(ledger, 'c.md', 'READY');
    await vi.waitFor(async () => expect((await answersTo('abelhas')).toSorted()).toEqual(['b.md', 'c.md']), WAIT);
    expect(reads()).toBe(1);
  });

  it('ends a file that cannot be read as FAILED, with a sentence that names it, and goes on with the others', async () => {
    const { ledger } = await start();
    drop('vazio.pdf', '');
    writeFileSync(file('foto.txt'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]));
    drop('quebrado.pdf', '%PDF-1.7\nnothing that follows is a PDF');
    drop('bom.md', 'Texto bom.');
    await settled(ledger, 'bom.md', 'READY');
    const failures = [
      ['vazio.pdf', 'EMPTY'],
      ['foto.txt', 'UNSUPPORTED_TYPE'],
      ['quebrado.pdf', 'DAMAGED'],
    ] as const;
    for (const [name, code] of failures) {
      const { error } = await settled(ledger, name, 'FAILED');
      expect(error).toMatchObject({ code, message: expect.stringContaining(name), retryMs: null });
    }
  });

  it('withdraws the old version of a file whose new bytes cannot be read', async () => {
    const { ledger } = await start();
    drop('ata.pdf.md', 'A ata fala de girassóis.');
    await settled(ledger, 'ata.pdf.md', 'READY');
    drop('ata.pdf.md', '   \n');
    await settled(ledger, 'ata.pdf.md', 'FAILED');
    await vi.waitFor(async () => expect(await answersTo('girassóis')).toEqual([]), WAIT);
  });

  it('waits while the store does not answer, and blames no document', async () => {
    let isDown = true;
    const { ledger, loop } = await start((store) => ({
      ...bind(store),
      publish: (...input) =>
        isDown ? Promise.reject(new StoreError('STORE_UNAVAILABLE', 'the store is down')) : store.publish(...input),
    }));
    drop('a.md', 'Paciência.');
    await vi.waitFor(() => expect(loop.ingestion().pausedBecause).toBe('STORE_DOWN'), WAIT);
    expect(ledger.find('a.md')).toMatchObject({ error: null, attempts: 0 });
    isDown = false;
    await settled(ledger, 'a.md', 'READY');
    expect(loop.ingestion().pausedBecause).toBeNull();
  });

  it('deletes nothing while the inbox is missing, and goes on when it is back', async () => {
    const { ledger, loop } = await start();
    drop('a.md', 'Guarda-chuva.');
    await settled(ledger, 'a.md', 'READY');
    renameSync(config.inbox, `${config.inbox}-away`);
    await vi.waitFor(() => expect(loop.ingestion().pausedBecause).toBe('INBOX_MISSING'), WAIT);
    expect(await answersTo('guarda-chuva')).toEqual(['a.md']);
    renameSync(`${config.inbox}-away`, config.inbox);
    await vi.waitFor(() => expect(loop.ingestion().pausedBecause).toBeNull(), WAIT);
    expect(await answersTo('guarda-chuva')).toEqual(['a.md']);
  });

  it('rebuilds a store that was deleted, without a change of any file', async () => {
    const first = await start();
    drop('a.md', 'Ornitorrinco.');
    await settled(first.ledger, 'a.md', 'READY');
    await first[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    for (const suffix of ['', '-wal', '-shm']) rmSync(config.storeFile + suffix, { force: true });

    await start();
    reader = await openStoreReader(config);
    await vi.waitFor(async () => expect(await answersTo('ornitorrinco')).toEqual(['a.md']), WAIT);
  });

  it('withdraws at start what was removed while it was not running, also when its ledger is lost', async () => {
    const first = await start();
    drop('a.md', 'Tamanduá.');
    drop('b.md', 'Capivara.');
    await settled(first.ledger, 'a.md', 'READY');
    await settled(first.ledger, 'b.md', 'READY');
    await first[Symbol.asyncDispose]();
    rmSync(file('a.md'));
    for (const suffix of ['', '-wal', '-shm']) rmSync(config.ledgerFile + suffix, { force: true });

    const second = await start();
    await vi.waitFor(async () => expect(await answersTo('tamanduá')).toEqual([]), WAIT);
    await settled(second.ledger, 'b.md', 'READY');
    expect(await answersTo('capivara')).toEqual(['b.md']);
  });
});

/** The methods of an object with private fields, bound to it, so that one of them can be replaced. */
function bind(store: StoreWriter): StoreWriter {
  return {
    lastRevision: store.lastRevision,
    putChunks: (...input) => store.putChunks(...input),
    countChunks: (...input) => store.countChunks(...input),
    publish: (...input) => store.publish(...input),
    unpublish: (...input) => store.unpublish(...input),
    missingVectors: (...input) => store.missingVectors(...input),
    findVectors: (...input) => store.findVectors(...input),
    putVectors: (...input) => store.putVectors(...input),
    activate: (...input) => store.activate(...input),
    forgetSpacesBut: (...input) => store.forgetSpacesBut(...input),
    collect: (...input) => store.collect(...input),
    contents: (...input) => store.contents(...input),
    publications: (...input) => store.publications(...input),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
