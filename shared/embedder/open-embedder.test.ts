import { mkdtemp, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KnownEmbedder } from '../models/catalogue.ts';
import type { Embedder } from './embedder.ts';
import { readEmbedderFolder, type EmbedderFolder } from './embedder-folder.ts';
import { openEmbedder } from './open-embedder.ts';
import { isOfSameModel, makesVectorsOf } from './space-name.ts';
import { writeTinyEmbedder } from './testing/tiny-onnx.ts';

const MODEL_FILE = 'onnx/model_quantized.onnx';

describe('opening an embedder', () => {
  let root: string;
  let folder: string;
  let known: KnownEmbedder;

  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'askbox-open-'));
    folder = path.join(root, 'tiny');
    writeTinyEmbedder(folder);
    const { size: sizeBytes } = await stat(inFolder(MODEL_FILE));
    known = {
      kind: 'EMBEDDING',
      name: 'tiny-embedder',
      repository: 'askbox/tiny-embedder',
      revision: 'abc123',
      files: [
        { path: 'config.json', sizeBytes: null, sha256: null },
        { path: 'tokenizer.json', sizeBytes: null, sha256: null },
        { path: MODEL_FILE, sizeBytes, sha256: null },
      ],
      licence: 'MIT',
      sizeBytes,
      dtype: 'q8',
      dimensions: 64,
      windowTokens: 128,
      queryPrefix: 'pergunta: ',
      passagePrefix: 'trecho: ',
      pooling: 'MEAN',
    };
  });

  afterEach(() => rm(root, { recursive: true }));

  const inFolder = (file: string): string => path.join(folder, file);
  const open = (description: KnownEmbedder | null): Promise<Embedder> =>
    openEmbedder(folder, { known: description, threads: 1 });
  const openBoth = async (): Promise<unknown[]> =>
    (await Promise.allSettled([open(known), open(null)])).map((result) =>
      result.status === 'rejected' ? result.reason : result.value[Symbol.asyncDispose](),
    );

  it('names the space by model, revision, dtype, pooling, tokenizer and prefixes of the catalogue', async () => {
    await using embedder = await open(known);
    expect(embedder.model).toBe('tiny-embedder');
    expect(embedder.space).toEqual({
      name: expect.stringMatching(/^tiny-embedder@abc123 q8 MEAN [\da-f]{16} "pergunta: " "trecho: "$/),
      dimensions: 64,
    });
  });

  it('goes by the window of the catalogue', async () => {
    await using embedder = await open(known);
    const texts = ['multa '.repeat(100), 'multa '.repeat(40)];
    expect((await embedder.embed(texts, 'passage')).windowedTexts).toBe(1);
  });

  it('takes prefixes, window and dimensions of an unknown model from its own files', async () => {
    await using embedder = await open(null);
    expect(embedder.space.name).toMatch(/^tiny@[\da-f]{16} q8 MEAN [\da-f]{16} "query: " "passage: "$/);
    expect(embedder.space.dimensions).toBe(64);
    expect((await embedder.embed(['multa '.repeat(100)], 'passage')).windowedTexts).toBe(0);
  });

  it.each([
    ['the positions of the model', { max_position_embeddings: 100 }, 100],
    ['fewer where the model counts from its padding', { model_type: 'xlm-roberta', max_position_embeddings: 100 }, 98],
    ['those of the tokenizer where it wants fewer', { max_position_embeddings: 8192 }, 512],
  ])('takes as the window of an unknown model %s', async (_, config, windowTokens) => {
    await writeFile(inFolder('config.json'), JSON.stringify(config));
    expect(await readEmbedderFolder(folder, null)).toMatchObject({ windowTokens });
  });

  it('takes an unknown model that is not quantized, and without a word on prefixes uses none', async () => {
    await rename(inFolder(MODEL_FILE), inFolder('onnx/model.onnx'));
    await rm(inFolder('config_sentence_transformers.json'));
    await using embedder = await open(null);
    expect(embedder.space.name).toMatch(/^tiny@[\da-f]{16} fp32 MEAN [\da-f]{16} "" ""$/);
  });

  it.each([
    ['the name of its folder', 'e5-tiny', {}, 'query: ', 'passage: '],
    ['what it was made from', 'meu', { _name_or_path: 'intfloat/multilingual-e5-small' }, 'query: ', 'passage: '],
    [
      'the name of one that takes instructions',
      'multilingual-e5-large-instruct',
      {},
      expect.stringMatching(/^Instruct: .*\nQuery: $/),
      '',
    ],
    ['a name that only contains the letters', 'have5', { _name_or_path: 'e5/bge-small' }, '', ''],
    ['a name that is not a text', 'meu', { _name_or_path: null }, '', ''],
  ])('gives a model without prompts the prefixes of E5 by %s', async (_, name, config, query, passage) => {
    folder = path.join(root, name);
    writeTinyEmbedder(folder);
    await writeFile(inFolder('config.json'), JSON.stringify(config));
    await writeFile(inFolder('config_sentence_transformers.json'), '{"prompts":{}}');
    const { prefixes } = await readEmbedderFolder(folder, null);
    expect(prefixes).toEqual({ query, passage });
    await writeFile(inFolder('config_sentence_transformers.json'), '{"prompts":{"query":"", "document":"d: "}}');
    expect(await readEmbedderFolder(folder, null)).toMatchObject({ prefixes: { query: '', passage: 'd: ' } });
  });

  it('gives another pooling, another tokenizer and other prefixes another space of the same model', async () => {
    const read = () => readEmbedderFolder(folder, null);
    const before = await read();
    const changes = [
      ['1_Pooling/config.json', '{"pooling_mode_cls_token":true}'],
      ['tokenizer.json', await readFile(inFolder('tokenizer.json'), 'utf8').then((text) => `${text} `)],
      ['config_sentence_transformers.json', '{"prompts":{"query":"q: "}}'],
    ] as const;
    for (const [file, content] of changes) {
      await rm(folder, { recursive: true });
      writeTinyEmbedder(folder, { pooling: 'mean' });
      await writeFile(inFolder(file), content);
      const after = await read();
      expect(makesVectorsOf(after, before.spaceName)).toBe(false);
      expect(isOfSameModel(after, before.spaceName)).toBe(true);
    }
  });

  it('knows its vectors by earlier names, unless it was used with another pooling then', async () => {
    const earlier = ({ name, revision }: EmbedderFolder, [query, passage]: readonly string[]): string =>
      `${name}@${revision} q8 ${JSON.stringify(query)} ${JSON.stringify(passage)}`;
    const ofCatalogue = await readEmbedderFolder(folder, { ...known, pooling: 'FIRST_TOKEN' });
    expect(makesVectorsOf(ofCatalogue, earlier(ofCatalogue, ['pergunta: ', 'trecho: ']))).toBe(true);
    expect(makesVectorsOf(ofCatalogue, `other${ofCatalogue.spaceName}`)).toBe(false);

    const own = await readEmbedderFolder(folder, null);
    expect(makesVectorsOf(own, earlier(own, ['query: ', 'passage: ']))).toBe(true);
    expect(makesVectorsOf(own, earlier(own, ['', '']))).toBe(false);
    expect(makesVectorsOf(own, own.spaceName.replace(/^tiny/, 'antes'))).toBe(true);
    writeTinyEmbedder(folder, { pooling: 'cls' });
    const pooled = await readEmbedderFolder(folder, null);
    expect(makesVectorsOf(pooled, earlier(pooled, ['query: ', 'passage: ']))).toBe(false);
  });

  it('gives the same model in another place the same space, and another model of its name another', async () => {
    const spaceIn = async (place: string, seed: number): Promise<string> => {
      folder = path.join(root, place, 'tiny');
      writeTinyEmbedder(folder, { seed });
      await using embedder = await open(null);
      return embedder.space.name;
    };
    const [first, moved, other] = [await spaceIn('a', 1), await spaceIn('b', 1), await spaceIn('c', 2)];
    expect(moved).toBe(first);
    expect(other).not.toBe(first);
  });

  it('says that there is no model, and how to get it', async () => {
    await rm(folder, { recursive: true });
    const missing = { code: 'MODEL_MISSING', message: expect.stringContaining(folder) };
    expect(await openBoth()).toMatchObject([missing, missing]);
    await expect(open(known)).rejects.toThrow('npm run models -- pull tiny-embedder');
    await expect(open(null)).rejects.toThrow('config.json, tokenizer.json');
  });

  it('names a file that is missing', async () => {
    await rm(inFolder('tokenizer.json'));
    const missing = { code: 'MODEL_MISSING', message: expect.stringContaining('lacks tokenizer.json') };
    expect(await openBoth()).toMatchObject([missing, missing]);
  });

  it('refuses a file in place of the folder', async () => {
    folder = path.join(folder, 'config.json');
    expect(await openBoth()).toMatchObject([{ code: 'MODEL_UNUSABLE' }, { code: 'MODEL_UNUSABLE' }]);
  });

  it('refuses a folder of another layout', async () => {
    await rm(inFolder('onnx'), { recursive: true });
    await writeFile(inFolder('model.safetensors'), 'x');
    await expect(open(null)).rejects.toMatchObject({
      code: 'MODEL_UNUSABLE',
      message: expect.stringContaining('onnx/model.onnx'),
    });
  });

  it.each([
    ['a web page', '<!DOCTYPE html><html><body>Sign in</body></html>'],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 118308185\n'],
    ['empty', ''],
  ])('says that a file is %s', async (what, content) => {
    for (const file of [MODEL_FILE, 'config.json']) {
      const before = await readFile(inFolder(file));
      await writeFile(inFolder(file), content);
      const refused = { code: 'MODEL_UNUSABLE', message: expect.stringMatching(`^${file}.* is ${what}`) };
      expect(await openBoth()).toMatchObject([refused, refused]);
      await writeFile(inFolder(file), before);
    }
  });

  it('refuses a model file that was cut short', async () => {
    await truncate(inFolder(MODEL_FILE), 100_000);
    expect(await openBoth()).toMatchObject([
      { code: 'MODEL_UNUSABLE', message: expect.stringContaining('has 100000 bytes instead of') },
      { code: 'MODEL_UNUSABLE', message: expect.stringContaining(folder) },
    ]);
  });

  it('refuses a tokenizer that was cut short', async () => {
    await truncate(inFolder('tokenizer.json'), 10_000);
    expect(await openBoth()).toMatchObject([{ code: 'MODEL_UNUSABLE' }, { code: 'MODEL_UNUSABLE' }]);
  });

  it('refuses a model whose vectors are of another length than the catalogue says', async () => {
    await expect(open({ ...known, dimensions: 384 })).rejects.toMatchObject({
      code: 'MODEL_UNUSABLE',
      message: expect.stringMatching(/64 numbers and not 384.*remove tiny-embedder", then .*pull tiny-embedder/),
    });
  });

  it('refuses a model that does not pool, where the catalogue says that it does', async () => {
    await expect(open({ ...known, pooling: 'SENTENCE_OUTPUT' })).rejects.toMatchObject({
      code: 'MODEL_UNUSABLE',
      message: expect.stringContaining('it is not an embedder'),
    });
  });

  it('refuses an unknown model that pools in a way of its own', async () => {
    writeTinyEmbedder(folder, { pooling: 'lasttoken' });
    await expect(open(null)).rejects.toMatchObject({
      code: 'MODEL_UNUSABLE',
      message: expect.stringContaining('pooling_mode_lasttoken'),
    });
  });

  it('gives up when it is asked to', async () => {
    const reason = new Error('askbox is stopping');
    await expect(openEmbedder(folder, { known, threads: 1, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
