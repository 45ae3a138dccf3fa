import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { DEFAULT_EMBEDDER, LLAMA_1B, LLAMA_3B } from '#shared/models/catalogue.ts';
import { tryLockModel } from '#shared/models/model-lock.ts';
import { writeTinyEmbedder } from '#shared/embedder/testing/tiny-onnx.ts';
import { silentLog } from '#shared/log.ts';
import { writeScriptedModel } from '../../tests/fixtures/tiny-llama.ts';
import { openEngines } from '../generate/engines/engines.ts';
import { openQuestionEmbedder } from '../models/question-embedder.ts';
import { openPassageScorer } from '../rerank/passage-scorer.ts';
import { openTestStore } from '../testing/running-api.ts';
import { writeTinyReranker } from '../testing/tiny-reranker.ts';
import { openModelPulls } from './model-pulls.ts';
import { listModels, type ListedModel } from './list-models.ts';

let opened: Awaited<ReturnType<typeof openTestStore>>;
beforeEach(async () => {
  opened = await openTestStore();
  mkdirSync(place());
});
afterEach(() => opened[Symbol.asyncDispose]());

const place = (...parts: string[]): string => path.join(opened.dir, 'models', ...parts);

/** Lists the models once all that can be loaded are, by their names. */
async function list(settings: Record<string, string> = {}): Promise<ReadonlyMap<string, ListedModel>> {
  const defaults = { ASKBOX_MODELS_DIR: place(), ASKBOX_THREADS: '1', ASKBOX_GPU: 'none', ASKBOX_CONTEXT: '1024' };
  const config = parseConfig({ ...defaults, ...settings }, opened.dir);
  await using engines = await openEngines(config, silentLog);
  await using questions = openQuestionEmbedder(config, opened.reader, silentLog);
  await using scorer = openPassageScorer(config, silentLog);
  await questions.firstCheck;
  await vi.waitFor(() => {
    expect([...engines.models(), scorer.model()].map((model) => model?.state)).not.toContain('LOADING');
  }, 25_000);
  await using pulls = openModelPulls(config, silentLog);
  const models = await listModels({ config, engines, questions, scorer, suggest: async () => LLAMA_3B, pulls });
  expect(new Set(models.map(({ name }) => name)).size).toBe(models.length);
  return new Map(models.map((model) => [model.name, model]));
}

test('without any model, those of the catalogue are MISSING, with licence and size', async () => {
  const models = await list();
  expect(new Set([...models.values()].map(({ state }) => state))).toEqual(new Set(['MISSING']));
  expect(models.get('llama-3.2-3b')).toEqual({
    name: 'llama-3.2-3b',
    kind: 'GENERATION',
    provider: 'LOCAL',
    state: 'MISSING',
    contextTokens: null,
    dimensions: null,
    default: false,
    suggested: true,
    licence: 'Llama 3.2 Community License',
    sizeBytes: 2_019_377_696,
    progress: null,
    error: null,
    notUsed: null,
  });
  expect(models.get('multilingual-e5-small')).toMatchObject({ dimensions: 384, contextTokens: 512, suggested: false });
});

test('what is loaded, what is not and what cannot be is told apart, also outside the models folder', async () => {
  writeScriptedModel(place('tiny.gguf'));
  writeFileSync(place('spare.gguf'), 'GGUF');
  writeTinyEmbedder(place('a'), { seed: 1 });
  writeTinyEmbedder(place('b'), { seed: 2 });
  truncateSync(place('b', 'onnx', 'model_quantized.onnx'), 1000);
  const reranker = path.join(opened.dir, 'elsewhere', 'orders');
  writeTinyReranker(reranker);
  const models = await list({
    ASKBOX_EMBEDDER: 'b',
    ASKBOX_RERANKER: reranker,
    ASKBOX_MODEL: place('tiny.gguf'),
    OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
  });
  const generator = { kind: 'GENERATION', provider: 'LOCAL', dimensions: null };
  expect(models.get('tiny')).toMatchObject({ ...generator, state: 'READY', contextTokens: 1024, default: true });
  expect(models.get('tiny')).toMatchObject({ notUsed: null });
  expect(models.get('spare')).toMatchObject({ ...generator, state: 'UNLOADED', sizeBytes: 4, default: false });
  expect(models.get('spare')).toMatchObject({ notUsed: expect.stringContaining('ASKBOX_MODEL names another one') });
  expect(models.get('a')).toMatchObject({ kind: 'EMBEDDING', state: 'UNLOADED', licence: null });
  expect(models.get('b')).toMatchObject({ state: 'FAILED', error: expect.stringContaining('cut short') });
  expect(models.get('orders')).toMatchObject({ kind: 'RERANKING', state: 'READY', default: true, error: null });
  expect(models.get('127.0.0.1:1')).toMatchObject({ provider: 'OPENAI_COMPATIBLE', state: 'READY', default: false });
});

test('a language model that lies in the folder says why it is not used', async () => {
  writeScriptedModel(place('tiny.gguf'));
  writeFileSync(place('copied.gguf'), 'GGUF');
  truncateSync(place('copied.gguf'), 10_000_000);
  writeTinyEmbedder(place('a'), { seed: 1 });
  const models = await list();
  expect(models.get('tiny')).toMatchObject({ state: 'READY', notUsed: null });
  expect(models.get('copied')).toMatchObject({ state: 'UNLOADED', notUsed: expect.stringContaining('copied.gguf') });
  expect(models.get('a')).toMatchObject({ notUsed: null });
  const remoteOnly = await list({ ASKBOX_GENERATOR_ORDER: 'quotes' });
  expect(remoteOnly.get('tiny')).toMatchObject({ notUsed: expect.stringContaining('ASKBOX_GENERATOR_ORDER') });
});

test('a split model is one, with the size of all its parts', async () => {
  for (const part of [1, 2, 3]) writeFileSync(place(`big-0000${part}-of-00003.gguf`), 'x'.repeat(part));
  const models = await list();
  expect(models.get('big-00001-of-00003')).toMatchObject({ state: 'UNLOADED', sizeBytes: 6 });
  expect([...models.keys()].filter((name) => name.startsWith('big'))).toHaveLength(1);
});

test('the embedder whose vectors are searched is the default', async () => {
  writeTinyEmbedder(place('a'), { seed: 1 });
  expect((await list()).get('a')).toMatchObject({ state: 'READY', dimensions: 64, default: false });
});

test('a part of a model says how much of it is here, and whether a process is downloading it', async () => {
  const modelPath = place(LLAMA_1B.fileName);
  mkdirSync(`${modelPath}.part`);
  const file = path.join(`${modelPath}.part`, 'x.part');
  writeFileSync(file, '');
  truncateSync(file, LLAMA_1B.sizeBytes / 4);
  expect((await list()).get('llama-3.2-1b')).toMatchObject({ state: 'MISSING', progress: 0.25 });
  using _lock = tryLockModel(modelPath);
  expect((await list()).get('llama-3.2-1b')).toMatchObject({ state: 'DOWNLOADING', progress: 0.25 });
});

test('a model that the settings name by its address on the hub is listed before it is here', async () => {
  const uri = 'hf:test/tiny:Q4_K_M';
  const models = await list({ ASKBOX_MODEL: uri });
  expect(models.get(uri)).toMatchObject({ kind: 'GENERATION', state: 'MISSING', sizeBytes: null });
  expect(models.size).toBe((await list()).size + 1);
  expect(DEFAULT_EMBEDDER.name).toBe([...models.keys()][0]);
});
