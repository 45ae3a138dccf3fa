import type { Token, Tokenizer } from 'node-llama-cpp';
import { expect, test } from 'vitest';
import { rememberTokens } from './token-memo.ts';

/** A tokenizer that gives each character a token, and the texts that it was asked for. */
function countingModel(): { readonly model: { readonly tokenizer: Tokenizer }; readonly asked: string[] } {
  const asked: string[] = [];
  const tokenize = (text: string): Token[] => {
    asked.push(text);
    // `as`: tokens are numbers with a brand.
    return Array.from(text, (char) => char.codePointAt(0) as Token);
  };
  // `as`: the function takes all parameters, and the members have the names and types of the library's.
  const tokenizer = Object.assign(tokenize, {
    detokenize: () => 'text',
    isSpecialToken: () => true,
    isEogToken: () => false,
  }) as Tokenizer;
  const model = { tokenizer };
  rememberTokens(model);
  return { model, asked };
}

const long = (letter: string): string => letter.repeat(512);

test('a long text is split once, and the caller may change what it gets', () => {
  const { model, asked } = countingModel();
  const first = model.tokenizer(long('a'), false);
  expect(first).toHaveLength(512);
  first.length = 0;
  expect(model.tokenizer(long('a'), false)).toHaveLength(512);
  expect(asked).toHaveLength(1);
});

test('a text is split again for other options, if it is short, or eight texts later', () => {
  const { model, asked } = countingModel();
  model.tokenizer(long('a'), false);
  model.tokenizer(long('a'), false, 'trimLeadingSpace');
  expect(asked).toHaveLength(2);
  for (let time = 0; time < 2; time++) model.tokenizer('a'.repeat(511), false);
  expect(asked).toHaveLength(4);
  for (const letter of 'bcdefgh') model.tokenizer(long(letter), false);
  model.tokenizer(long('a'), false, 'trimLeadingSpace');
  expect(asked).toHaveLength(11);
  model.tokenizer(long('a'), false);
  expect(asked).toHaveLength(12);
});

test('what else the tokenizer offers is kept', () => {
  const { tokenizer } = countingModel().model;
  expect(tokenizer.detokenize([])).toBe('text');
  // `as`: any number will do.
  expect(tokenizer.isSpecialToken(1 as Token)).toBe(true);
});
