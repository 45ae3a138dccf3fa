import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { openStoreWriter } from '#shared/store/open-store.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { openExtractor, type Extractor } from './read/extractor.ts';
import { ingest } from './ingest.ts';
import { Ledger } from './ledger/ledger.ts';
import type { LedgerDocument } from './ledger/document.ts';
import { scanInbox } from './scan/scan-inbox.ts';
import { replacing } from './testing/running-loop.ts';

const RACY_MS = 2000;
const SCANNED_AT_MS = 1_000_000;

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
  const now = (): number => SCANNED_AT_MS + afterMs;
  const parts = { inbox, ledger, store, extractor, maxFileBytes: 1e6, racyMs: RACY_MS, now, onProgress: () => {} };
  expect(await ingest(ledger.find(file!.path)!, parts, new AbortController().signal)).toBe(true);
  return ledger.find(file!.path);
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
