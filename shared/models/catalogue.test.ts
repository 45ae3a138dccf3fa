import { expect, it } from 'vitest';
import { CATALOGUE, DEFAULT_EMBEDDER, LLAMA_1B, LLAMA_3B, LLAMA_8B } from './catalogue.ts';
import { findModel } from './find-model.ts';
import { parseHubUri } from './hub-uri.ts';
import { recommendGenerator } from './recommend-generator.ts';

const GB = 1e9;

it('the catalogue names each model once, and its sizes are the sums of those of the files', () => {
  expect(new Set(CATALOGUE.map(({ name }) => name.toLowerCase())).size).toBe(CATALOGUE.length);
  const measured = CATALOGUE.filter(({ files }) => files.every((file) => file.sizeBytes !== null));
  expect(measured.length).toBeGreaterThanOrEqual(4);
  for (const { files, sizeBytes } of measured) {
    expect(files.reduce((sum, file) => sum + (file.sizeBytes ?? 0), 0)).toBe(sizeBytes);
  }
});

it('the model that is pulled without asking is pinned to the byte', () => {
  expect(DEFAULT_EMBEDDER.licence).toBe('MIT');
  expect(DEFAULT_EMBEDDER.files.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256 ?? ''))).toBe(true);
});

it.each([
  ['multilingual-e5-small', DEFAULT_EMBEDDER],
  ['Xenova/Multilingual-E5-Small', DEFAULT_EMBEDDER],
  ['hf:bartowski/Llama-3.2-1B-Instruct-GGUF:q4_k_m', LLAMA_1B],
  ['hf:bartowski/Llama-3.2-1B-Instruct-GGUF/Llama-3.2-1B-Instruct-Q4_K_M.gguf', LLAMA_1B],
  ['llama', undefined],
])('%s names what people mean by it', (name, model) => {
  expect(findModel(name)).toBe(model);
});

it('a URI has one path in the models folder, and never one outside of it', () => {
  expect(parseHubUri('hf:user/Model-GGUF:Q4_K_M')?.fileName).toBe('user_Model-Q4_K_M.gguf');
  expect(parseHubUri('hf:user/repo/sub/file.gguf')?.fileName).toBe('user_repo_sub_file.gguf');
  for (const uri of [
    'user/repo:Q4',
    'hf:user',
    'hf:../repo:Q4',
    'hf:user/repo/../x.gguf',
    'hf:user/repo/x.bin',
    'hf:u/r:../q',
  ]) {
    expect(parseHubUri(uri)).toBeUndefined();
  }
});

it.each([
  [{ gpuBytes: 12 * GB, freeBytes: 4 * GB }, LLAMA_8B, 'a GPU with 12 GB'],
  [{ gpuBytes: 8 * GB, freeBytes: 16 * GB }, LLAMA_3B, '16.0 GB of memory is free'],
  [{ gpuBytes: 0, freeBytes: 8 * GB }, LLAMA_3B, '8.0 GB of memory is free'],
  [{ gpuBytes: 0, freeBytes: 7.9 * GB }, LLAMA_1B, '7.9 GB of memory is free, and the next larger one needs 8 GB'],
])('of the Llamas, the largest that the hardware %j runs well is recommended', (hardware, model, words) => {
  expect(recommendGenerator(hardware)).toEqual({ model, reason: expect.stringContaining(words) });
});
