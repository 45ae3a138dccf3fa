import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { chooseEmbedder, installedEmbedders } from './choose-embedder.ts';
import { readEmbedderFolder } from './embedder-folder.ts';
import { EmbeddersInUse } from './embedders-in-use.ts';
import { writeTinyEmbedder } from './testing/tiny-onnx.ts';

let modelsDir: string;

beforeEach(() => {
  modelsDir = mkdtempSync(path.join(os.tmpdir(), 'askbox-choose-'));
});
afterEach(() => rmSync(modelsDir, { recursive: true }));

const choose = (embedder = 'auto') => chooseEmbedder({ embedder, modelsDir });

it('takes what looks like an embedder, the first by name, and the one that is named before that', () => {
  expect(choose()).toMatchObject({ folder: null, message: expect.stringContaining('npm run models -- pull') });
  const [a, b] = [path.join(modelsDir, 'a'), path.join(modelsDir, 'b')];
  writeTinyEmbedder(b);
  expect(choose().folder).toBe(b);
  writeTinyEmbedder(a);
  expect(choose().folder).toBe(a);
  expect(choose(b).folder).toBe(b);
});

it('finds the name of a folder in the models folder, and never outside of it', () => {
  const imported = path.join(modelsDir, 'enpt-q8');
  writeTinyEmbedder(imported);
  writeTinyEmbedder(path.join(modelsDir, 'a'));
  expect(choose('enpt-q8').folder).toBe(imported);
  expect(choose('missing')).toMatchObject({
    folder: null,
    message: expect.stringContaining(`${path.join(modelsDir, 'missing')} or ${path.resolve('missing')}`),
  });
  const inside = { embedder: '..', modelsDir: path.join(imported, 'onnx') };
  expect(chooseEmbedder(inside).folder).toBeNull();
});

it('keeps the model whose vectors are there, whatever is added, copied or renamed', async () => {
  const [a, b] = [path.join(modelsDir, 'a'), path.join(modelsDir, 'b')];
  writeTinyEmbedder(b, { seed: 2 });
  const { spaceName } = await readEmbedderFolder(b, null);
  writeTinyEmbedder(a, { seed: 1 });
  const keep = async (spaces: readonly string[]): Promise<string | null> =>
    chooseEmbedder({ embedder: 'auto', modelsDir }, await inUse.find(installedEmbedders(modelsDir), spaces)).folder;
  const inUse = new EmbeddersInUse();
  expect(await keep([])).toBe(a);
  expect(await keep([spaceName])).toBe(b);
  expect(await keep(['gone@0123 q8', spaceName])).toBe(b);
  cpSync(b, path.join(modelsDir, 'aa'), { recursive: true });
  expect(await keep([spaceName])).toBe(b);
  // It is embedded again, but stays the model.
  writeFileSync(path.join(b, 'config_sentence_transformers.json'), '{"prompts":{"query":"q: "}}');
  rmSync(path.join(modelsDir, 'aa'), { recursive: true });
  expect(await keep([spaceName])).toBe(b);
  renameSync(b, path.join(modelsDir, 'z'));
  expect(await keep([spaceName])).toBe(path.join(modelsDir, 'z'));
  rmSync(path.join(modelsDir, 'z'), { recursive: true });
  expect(await keep([spaceName])).toBe(a);
});

it('passes over what cannot be read, and a models folder that is a file', () => {
  mkdirSync(path.join(modelsDir, 'a', 'config.json'), { recursive: true });
  mkdirSync(path.join(modelsDir, 'a', 'onnx'));
  writeFileSync(path.join(modelsDir, 'a', 'tokenizer.json'), '{}');
  expect(choose().folder).toBeNull();
  const file = path.join(modelsDir, 'a', 'tokenizer.json');
  expect(chooseEmbedder({ embedder: 'auto', modelsDir: file }).folder).toBeNull();
});

it('tells a model whose files are still coming from what it is then, whichever comes last', () => {
  writeTinyEmbedder(path.join(modelsDir, 'whole'), { pooling: 'mean' });
  const [whole, copy] = [path.join(modelsDir, 'whole'), path.join(modelsDir, 'copy')];
  const files = [
    'config.json',
    'tokenizer.json',
    'onnx/model_quantized.onnx',
    'tokenizer_config.json',
    '1_Pooling/config.json',
    'config_sentence_transformers.json',
  ];
  const stamps = files.map((file) => {
    cpSync(path.join(whole, file), path.join(copy, file), { preserveTimestamps: true });
    return choose(copy).stamp;
  });
  const onnx = path.join(copy, 'onnx/model_quantized.onnx');
  writeFileSync(onnx, readFileSync(onnx).subarray(1));
  stamps.push(choose(copy).stamp);
  // After the first two files it is not a model yet.
  expect(stamps.slice(0, 2)).toEqual([null, null]);
  expect(new Set(stamps.slice(2)).size).toBe(5);
});
