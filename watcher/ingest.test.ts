import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { raceAbort } from '#shared/abort.ts';
import { parseConfig } from '#shared/config.ts';
import { silentLog } from '#shared/log.ts';
import { openStoreWriter } from '#shared/store/open-store.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { ExtractorDied, OcrPostponed, openExtractor, type Extractor } from './read/extractor.ts';
import { openRecognizedPages } from './read/recognized-pages.ts';
import { ingest } from './ingest.ts';
import { Ledger } from './ledger/ledger.ts';
import type { LedgerDocument } from './ledger/document.ts';
import { scanInbox } from './scan/scan-inbox.ts';
import { replacing } from './testing/running-loop.ts';

const RACY_MS = 2000;
const SCANNED_AT_MS = 1_000_000;
const FIRST_CPU_LIMIT_MS = 5000;

let inbox: string;
let dataDir: string;
let ledger: Ledger;
let store: StoreWriter;
let extractor: Extractor;
beforeEach(async () => {
  inbox = mkdtempSync(path.join(os.tmpdir(), 'askbox-ingest-'));
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'askbox-ingest-data-'));
  const config = parseConfig({ ASKBOX_INBOX: inbox, ASKBOX_DATA: dataDir }, dataDir);
  ledger = new Ledger(config.ledgerFile);
  store = await openStoreWriter(config);
  extractor = openExtractor();
});
afterEach(async () => {
  await extractor[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  ledger[Symbol.dispose]();
  for (const folder of [inbox, dataDir]) rmSync(folder, { recursive: true, force: true });
});

async function read(afterMs: number): Promise<LedgerDocument | undefined> {
  const { files } = await scanInbox(inbox, () => SCANNED_AT_MS);
  const [file] = files.values();
  ledger.apply([{ type: 'observe', file: file!, quietMs: 0 }], SCANNED_AT_MS);
  ledger.apply([{ type: 'settle', path: file!.path }], SCANNED_AT_MS);
  return readQueued(afterMs);
}

/** Reads the only document, which is in the queue. */
async function readQueued(afterMs: number): Promise<LedgerDocument | undefined> {
  const [document] = ledger.documents();
  const now = (): number => SCANNED_AT_MS + afterMs;
  const rest = {
    maxFileBytes: 1e6,
    recognizesText: true,
    settings: { readsHidden: false },
    recognizedPages: openRecognizedPages(path.join(dataDir, 'recognized'), silentLog),
    fetchLink: null,
    onPageFetched: () => {},
    racyMs: RACY_MS,
    firstCpuLimitMs: FIRST_CPU_LIMIT_MS,
    now,
    inWork: new Map(),
    onProgress: () => {},
  };
  const parts = { inbox, ledger, store, extractor, ...rest };
  expect(await ingest(document!, parts, new AbortController().signal)).toBe(true);
  return ledger.find(document!.path);
}

/** Brings every file of the inbox into the queue. */
async function queueAll(): Promise<void> {
  const { files } = await scanInbox(inbox, () => SCANNED_AT_MS);
  for (const file of files.values()) {
    ledger.apply([{ type: 'observe', file, quietMs: 0 }], SCANNED_AT_MS);
    ledger.apply([{ type: 'settle', path: file.path }], SCANNED_AT_MS);
  }
}

/** Reads a file this long after it was scanned. @returns whether its signature is trusted from then on. */
const isTrustedWhenRead = async (afterMs: number): Promise<boolean | undefined> => (await read(afterMs))?.isTrusted;

it('trusts the signature of a file only when it was unchanged for longer than the granularity of file times', async () => {
  writeFileSync(path.join(inbox, 'a.md'), 'Uma nota.');
  expect(await isTrustedWhenRead(RACY_MS)).toBe(false);
  expect(await isTrustedWhenRead(RACY_MS + 1)).toBe(true);
});

it('does not read a file over the limit, not even for its hash', async () => {
  writeFileSync(path.join(inbox, 'disco.img'), '');
  truncateSync(path.join(inbox, 'disco.img'), 1e6 + 1);
  await expect(isTrustedWhenRead(RACY_MS)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect(ledger.find('disco.img')?.bytesSha256).toBeNull();
});

it('lets other work run while it stores a long document', async () => {
  const paragraphs = Array.from({ length: 500 }, (_, n) => `Parágrafo ${n}. ${`palavra${n} `.repeat(140)}`);
  writeFileSync(path.join(inbox, 'longo.md'), paragraphs.join('\n\n'));
  let isBetween = false;
  let batches = 0;
  let batchesBetween = 0;
  const real = store;
  store = replacing(real, {
    putChunks: (...input) => {
      batches += 1;
      if (isBetween) batchesBetween += 1;
      isBetween = false;
      setImmediate(() => (isBetween = true));
      return real.putChunks(...input);
    },
  });
  expect((await read(0))?.state).toBe('READY');
  expect(batches).toBeGreaterThan(5);
  expect(batchesBetween).toBe(batches - 1);
  store = real;
});

it('reads and stores copies of one content once, although two lanes take them at the same time', async () => {
  for (const name of ['um.md', 'dois.md']) writeFileSync(path.join(inbox, name), 'A mesma nota.');
  await queueAll();
  let [reads, puts] = [0, 0];
  const real = { store, extractor };
  const counting = {
    extractor: replacing(real.extractor, { read: (...input) => ((reads += 1), real.extractor.read(...input)) }),
    store: replacing(real.store, { putChunks: (...input) => ((puts += 1), real.store.putChunks(...input)) }),
  };
  const now = (): number => SCANNED_AT_MS;
  const shared = {
    inbox,
    ledger,
    maxFileBytes: 1e6,
    recognizesText: true,
    settings: { readsHidden: false },
    recognizedPages: openRecognizedPages(path.join(dataDir, 'recognized'), silentLog),
    fetchLink: null,
    onPageFetched: () => {},
    racyMs: RACY_MS,
    firstCpuLimitMs: FIRST_CPU_LIMIT_MS,
    now,
    inWork: new Map(),
    onProgress: () => {},
  };
  const { signal } = new AbortController();
  const ready = await Promise.all(
    ['um.md', 'dois.md'].map((name) => ingest(ledger.find(name)!, { ...shared, ...counting }, signal)),
  );
  expect({ ready, reads, puts }).toEqual({ ready: [true, true], reads: 1, puts: 1 });
});

it('is ready without its scans first, then with them, and keeps them searchable while it is read again', async () => {
  writeFileSync(path.join(inbox, 'a.md'), 'Um texto.');
  const real = extractor;
  const modes: unknown[] = [];
  extractor = replacing(real, {
    async read(file, options) {
      modes.push(file.ocr);
      const reading = await real.read(file, options);
      const warnings = [{ code: 'READ_BY_OCR', count: 1, message: 'page 1' }] as const;
      return file.ocr === 'later'
        ? { ...reading, isPartial: true }
        : { ...reading, content: { ...reading.content, warnings } };
    },
  });
  const partial = await read(0);
  expect(partial).toMatchObject({ state: 'READY', attempts: 1 });
  expect([ledger.queue.nextToReadAgain(SCANNED_AT_MS)?.path, ledger.queue.countUnfinished()]).toEqual(['a.md', 1]);
  const whole = await readQueued(0);
  expect(whole).toMatchObject({ state: 'READY', attempts: 0 });
  expect(whole?.liveContentId).not.toBe(partial?.liveContentId);
  expect([ledger.queue.nextToReadAgain(SCANNED_AT_MS), ledger.queue.countUnfinished()]).toEqual([undefined, 0]);

  ledger.queue.reread([whole!]);
  await expect(readQueued(0)).rejects.toBeInstanceOf(OcrPostponed);
  expect(ledger.find('a.md')?.liveContentId).toBe(whole?.liveContentId);
  ledger.putBack(ledger.find('a.md')!, null, 1);
  expect(await readQueued(0)).toMatchObject({ state: 'READY', liveContentId: whole?.liveContentId });
  expect(modes).toEqual(['later', 'now', 'later', 'now']);
  extractor = real;
});

it('lets a lane that waits for a copy be stopped', async () => {
  for (const name of ['um.md', 'dois.md']) writeFileSync(path.join(inbox, name), 'A mesma nota.');
  await queueAll();
  const real = extractor;
  const hanging = replacing(real, { read: (_file, { signal }) => raceAbort(new Promise<never>(() => {}), signal) });
  const now = (): number => SCANNED_AT_MS;
  const parts = {
    inbox,
    ledger,
    store,
    extractor: hanging,
    maxFileBytes: 1e6,
    recognizesText: true,
    settings: { readsHidden: false },
    recognizedPages: openRecognizedPages(path.join(dataDir, 'recognized'), silentLog),
    fetchLink: null,
    onPageFetched: () => {},
    racyMs: RACY_MS,
    firstCpuLimitMs: FIRST_CPU_LIMIT_MS,
    now,
    inWork: new Map(),
    onProgress: () => {},
  };
  const stop = new AbortController();
  const lanes = ['um.md', 'dois.md'].map((name) => ingest(ledger.find(name)!, parts, stop.signal));
  const reason = new Error('the watcher is stopping');
  await vi.waitFor(() => expect(ledger.find('dois.md')?.contentId).not.toBeNull());
  stop.abort(reason);
  for (const lane of lanes) await expect(lane).rejects.toBe(reason);
});

it('gives a file little CPU time at first and, after the extractor has died over it, twice as much each time', async () => {
  const limits: number[] = [];
  const real = extractor;
  extractor = replacing(real, {
    read: (file, options) => {
      limits.push(options.cpuLimitMs);
      return Promise.reject(new ExtractorDied('TIMEOUT', file.path, 'it took too long'));
    },
  });
  writeFileSync(path.join(inbox, 'a.md'), 'x'.repeat(500_000));
  await expect(read(0)).rejects.toMatchObject({ code: 'TIMEOUT' });
  for (const attempts of [1, 2]) {
    ledger.putBack(ledger.find('a.md')!, null, attempts);
    await expect(readQueued(0)).rejects.toMatchObject({ code: 'TIMEOUT' });
  }
  expect(limits).toEqual([FIRST_CPU_LIMIT_MS + 500, 30_100, 60_200]);
  extractor = real;
});

it('leaves text recognition to the second attempt, and reads what has text without it in the last', async () => {
  const modes: unknown[] = [];
  const real = extractor;
  extractor = replacing(real, {
    read: (file) => {
      modes.push(file.ocr);
      return Promise.reject(new ExtractorDied('TIMEOUT', file.path, 'it took too long'));
    },
  });
  writeFileSync(path.join(inbox, 'a.md'), 'Uma nota.');
  await expect(read(0)).rejects.toMatchObject({ code: 'TIMEOUT' });
  for (const attempts of [1, 2]) {
    ledger.putBack(ledger.find('a.md')!, null, attempts);
    await expect(readQueued(0)).rejects.toMatchObject({ code: 'TIMEOUT' });
  }
  expect(modes).toEqual(['later', 'now', 'failed']);
  extractor = real;
});

it('has a copy of what the extractor has died over wait where that waits, without reading it', async () => {
  for (const name of ['um.md', 'dois.md', 'outro.md']) {
    writeFileSync(path.join(inbox, name), name === 'outro.md' ? 'Outra nota.' : 'A mesma nota.');
  }
  await queueAll();
  const parts = {
    inbox,
    ledger,
    store,
    extractor: replacing(extractor, {
      read: (file) => Promise.reject(new ExtractorDied('TIMEOUT', file.path, 'it took too long')),
    }),
    maxFileBytes: 1e6,
    recognizesText: true,
    settings: { readsHidden: false },
    recognizedPages: openRecognizedPages(path.join(dataDir, 'recognized'), silentLog),
    fetchLink: null,
    onPageFetched: () => {},
    racyMs: RACY_MS,
    firstCpuLimitMs: FIRST_CPU_LIMIT_MS,
    now: () => SCANNED_AT_MS,
    inWork: new Map(),
    onProgress: () => {},
  };
  const { signal } = new AbortController();
  const ingestNow = (name: string): Promise<boolean> => ingest(ledger.find(name)!, parts, signal);
  const first = ledger.find('um.md')!;
  await expect(ingestNow('um.md')).rejects.toMatchObject({ code: 'TIMEOUT' });
  ledger.putBack(first, null, 1);
  expect(await ingestNow('dois.md')).toBe(false);
  expect(ledger.find('dois.md')).toMatchObject({ state: 'STABLE', attempts: 1 });
  await expect(ingestNow('outro.md')).rejects.toMatchObject({ code: 'TIMEOUT' });

  await expect(ingestNow('um.md')).rejects.toMatchObject({ code: 'TIMEOUT' });
  ledger.failed(first, { code: 'TIMEOUT', message: 'it took too long', retryMs: null }, 3);
  expect(await ingestNow('dois.md')).toBe(false);
  expect(ledger.find('dois.md')).toMatchObject({ state: 'STABLE', attempts: 2 }); // one is left
  await expect(ingestNow('dois.md')).rejects.toMatchObject({ code: 'TIMEOUT' });
});
