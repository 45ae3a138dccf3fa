import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseEmbedder } from '#shared/embedder/choose-embedder.ts';
import { writeTinyEmbedder } from '#shared/embedder/testing/tiny-onnx.ts';
import type { KnownReranker } from '#shared/models/catalogue.ts';
import { openReranker } from './open-reranker.ts';
import type { Reranker } from './reranker.ts';
import { type TinyReranker, writeTinyReranker } from '../testing/tiny-reranker.ts';

const QUESTION = 'Qual é a multa por atraso?';
const ANSWER = 'A multa por atraso é de dois por cento.';
const OTHER = 'O bolo leva farinha, ovos e leite.';

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'askbox-reranker-'));
  folder = path.join(root, 'tiny');
});

afterEach(() => rm(root, { recursive: true }));

const open = (known: KnownReranker | null = null): Promise<Reranker> => openReranker(folder, { known, threads: 1 });

async function openTiny(options?: TinyReranker): Promise<Reranker> {
  writeTinyReranker(folder, options);
  return open();
}

const unusable = (reason: string) => ({ code: 'MODEL_UNUSABLE', message: expect.stringContaining(reason) });

describe('the ONNX reranker', () => {
  it('scores a passage that answers above one that does not, both between 0 and 1', async () => {
    await using reranker = await openTiny();
    const [answer, other] = [await reranker.score(QUESTION, ANSWER), await reranker.score(QUESTION, OTHER)];
    expect(answer).toBeLessThanOrEqual(1);
    expect(answer).toBeGreaterThan(other);
    expect(other).toBeGreaterThanOrEqual(0);
  });

  it('tells the question from the passage', async () => {
    await using reranker = await openTiny();
    expect(await reranker.score('multa', 'multa de mora')).toBeGreaterThan(
      await reranker.score('multa de mora', 'multa'),
    );
  });

  it('answers 20 pairs at once in their order, each with its own score', async () => {
    await using reranker = await openTiny();
    const passages = Array.from({ length: 20 }, (_, i) => `${OTHER} ${ANSWER.slice(0, i * 2)}`);
    const answered: number[] = [];
    const scores = await Promise.all(
      passages.map(async (passage, i) => {
        const score = await reranker.score(QUESTION, passage);
        answered.push(i);
        return score;
      }),
    );
    expect(answered).toEqual(passages.keys().toArray());
    for (const [i, passage] of passages.entries()) expect(await reranker.score(QUESTION, passage)).toBe(scores[i]);
    expect(new Set(scores).size).toBeGreaterThan(3);
  });

  it('reads an empty question and an empty passage', async () => {
    await using reranker = await openTiny();
    expect(await reranker.score('', '')).toBeGreaterThanOrEqual(0);
  });

  it('rejects what is aborted with the reason, before it began and while it scores, and drops the work', async () => {
    await using reranker = await openTiny({ windowTokens: 2048 });
    const reason = new Error('não interessa mais');
    await expect(reranker.score(QUESTION, ANSWER, AbortSignal.abort(reason))).rejects.toBe(reason);
    const stop = new AbortController();
    // Minutes of work that the next pair would have to wait for, were it not dropped.
    const pairs = Array.from({ length: 4000 }, () => reranker.score(QUESTION, 'multa '.repeat(2000), stop.signal));
    const all = Promise.allSettled(pairs);
    await pairs[0];
    stop.abort(reason);
    expect((await all).at(-1)).toEqual({ status: 'rejected', reason });
    expect(await reranker.score(QUESTION, ANSWER)).toBeGreaterThan(0);
  });

  it('is started again when its thread died, after it rejected what was under way', async () => {
    const started = Promise.withResolvers<Worker>();
    process.once('worker', started.resolve);
    await using reranker = await openTiny();
    const before = await reranker.score(QUESTION, ANSWER);
    const pending = Array.from({ length: 20 }, () => reranker.score(QUESTION, 'multa '.repeat(500)));
    // A message that the thread does not understand ends it.
    (await started.promise).postMessage(null);
    const ends = await Promise.allSettled([...pending, reranker.score(QUESTION, ANSWER)]);
    expect(ends.at(-1)).toMatchObject({
      status: 'rejected',
      reason: { code: 'MODEL_UNUSABLE', isRetryable: true },
    });
    expect(await reranker.score(QUESTION, ANSWER)).toBe(before);
  });

  it('rejects what is under way when it is disposed, once the runtime is out of its work, and every later call', async () => {
    const reranker = await openTiny({ windowTokens: 2048 });
    const pending = Array.from({ length: 100 }, () => reranker.score(QUESTION, 'multa '.repeat(2000)));
    const all = Promise.allSettled(pending);
    await pending[0];
    // Ending a thread inside the runtime would end the whole process.
    await reranker[Symbol.asyncDispose]();
    expect((await all).at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'MODEL_UNUSABLE' } });
    await expect(reranker.score(QUESTION, ANSWER)).rejects.toMatchObject({ code: 'MODEL_UNUSABLE' });
  });

  it('fails the pair that the runtime refuses, and no other', async () => {
    writeTinyReranker(folder);
    const file = path.join(folder, 'tokenizer.json');
    const tokenizer = JSON.parse(await readFile(file, 'utf8'));
    // Not a 64-bit integer, so the runtime rejects it.
    tokenizer.model.vocab.zebra = 0.5;
    await writeFile(file, JSON.stringify(tokenizer));
    await using reranker = await open();
    const [zebra, lion] = await Promise.allSettled(['zebra', 'leão'].map((text) => reranker.score(QUESTION, text)));
    expect(zebra).toMatchObject({ status: 'rejected', reason: { code: 'MODEL_UNUSABLE', isRetryable: false } });
    expect(lion).toMatchObject({ status: 'fulfilled' });
  });
});

describe('opening a reranker', () => {
  it('takes the file and the window of the catalogue for a model that it knows', async () => {
    writeTinyReranker(folder);
    const known: KnownReranker = {
      kind: 'RERANKING',
      name: 'tiny-reranker',
      repository: 'askbox/tiny-reranker',
      revision: 'abc123',
      files: [{ path: 'onnx/model_quantized.onnx', sizeBytes: null, sha256: null }],
      licence: 'MIT',
      sizeBytes: 1,
      dtype: 'q8',
      windowTokens: 16,
    };
    await using whole = await open();
    await using reranker = await open(known);
    expect(reranker.model).toBe('tiny-reranker');
    const passage = `${OTHER} ${OTHER} ${ANSWER}`;
    expect(await reranker.score('multa', passage)).toBeLessThan(await whole.score('multa', passage));
    await rm(path.join(folder, 'onnx'), { recursive: true });
    await expect(open(known)).rejects.toMatchObject({
      code: 'MODEL_MISSING',
      message: expect.stringContaining('npm run models -- pull tiny-reranker'),
    });
  });

  it('says that there is no model, what it lacks, or that a file was cut short', async () => {
    await expect(open()).rejects.toMatchObject({ code: 'MODEL_MISSING', message: expect.stringContaining(folder) });
    writeTinyReranker(folder);
    await truncate(path.join(folder, 'onnx/model_quantized.onnx'), 500);
    await expect(open()).rejects.toMatchObject(unusable('cut short'));
    await rm(path.join(folder, 'tokenizer.json'));
    await expect(open()).rejects.toMatchObject({
      code: 'MODEL_MISSING',
      message: expect.stringContaining('lacks tokenizer.json; copy a model'),
    });
  });

  it('refuses an embedder, a classifier of several classes, and a tokenizer that knows no pairs', async () => {
    writeTinyEmbedder(folder);
    await expect(open()).rejects.toMatchObject(unusable('it is not a reranker; copy a model'));
    writeTinyReranker(folder, { labels: 3 });
    await expect(open()).rejects.toMatchObject(unusable('3 numbers for a pair'));
    const file = path.join(folder, 'tokenizer.json');
    const tokenizer = JSON.parse(await readFile(file, 'utf8'));
    tokenizer.post_processor.pair = [];
    await writeFile(file, JSON.stringify(tokenizer));
    await expect(open()).rejects.toMatchObject(unusable('cannot encode pairs of texts'));
  });

  it('is not taken for an embedder', () => {
    writeTinyReranker(folder);
    expect(chooseEmbedder({ embedder: 'auto', modelsDir: root }).folder).toBeNull();
    writeTinyEmbedder(path.join(root, 'other'));
    expect(chooseEmbedder({ embedder: 'auto', modelsDir: root }).folder).toBe(path.join(root, 'other'));
  });
});
