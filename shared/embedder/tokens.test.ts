import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readEmbedderFolder } from './embedder-folder.ts';
import { writeTinyEmbedder } from './testing/tiny-onnx.ts';
import { type Encode, openTokens } from './tokens.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'askbox-tokens-'));
  writeTinyEmbedder(folder, { windowTokens: 32 });
});

afterEach(() => rm(folder, { recursive: true }));

const open = async (): Promise<Encode> => openTokens(await readEmbedderFolder(folder, null));

it('frames every window of a long text as a text of its own, with the prefix', async () => {
  const encode = await open();
  const [whole] = encode('multa', 'passage');
  const windows = encode('multa '.repeat(60), 'passage');
  expect(windows.length).toBeGreaterThan(2);
  const prefixAndText = whole!.ids.length - whole!.textTokens - 1;
  for (const { ids } of windows) {
    expect(ids.slice(0, prefixAndText)).toEqual(whole!.ids.slice(0, prefixAndText));
    expect(ids.at(-1)).toBe(whole!.ids.at(-1));
  }
});

it('folds case and accents where the tokenizer says so', async () => {
  const encode = await open();
  expect(encode('LOCAÇÃO', 'query')).toEqual(encode('locacao', 'query'));
});

it('splits words as a Unigram tokenizer does, also those that it remembers', async () => {
  const file = path.join(folder, 'tokenizer.json');
  const settings = JSON.parse(await readFile(file, 'utf8'));
  const pieces = [
    '[PAD]',
    '[UNK]',
    '[CLS]',
    '[SEP]',
    '▁',
    ...'abcdefghij'.split(''),
    '▁a',
    'bc',
    'cde',
    'fghij',
    '▁abc',
  ];
  settings.pre_tokenizer = {
    type: 'Sequence',
    pretokenizers: [{ type: 'WhitespaceSplit' }, { type: 'Metaspace', replacement: '▁', add_prefix_space: true }],
  };
  settings.model = { type: 'Unigram', unk_id: 1, vocab: pieces.map((piece, i) => [piece, -1 - i / 10]) };
  await writeFile(file, JSON.stringify(settings));
  await rm(path.join(folder, 'config_sentence_transformers.json'));
  const plain = new Tokenizer(settings, {});
  const encode = await open();
  // More different words than the cache holds.
  const words = Array.from({ length: 21_000 }, (_, i) =>
    String(i).replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)]!),
  );
  for (const word of [...words, ...words.slice(0, 100)]) {
    expect(encode(word, 'query')[0]!.ids).toEqual(plain.encode(word).ids);
  }
  const text = 'abc abcde abc fghij zzz abc';
  expect(encode(text, 'query')[0]!.ids).toEqual(plain.encode(text).ids);
});
