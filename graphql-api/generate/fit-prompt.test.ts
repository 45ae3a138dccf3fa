import { expect, test } from 'vitest';
import { fitPrompt } from './fit-prompt.ts';
import { REQUEST } from './generator-contract.ts';
import type { Prompt } from './prompt.ts';

const bytesOf = ({ system, user }: Prompt): number[] => [...Buffer.from(system + user)];
const whole = fitPrompt(REQUEST, bytesOf, 100_000);

test('takes all passages when they just fit beside the answer', () => {
  const exact = whole.tokens.length + REQUEST.maxTokens;
  expect(fitPrompt(REQUEST, bytesOf, exact)).toEqual(whole);
  expect(whole.usedRanks).toEqual([1, 2]);
});

test('leaves out the last passage when one token is missing', () => {
  const exact = whole.tokens.length + REQUEST.maxTokens;
  const fitted = fitPrompt(REQUEST, bytesOf, exact - 1);
  expect(fitted.usedRanks).toEqual([1]);
  expect(fitted.prompt.user).toContain(REQUEST.passages[0]!.text);
  expect(fitted.prompt.user).not.toContain(REQUEST.passages[1]!.text);
});

test('throws rather than answer without the best passage', () => {
  const { tokens } = fitPrompt({ ...REQUEST, passages: [] }, bytesOf, 100_000);
  expect(() => fitPrompt(REQUEST, bytesOf, tokens.length + REQUEST.maxTokens)).toThrow(
    expect.objectContaining({ code: 'PROMPT_TOO_LONG', message: expect.stringContaining('ASKBOX_CONTEXT') }),
  );
});

test('throws when the question alone does not fit', () => {
  const request = { ...REQUEST, question: 'x'.repeat(2000), passages: [] };
  expect(() => fitPrompt(request, bytesOf, 2048)).toThrow(expect.objectContaining({ code: 'PROMPT_TOO_LONG' }));
});
