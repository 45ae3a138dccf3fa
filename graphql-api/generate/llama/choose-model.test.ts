import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseModel } from './choose-model.ts';

const GIB = 1024 ** 3;
const modelsDir = mkdtempSync(path.join(os.tmpdir(), 'askbox-models-'));
const config = { model: 'auto', modelsDir, contextTokens: 4096, sequences: 2 };
const NONE: ReadonlySet<string> = new Set();
const file = (name: string): string => path.join(modelsDir, name);

beforeAll(() => {
  // Sparse files, which take no space on the disk.
  for (const [name, sizeBytes] of [
    ['small.gguf', GIB],
    ['large.gguf', 4 * GIB],
    ['largest.part', 8 * GIB],
  ] as const) {
    writeFileSync(file(name), '');
    truncateSync(file(name), sizeBytes);
  }
});
afterAll(() => rmSync(modelsDir, { recursive: true }));

test('takes the largest .gguf that fits with its context', () => {
  // 4 GiB of weights, half as much again for 2 × 4096 tokens, and 0.5 GiB.
  expect(chooseModel(config, null, NONE, 6.5 * GIB)).toMatchObject({ file: file('large.gguf') });
  expect(chooseModel(config, null, NONE, 6.4 * GIB)).toMatchObject({ file: file('small.gguf') });
});

test('keeps the model that is loaded, although its memory is not free', () => {
  expect(chooseModel(config, file('large.gguf'), NONE, GIB)).toMatchObject({ file: file('large.gguf') });
});

test('takes one that could not be loaded only when no other fits', () => {
  const large = chooseModel(config, null, NONE, 100 * GIB);
  const unusable = new Set(large.file === null ? [] : [large.stamp]);
  expect(chooseModel(config, null, unusable, 100 * GIB)).toMatchObject({ file: file('small.gguf') });
  expect(chooseModel(config, file('large.gguf'), unusable, GIB)).toEqual(large);
});

test('says what is missing when none fits', () => {
  const choice = chooseModel(config, null, NONE, 1.9 * GIB);
  expect(choice).toMatchObject({ file: null, message: expect.stringContaining('small.gguf needs about 2.0 GiB') });
});

test('says where to put a model when there is none', () => {
  const empty = path.join(modelsDir, 'none-here');
  const choice = chooseModel({ ...config, modelsDir: empty }, null, NONE);
  expect(choice).toMatchObject({ file: null, message: expect.stringContaining(`into ${empty}`) });
});

test('takes the file that the settings name, whatever it needs', () => {
  const named = { ...config, model: file('large.gguf') };
  expect(chooseModel(named, null, NONE, 0)).toMatchObject({ file: file('large.gguf') });
  expect(chooseModel({ ...config, model: file('gone.gguf') }, null, NONE)).toMatchObject({
    file: null,
    message: expect.stringContaining('gone.gguf does not exist'),
  });
});

test('takes none when none is wanted', () => {
  expect(chooseModel({ ...config, model: 'none' }, null, NONE)).toMatchObject({ file: null });
});

test('gives another stamp once a file has changed', () => {
  const before = chooseModel(config, null, NONE, 100 * GIB);
  truncateSync(file('large.gguf'), 5 * GIB);
  const after = chooseModel(config, null, NONE, 100 * GIB);
  expect(after).toMatchObject({ file: file('large.gguf') });
  expect(after).not.toEqual(before);
});
