import { expect, test } from 'vitest';
import type { ModelShape } from '#shared/models/gguf/model-shape.ts';
import { knownShape } from '#shared/models/gguf/testing/known-shapes.ts';
import { chooseModel, type Candidates } from './choose-model.ts';
import type { ModelFile } from './model-file.ts';
import type { Header } from './read-headers.ts';
import { whyNotChosen } from './why-not-chosen.ts';

const GIB = 1024 ** 3;
const AUTO = { model: 'auto', modelsDir: '/models', contextTokens: 4096, sequences: null };

/** Files with their headers, as they lie in the folder; undefined for a header that was not read. */
const FILES = new Map<string, Header | undefined>(
  Object.entries({
    '14b': headerOf(),
    'half-copied': { shape: null, message: 'it has 3 of 5 GiB', isArriving: true },
    '8b': headerOf('Llama 3.1 8B'),
    'base-8b': headerOf('Llama 3.1 8B'),
    bge: headerOf('Llama 3.2 3B', { pooling: 2 }),
    bare: headerOf('Llama 3.2 3B', { hasChatTemplate: false }),
    broken: headerOf('Llama 3.2 3B'),
    '1b': undefined,
  }),
);

function headerOf(known: Parameters<typeof knownShape>[0] = 'Qwen3 14B', change: Partial<ModelShape> = {}): Header {
  return { shape: { ...knownShape(known), ...change } };
}

/** Returns the reason for each file. @param fresh the name of one that has just appeared. */
function reasons(freeGib: number, config: Partial<typeof AUTO> = {}, fresh = ''): Readonly<Record<string, string>> {
  const files = [...FILES].map(([name, header], at): ModelFile => {
    const file = `/models/${name}.gguf`;
    return { file, sizeBytes: header?.shape?.weights.total ?? GIB - at, stamp: file, parts: [] };
  });
  const candidates: Candidates = {
    files: files.filter(({ file }) => file !== `/models/${fresh}.gguf`).toSorted((a, b) => b.sizeBytes - a.sizeBytes),
    headerOf: ({ file }) => FILES.get(file.slice('/models/'.length, -'.gguf'.length)),
    isUnusable: ({ file }) => file.includes('broken'),
    loaded: null,
    room: { ramBytes: freeGib * GIB, card: null },
  };
  const settings = { ...AUTO, ...config };
  const choice = chooseModel(settings, candidates);
  const best = 'best' in choice ? choice.best : null;
  return Object.fromEntries(
    files
      .filter(({ file }) => file !== best?.file)
      .map((file) => [
        file.file.slice('/models/'.length, -'.gguf'.length),
        whyNotChosen(file, best, settings, candidates),
      ]),
  );
}

test('each file says why another one was chosen', () => {
  expect(reasons(8)).toEqual({
    '14b':
      'it needs about 10.4 GiB, and 8.0 GiB are free; lower ASKBOX_CONTEXT or ASKBOX_SEQUENCES, or set ASKBOX_MODEL to /models/14b.gguf to use it anyway',
    'half-copied': 'it has 3 of 5 GiB',
    'base-8b': expect.stringMatching(/^it is a base model|^8b\.gguf is larger/),
    bge: 'it is an embedding model, which writes no answers',
    bare: 'it has no chat template, so it only continues texts; set ASKBOX_MODEL to it to try it anyway',
    broken: expect.stringContaining('it could not be loaded, for the reason in the log'),
    '1b': '8b.gguf is larger and fits, and only one is loaded at a time; set ASKBOX_MODEL to /models/1b.gguf to use it',
  });
});

test('one that is too large for the memory is not, once there is more of it', () => {
  expect(reasons(10.3)['14b']).toContain('needs about 10.4 GiB');
  expect(reasons(10.5)).not.toHaveProperty('14b');
  expect(reasons(10.5)['8b']).toContain('14b.gguf is larger and fits');
});

test('where none fits, all say what they need', () => {
  expect(reasons(0.1)['8b']).toMatch(/^it needs about 6\.3 GiB, and 0\.1 GiB are free/);
});

test('one that has just appeared waits, and the settings may want another one or none', () => {
  expect(reasons(8, {}, '14b')['14b']).toBe('it has just appeared; it is loaded once it stops changing');
  expect(reasons(8, { model: '/models/8b.gguf' })['1b']).toBe(
    'ASKBOX_MODEL names another one, 8b.gguf; set ASKBOX_MODEL to /models/1b.gguf to use it',
  );
  expect(reasons(8, { model: 'none' })['1b']).toContain('no model is wanted (ASKBOX_MODEL=none)');
});
