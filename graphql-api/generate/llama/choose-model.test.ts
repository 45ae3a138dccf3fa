import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseModel, fitsBeside, type ModelFile } from './choose-model.ts';

const GIB = 1024 ** 3;
const modelsDir = mkdtempSync(path.join(os.tmpdir(), 'askbox-models-'));
const config = { model: 'auto', modelsDir, contextTokens: 4096, sequences: 2 };
const NONE = (): boolean => false;
const file = (name: string): string => path.join(modelsDir, name);

function writeSparse(name: string, sizeBytes: number): void {
  writeFileSync(file(name), '');
  truncateSync(file(name), sizeBytes);
}

beforeAll(() => {
  // Sparse files, which take no space on the disk.
  for (const [name, sizeBytes] of [
    ['small.gguf', GIB],
    ['large.gguf', 4 * GIB],
    ['largest.part', 8 * GIB],
  ] as const) {
    writeSparse(name, sizeBytes);
  }
});
afterAll(() => rmSync(modelsDir, { recursive: true }));

test('takes the largest .gguf that fits with its context', () => {
  // 4 GiB of weights, half as much again for 2 × 4096 tokens, and 0.5 GiB.
  expect(chooseModel(config, null, NONE, 6.5 * GIB)).toMatchObject({ best: { file: file('large.gguf') } });
  expect(chooseModel(config, null, NONE, 6.4 * GIB)).toMatchObject({ best: { file: file('small.gguf') } });
});

/** The best file when there is memory for all. */
function bestOf(): ModelFile {
  const { best } = chooseModel(config, null, NONE, 100 * GIB);
  if (best === null) throw new Error('there is none');
  return best;
}

test('keeps the model that is loaded, although its memory is not free', () => {
  expect(chooseModel(config, bestOf(), NONE, GIB)).toMatchObject({ best: { file: file('large.gguf') } });
});

test('takes one that could not be loaded only when no other fits', () => {
  const large = bestOf();
  const unusable = ({ stamp }: ModelFile): boolean => stamp === large.stamp;
  expect(chooseModel(config, null, unusable, 100 * GIB)).toMatchObject({ best: { file: file('small.gguf') } });
  rmSync(file('small.gguf'));
  expect(chooseModel(config, large, unusable, GIB)).toMatchObject({ best: large });
  writeSparse('small.gguf', GIB);
});

test('counts what the loaded model gives back for a larger one, and its weights against one beside it', () => {
  const { files, best: large } = chooseModel(config, null, NONE, 100 * GIB);
  const small = files.find((each) => each.file === file('small.gguf'))!;
  // Of the 2 GiB of the small one, 1 GiB are weights, a mapped file that counts as free.
  expect(chooseModel(config, small, NONE, 5.5 * GIB)).toMatchObject({ best: large });
  expect(chooseModel(config, small, NONE, 5.4 * GIB)).toMatchObject({ best: small });
  expect(fitsBeside(large!, small, 7.5 * GIB)).toBe(true);
  expect(fitsBeside(large!, small, 7.4 * GIB)).toBe(false);
});

test('says what is missing when none fits', () => {
  const choice = chooseModel(config, null, NONE, 1.9 * GIB);
  expect(choice).toMatchObject({ best: null, message: expect.stringContaining('small.gguf needs about 2.0 GiB') });
});

test('says where to put a model when there is none', () => {
  const empty = path.join(modelsDir, 'none-here');
  const choice = chooseModel({ ...config, modelsDir: empty }, null, NONE, 100 * GIB);
  expect(choice).toMatchObject({ best: null, message: expect.stringContaining(`into ${empty}`) });
});

test('takes the file that the settings name, whatever it needs', () => {
  const named = { ...config, model: file('large.gguf') };
  expect(chooseModel(named, null, NONE, 0)).toMatchObject({ best: { file: file('large.gguf') } });
  expect(chooseModel({ ...config, model: file('gone.gguf') }, null, NONE, 0)).toMatchObject({
    best: null,
    message: expect.stringContaining('gone.gguf does not exist'),
  });
});

test('takes none when none is wanted', () => {
  expect(chooseModel({ ...config, model: 'none' }, null, NONE, 0)).toMatchObject({ best: null });
});

test('gives another stamp once a file has changed', () => {
  const before = bestOf();
  truncateSync(file('large.gguf'), 5 * GIB);
  const after = bestOf();
  expect(after.file).toBe(file('large.gguf'));
  expect(after.stamp).not.toBe(before.stamp);
});
