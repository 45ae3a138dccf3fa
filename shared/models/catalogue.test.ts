import { expect, it } from 'vitest';
import { CATALOGUE, DEFAULT_EMBEDDER, GENERATORS, LLAMA_1B, LLAMA_3B, LLAMA_8B } from './catalogue.ts';
import { LLAMA_1B_ROW, LLAMA_3B_ROW, LLAMA_8B_ROW, OTHER_GENERATORS } from './known/generators.ts';
import { findModel } from './find-model.ts';
import { parseHubUri } from './hub-uri.ts';
import { recommendGenerator } from './recommend-generator.ts';

const GB = 1e9;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

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
  ['hf:ggml-org/gemma-4-E4B-it-GGUF:Q4_0', GENERATORS.find(({ name }) => name === 'gemma-4-e4b')],
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

it('each language model names where its row was copied from, and fits into what it is said to need', () => {
  for (const { name, sources, family, sha256, revision } of [
    LLAMA_8B_ROW,
    LLAMA_3B_ROW,
    LLAMA_1B_ROW,
    ...OTHER_GENERATORS,
  ]) {
    expect([name, [...sources, ...family.sources].filter((source) => !source.startsWith('https://'))]).toEqual([
      name,
      [],
    ]);
    expect([name, sources.length > 0, family.sources.length > 0]).toEqual([name, true, true]);
    expect([name, sha256 ?? 'unknown', revision]).toEqual([
      name,
      expect.stringMatching(/^([0-9a-f]{64}|unknown)$/),
      expect.stringMatching(/^[0-9a-f]{40}$/),
    ]);
    // A digest is believed only where two sources agree, in different repositories.
    const repositories = new Set(sources.map((source) => source.split('/').slice(0, 5).join('/')));
    expect([name, sha256 === null || repositories.size >= 2]).toEqual([name, true]);
  }
  for (const { name, about, sizeBytes } of GENERATORS) {
    expect([name, about!.memoryBytes > sizeBytes, about!.memoryBytes < 12 * GB]).toEqual([name, true, true]);
  }
});

it('the memory of a Llama agrees with what was measured and computed', () => {
  // Measured: the whole 8B with one answer at a time took 5.8 GiB of a card, with two 6.3.
  expect(LLAMA_8B.about!.memoryBytes).toBeGreaterThan(5.8 * GIB);
  expect(LLAMA_8B.about!.memoryBytes).toBeLessThan(1.05 * 6.3 * GIB);
  // Computed from its header: 2.0 GB of weights, 4,096 tokens of 112 KiB, and the buffers.
  expect(LLAMA_3B.about!.memoryBytes / (LLAMA_3B.sizeBytes + 4096 * 112 * 1024 + 0.8 * GB)).toBeCloseTo(1, 1);
});

// A card says a little less than its name: 8 GB are 8,188 MiB.
it.each([
  ['a card of 24 GB', { gpuBytes: 24 * GIB, freeBytes: 16 * GB }, LLAMA_8B, 'GPU'],
  ['a card of 12 GB', { gpuBytes: 12 * GIB, freeBytes: 4 * GB }, LLAMA_8B, 'GPU'],
  ['a card of 8 GB', { gpuBytes: 8188 * MIB, freeBytes: 4 * GB }, LLAMA_8B, 'GPU'],
  ['a card of 7 GB', { gpuBytes: 7 * GIB, freeBytes: 4 * GB }, LLAMA_3B, 'GPU'],
  ['a card of 4 GB', { gpuBytes: 4 * GIB, freeBytes: 4 * GB }, LLAMA_3B, 'GPU'],
  ['a card of 3 GB', { gpuBytes: 3 * GIB, freeBytes: 4 * GB }, LLAMA_1B, 'GPU'],
  ['a card of 2 GB, of which the screen needs a part', { gpuBytes: 2 * GIB, freeBytes: 16 * GB }, LLAMA_3B, 'CPU'],
  ['64 GB of memory', { gpuBytes: 0, freeBytes: 64 * GB }, LLAMA_3B, 'CPU'],
  ['8 GB of memory', { gpuBytes: 0, freeBytes: 8 * GB }, LLAMA_3B, 'CPU'],
  ['7.7 GB of memory', { gpuBytes: 0, freeBytes: 7.7 * GB }, LLAMA_1B, 'CPU'],
  ['1 GB of memory', { gpuBytes: 0, freeBytes: 1 * GB }, LLAMA_1B, 'CPU'],
])('with %s, the largest model for Portuguese that runs well is recommended', (_, hardware, model, on) => {
  const memoryBytes = on === 'GPU' ? hardware.gpuBytes : hardware.freeBytes;
  expect(recommendGenerator(hardware)).toMatchObject({ model, on, memoryBytes });
});

it('who cannot accept the licence of a Llama is told the largest model under an open one', () => {
  const openFor = (gpuBytes: number, freeBytes: number) => recommendGenerator({ gpuBytes, freeBytes }).openModel?.name;
  expect(openFor(0, 16 * GB)).toBe('qwen3-4b-2507');
  expect(openFor(0, 7 * GB)).toBe('smollm2-1.7b');
  expect(openFor(0, 6 * GB)).toBeUndefined();
  expect(openFor(12 * GIB, 0)).toBe('qwen3-4b-2507');
});
