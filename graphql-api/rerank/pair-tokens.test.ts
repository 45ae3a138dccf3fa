import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openPairTokens } from './pair-tokens.ts';
import { writeTinyReranker } from '../testing/tiny-reranker.ts';

const QUESTION = 'Qual é a multa?';
const PASSAGE = 'A multa é de dois por cento.';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'askbox-pairs-'));
  writeTinyReranker(folder);
});

afterEach(() => rm(folder, { recursive: true }));

async function changeTokenizer(change: (settings: { post_processor: object }) => void): Promise<Tokenizer> {
  const file = path.join(folder, 'tokenizer.json');
  const settings = JSON.parse(await readFile(file, 'utf8'));
  change(settings);
  await writeFile(file, JSON.stringify(settings));
  return new Tokenizer(settings, {});
}

it('frames a pair as the tokenizer does, with the types of both', async () => {
  const tokenizer = await changeTokenizer(() => {});
  const whole = tokenizer.encode(QUESTION, { text_pair: PASSAGE, return_token_type_ids: true });
  const pair = openPairTokens(folder, 512)(QUESTION, PASSAGE);
  expect(pair).toEqual({ ids: whole.ids, types: whole.token_type_ids });
  expect(new Set(pair.types)).toEqual(new Set([0, 1]));
});

it('frames a pair as RoBERTa does, with two tokens between and one type', async () => {
  const tokenizer = await changeTokenizer((settings) => {
    const special = (id: string): object => ({ SpecialToken: { id, type_id: 0 } });
    const text = (id: string): object => ({ Sequence: { id, type_id: 0 } });
    const [start, end] = [special('[CLS]'), special('[SEP]')];
    Object.assign(settings.post_processor, { pair: [start, text('A'), end, end, text('B'), end] });
  });
  const whole = tokenizer.encode(QUESTION, { text_pair: PASSAGE });
  expect(openPairTokens(folder, 512)(QUESTION, PASSAGE)).toEqual({ ids: whole.ids, types: whole.ids.map(() => 0) });
});

it('cuts the end of a long passage and keeps the question and the frame', () => {
  const encode = openPairTokens(folder, 32);
  const short = encode(QUESTION, '');
  const { ids, types } = encode(QUESTION, PASSAGE.repeat(20));
  expect(ids).toHaveLength(32);
  expect(types).toHaveLength(32);
  expect(ids.slice(0, short.ids.length - 1)).toEqual(short.ids.slice(0, -1));
  expect(ids.at(-1)).toBe(short.ids.at(-1));
});

it('cuts a question that would leave less than half of the window to the passage', () => {
  const encode = openPairTokens(folder, 32);
  const { ids, types } = encode(QUESTION.repeat(20), PASSAGE.repeat(20));
  expect(ids).toHaveLength(32);
  expect(types.filter((type) => type === 1).length).toBeGreaterThanOrEqual(15);
});
