import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { chooseEmbedder } from './choose-embedder.ts';
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
