import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import type { Embedded, Embedder } from '#shared/embedder/embedder.ts';
import { openEmbedder } from '#shared/embedder/open-embedder.ts';
import { writeTinyEmbedder } from '#shared/embedder/testing/tiny-onnx.ts';
import { ModelError } from '#shared/models/model-error.ts';
import { randomNumbers } from '#shared/testing/random-numbers.ts';
import { openStoreWriter } from '#shared/store/open-store.ts';
import { makeContent, makeDocument, store as storeAndPublish } from '#shared/store/testing/contents.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { embeddedTextHashOf, embeddedTextOf } from '#shared/text/embedded-text.ts';
import { chunk } from '../read/chunk/chunk.ts';
import { embedContents, type EmbedContentsParts } from './embed-contents.ts';
import { extractMarkdown } from '../read/extract/markdown.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-embed-'));
let tiny: Embedder;
let store: StoreWriter;
/** All texts that were given to the model. */
let read: string[];
let embedder: Embedder;

beforeAll(async () => {
  writeTinyEmbedder(path.join(folder, 'tiny'));
  tiny = await openEmbedder(path.join(folder, 'tiny'), { known: null, threads: 1 });
});
afterAll(async () => {
  await tiny[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  store = await openStoreWriter(parseConfig({ ASKBOX_DATA: mkdtempSync(path.join(folder, 'data-')) }, folder));
  read = [];
  embedder = {
    model: tiny.model,
    space: tiny.space,
    makesVectorsOf: tiny.makesVectorsOf,
    embed: (texts, kind, signal): Promise<Embedded> => {
      read.push(...texts);
      return tiny.embed(texts, kind, signal);
    },
    [Symbol.asyncDispose]: async () => {},
  };
  return () => store[Symbol.asyncDispose]();
});

const signal = new AbortController().signal;
const embed = (changes: Partial<EmbedContentsParts> = {}): ReturnType<typeof embedContents> =>
  embedContents({ store, embedder, onStored: () => {}, isOutdated: () => false, ...changes }, signal);
const missingCount = async (): Promise<number> => (await Array.fromAsync(store.missingVectors(tiny.space))).length;

test('every published chunk gets a vector, those of the newest document first', async () => {
  await storeAndPublish(store, 'a.txt', makeContent('a', ['velho um. ', 'velho dois.'], { title: 'Contrato' }), 1);
  await storeAndPublish(store, 'b.txt', makeContent('b', ['novo.'], { headings: ['Prazo', 'Multa'] }), 2);
  const stored: [string, number][] = [];
  const pass = await embed({ onStored: (content, chunks) => stored.push([content, chunks]) });
  expect(pass).toEqual({ embedded: 3, reused: 0, windowed: 0, refused: 0, isComplete: true });
  expect(read).toEqual(['Prazo > Multa\nnovo.', 'Contrato\nvelho um. ', 'Contrato\nvelho dois.']);
  expect(stored).toEqual([
    [makeContent('b', []).summary.id, 1],
    [makeContent('a', []).summary.id, 2],
  ]);
  expect(await missingCount()).toBe(0);
});

test('a text that the model fails at costs its own vector only, and is tried again by the next pass', async () => {
  const texts = Array.from({ length: 40 }, (_, n) => `texto ${n}.`);
  await storeAndPublish(store, 'a.txt', makeContent('a', texts), 1);
  let refusing = ['texto 3.', 'texto 39.'];
  const failing: Embedder = {
    ...embedder,
    embed: (given, kind) =>
      given.some((text) => refusing.includes(text))
        ? Promise.reject(new ModelError('MODEL_UNUSABLE', 'it gave a vector without a direction'))
        : tiny.embed(given, kind),
  };
  let stored = 0;
  const onStored = (_content: unknown, chunks: number): void => void (stored += chunks);
  expect(await embed({ embedder: failing, onStored })).toMatchObject({ refused: 2, isComplete: true });
  expect([stored, await missingCount()]).toEqual([38, 2]);
  refusing = [];
  expect(await embed({ embedder: failing, onStored })).toMatchObject({ embedded: 2, refused: 0 });
  expect([stored, await missingCount()]).toEqual([40, 0]);
});

test('a model that fails at everything is no fault of the texts', async () => {
  await storeAndPublish(store, 'a.txt', makeContent('a', ['um.', 'dois.']), 1);
  const fault = new ModelError('MODEL_UNUSABLE', 'the thread of the model ended');
  const broken: Embedder = { ...embedder, embed: () => Promise.reject(fault) };
  await expect(embed({ embedder: broken })).rejects.toBe(fault);
  expect(await missingCount()).toBe(2);
});

test('vectors of a space that only has an earlier name are copied, and those of another model are not', async () => {
  await storeAndPublish(store, 'a.txt', makeContent('a', ['um.', 'dois.']), 1);
  const { summary } = makeContent('a', ['um.', 'dois.']);
  const vector = (await tiny.embed(['um.'], 'passage')).vectors[0]!;
  // As it was named before pooling and tokenizer were part of the name, and another model of the same length.
  const earlier = { ...tiny.space, name: tiny.space.name.replace(/ MEAN [\da-f]{16} /, ' ') };
  const other = { ...tiny.space, name: 'tiny@0123456789abcdef q8 "query: " "passage: "' };
  await store.putVectors(other, summary.id, [{ ordinal: 1, vector }]);
  await store.putVectors(earlier, summary.id, [{ ordinal: 0, vector }]);
  expect(await embed()).toMatchObject({ embedded: 1, reused: 1, isComplete: true });
  expect(read).toEqual(['dois.']);
  expect(await missingCount()).toBe(0);
});

test('a text is embedded once, however many files and versions contain it', async () => {
  await storeAndPublish(store, 'a.txt', makeContent('a', ['igual.', 'velho.']), 1);
  await storeAndPublish(store, 'b.txt', makeContent('b', ['igual.']), 2);
  await embed();
  expect(read.toSorted()).toEqual(['igual.', 'velho.']);
  await storeAndPublish(store, 'a.txt', makeContent('a2', ['igual.', 'novo.']), 3);
  await storeAndPublish(store, 'copia.txt', makeContent('b', ['igual.']), 4);
  read = [];
  expect(await embed()).toMatchObject({ embedded: 1, reused: 1 });
  expect(read).toEqual(['novo.']);
});

test('a thousand renames cost no embedding', async () => {
  const content = makeContent('a', ['um.', 'dois.']);
  await storeAndPublish(store, '0.txt', content, 1);
  await embed();
  read = [];
  for (let i = 1; i <= 1000; i++) {
    await store.publish(makeDocument(`${i}.txt`, content), 2 * i);
    await store.unpublish(`${i - 1}.txt`, 2 * i + 1);
  }
  expect(await embed()).toMatchObject({ embedded: 0, reused: 0, isComplete: true });
  expect(read).toEqual([]);
});

test('stops for newer documents after the current batch, and continues where it stopped', async () => {
  const parts = Array.from({ length: 70 }, (_, i) => `trecho ${i}. `);
  await storeAndPublish(store, 'a.txt', makeContent('a', parts), 1);
  expect(await embed({ isOutdated: () => true })).toMatchObject({ embedded: 32, isComplete: false });
  await storeAndPublish(store, 'b.txt', makeContent('b', ['novo.']), 2);
  read = [];
  expect(await embed()).toMatchObject({ embedded: 39, isComplete: true });
  expect(read[0]).toBe('novo.');
});

test('one sentence edited in a file of a hundred chunks: few are embedded again, whichever it is', () => {
  const random = randomNumbers(7);
  const words = (): string => Array.from({ length: 12 }, () => `pa${Math.floor(random() * 5000)}`).join(' ');
  const paragraphs = Array.from({ length: 130 }, (_, i) => {
    const sentences = Array.from({ length: 3 + (i % 6) }, () => `${words()}.`);
    return i % 10 === 0 ? [`# Seção ${i / 10}`] : sentences;
  });
  const hashesOf = (blocks: readonly (readonly string[])[]): readonly string[] => {
    const text = blocks.map((sentences) => sentences.join(' ')).join('\n\n');
    const drafts = chunk(extractMarkdown({ path: 'a.md', bytes: Buffer.from(text) }));
    return drafts.map(({ headings, text }) => embeddedTextHashOf({ title: 'Título', headings, text }));
  };
  const known = new Set(hashesOf(paragraphs));
  expect(known.size).toBeGreaterThan(80);

  const costs = paragraphs.flatMap((sentences, block) =>
    sentences[0]!.startsWith('#')
      ? []
      : sentences.map((_, sentence) => {
          const edited = paragraphs.with(block, sentences.with(sentence, 'Esta frase agora diz outra coisa.'));
          return hashesOf(edited).filter((hash) => !known.has(hash)).length;
        }),
  );
  costs.sort((a, b) => a - b);
  expect(costs[Math.floor(costs.length / 2)]).toBeLessThanOrEqual(3);
  expect(costs.at(-1)).toBeLessThanOrEqual(6);
});

test('a heading or a title is embedded with the text under it, once if both are the same', () => {
  expect(embeddedTextOf({ title: null, headings: [], text: 'só isto' })).toBe('só isto');
  expect(embeddedTextOf({ title: 'Lei', headings: ['Lei', 'Art. 1'], text: 'texto' })).toBe('Lei > Art. 1\ntexto');
  expect(embeddedTextOf({ title: null, headings: [], text: 'Prazo ......... 12\nE . . . . . . 3...' })).toBe(
    'Prazo … 12\nE … 3...',
  );
  const words = { title: 'Lei', headings: ['Art. 1'], text: 'texto' };
  const hash = embeddedTextHashOf(words);
  expect(embeddedTextHashOf({ ...words, title: 'Lei nova' })).not.toBe(hash);
  expect(embeddedTextHashOf({ ...words, headings: ['Art. 2'] })).not.toBe(hash);
  expect(embeddedTextHashOf({ ...words, text: 'outro' })).not.toBe(hash);
});
