import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { EmbedderChoice } from '#shared/embedder/choose-embedder.ts';
import type { Embedder } from '#shared/embedder/embedder.ts';
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import { writeTinyEmbedder } from '#shared/embedder/testing/tiny-onnx.ts';
import { silentLog } from '#shared/log.ts';
import { ModelError } from '#shared/models/model-error.ts';
import { openStoreReader } from '#shared/store/open-store.ts';
import type { StoreWriter, VectorSpaces } from '#shared/store/store.ts';
import { embedContents } from './embed-contents.ts';
import { EmbedLoop, type EmbedLoopParts } from './embed-loop.ts';
import { makeLoopFolders, WAIT, type LoopFolders, type RunningLoop } from '../testing/running-loop.ts';

let folders: LoopFolders;
let watcher: RunningLoop;
let store: StoreWriter;
let model: string;
let loop: EmbedLoop | undefined;
const faults: unknown[] = [];

beforeEach(async () => {
  stamp = 'first';
  folders = await makeLoopFolders();
  model = path.join(folders.config.dataDir, 'tiny');
  writeTinyEmbedder(model);
  watcher = await folders.start({ store: (opened) => (store = opened) });
});
afterEach(async () => {
  await loop?.[Symbol.asyncDispose]();
  loop = undefined;
  await folders[Symbol.asyncDispose]();
  for (const fault of faults.splice(0)) throw fault;
});

let stamp = 'first';
const choice = (): EmbedderChoice & { readonly folder: string } => ({ folder: model, known: null, stamp });
const open = ({ folder }: { readonly folder: string }): Promise<Embedder> =>
  openEmbedder(folder, { known: null, threads: 1 });
function start(opener: EmbedLoopParts['open'] = open, changes: Partial<EmbedLoopParts> = {}): void {
  const usual = {
    choose: async () => choice(),
    isChosen: (chosen: string) => chosen === stamp,
    open: opener,
    store,
    ledger: watcher.ledger,
    now: Date.now,
    log: silentLog,
  };
  const parts = { ...usual, ...changes };
  loop = new EmbedLoop(parts, (fault) => faults.push(fault));
}
const counts = () => watcher.ledger.embedding.count();
const untilRead = (count: number): Promise<void> => vi.waitFor(() => expect(counts().chunks).toBe(count), WAIT);
async function spaces(): Promise<VectorSpaces> {
  await using reader = await openStoreReader(folders.config);
  return await reader.spaces();
}

test('embeds what is there and what comes later, and says of each document how far it is', async () => {
  folders.drop('a.txt', 'O prazo é de trinta dias.');
  await untilRead(1);
  expect(counts()).toEqual({ chunks: 1, missing: 1 });
  start();
  await vi.waitFor(() => expect(counts()).toEqual({ chunks: 1, missing: 0 }), WAIT);
  folders.drop('b.txt', 'A multa é de dois por cento.');
  await vi.waitFor(() => expect(counts()).toEqual({ chunks: 2, missing: 0 }), WAIT);
  expect(await spaces()).toMatchObject({ embeddedShare: 1, filling: [] });
});

test('counts right again what a kill had stored and not counted', async () => {
  folders.drop('a.txt', 'O prazo é de trinta dias.');
  await untilRead(1);
  await using embedder = await open(choice());
  const parts = { store, embedder, onStored: () => {}, isOutdated: () => false };
  await embedContents(parts, new AbortController().signal);
  expect(counts()).toEqual({ chunks: 1, missing: 1 });
  start();
  await vi.waitFor(() => expect(counts()).toEqual({ chunks: 1, missing: 0 }), WAIT);
});

test('another model is searched once all of its vectors are there, and the first one is forgotten at the next start', async () => {
  folders.drop('a.txt', 'O prazo é de trinta dias.');
  await untilRead(1);
  start();
  await vi.waitFor(() => expect(counts().missing).toBe(0), WAIT);
  const before = (await spaces()).active;
  await loop?.[Symbol.asyncDispose]();

  writeTinyEmbedder(model, { seed: 7 });
  start();
  await vi.waitFor(async () => expect((await spaces()).active).not.toEqual(before), WAIT);
  expect(await spaces()).toMatchObject({ embeddedShare: 1, filling: [before] });
  await loop?.[Symbol.asyncDispose]();
  start();
  await vi.waitFor(async () => expect((await spaces()).filling).toEqual([]), WAIT);
});

test('a clock that was set back neither stops it nor makes it query the store without a pause', async () => {
  const passes = vi.spyOn(store, 'missingVectors');
  folders.drop('a.txt', 'O prazo é de trinta dias.');
  await untilRead(1);
  start(open, { now: () => Date.now() - 3_600_000 });
  await vi.waitFor(() => expect(counts()).toEqual({ chunks: 1, missing: 0 }), WAIT);
  folders.drop('b.txt', 'A multa é de dois por cento.');
  await vi.waitFor(() => expect(counts()).toEqual({ chunks: 2, missing: 0 }), WAIT);
  expect(passes.mock.calls.length).toBeLessThan(5);
});

test('a model that is refused is loaded again when its files have changed, and not before', async () => {
  const opened: string[] = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  start(() => {
    opened.push(stamp);
    return Promise.reject(new ModelError('MODEL_UNUSABLE', 'its ONNX file is cut short'));
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(opened).toEqual(['first']);
  stamp = 'second';
  await vi.advanceTimersByTimeAsync(60_000);
  expect(opened).toEqual(['first', 'second']);
});

test('a model that is wanted instead is taken up after the batch under way', async () => {
  const text = Array.from({ length: 200 }, (_, i) => `A cláusula ${i} trata do item ${i}. `.repeat(20)).join('\n\n');
  folders.drop('a.txt', text);
  await vi.waitFor(() => expect(counts().chunks).toBeGreaterThan(100), WAIT);
  let read = 0;
  const opened: string[] = [];
  start(async (chosen) => {
    opened.push(chosen.stamp);
    const embedder = await open(chosen);
    return {
      ...embedder,
      embed: (texts, kind, signal) => {
        if (chosen.stamp === 'first') read += texts.length;
        stamp = 'second';
        return embedder.embed(texts, kind, signal);
      },
    };
  });
  await vi.waitFor(() => expect(counts().missing).toBe(0), WAIT);
  expect(opened).toEqual(['first', 'second']);
  expect(read).toBe(32);
});

test('a fault that nothing expects is handed on, once', async () => {
  start(() => Promise.reject(new Error('a fault')));
  await vi.waitFor(() => expect(faults).toEqual([new Error('a fault')]), WAIT);
  faults.length = 0;
});
