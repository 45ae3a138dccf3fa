import { describe, expect, test } from 'vitest';
import { fitPrompt, type PromptLimits } from './fit-prompt.ts';
import { REQUEST } from '../testing/generator-contract.ts';
import type { Prompt } from './prompt.ts';

const bytesOf = ({ system, user }: Prompt): number[] => [...Buffer.from(system + user)];
const within = (contextTokens: number, budgetTokens = Infinity): PromptLimits => ({ contextTokens, budgetTokens });
const whole = fitPrompt(REQUEST, bytesOf, within(100_000));

test('takes all passages when they just fit beside the answer', () => {
  const exact = whole.tokens.length + REQUEST.maxTokens;
  expect(fitPrompt(REQUEST, bytesOf, within(exact))).toEqual({ ...whole, budgetTokens: whole.tokens.length });
  expect(whole.usedRanks).toEqual([1, 2]);
});

test('leaves out the last passage when one token is missing', () => {
  const exact = whole.tokens.length + REQUEST.maxTokens;
  const fitted = fitPrompt(REQUEST, bytesOf, within(exact - 1));
  expect(fitted.usedRanks).toEqual([1]);
  expect(fitted.prompt.user).toContain(REQUEST.passages[0]!.text);
  expect(fitted.prompt.user).not.toContain(REQUEST.passages[1]!.text);
});

test('an answer that may be long costs no passage, and gets what they leave', () => {
  const size = whole.tokens.length + 500;
  const fitted = fitPrompt({ ...REQUEST, maxTokens: 4096 }, bytesOf, within(size));
  expect([fitted.usedRanks, fitted.maxTokens]).toEqual([[1, 2], Math.floor(500)]);
  expect(whole.maxTokens).toBe(REQUEST.maxTokens);
});

test('the best passage alone leaves at least 128 tokens for the answer', () => {
  const request = { ...REQUEST, passages: REQUEST.passages.slice(0, 1), maxTokens: 4096 };
  const { tokens } = fitPrompt(request, bytesOf, within(100_000));
  expect(fitPrompt(request, bytesOf, within(tokens.length + 128)).maxTokens).toBe(128);
  expect(() => fitPrompt(request, bytesOf, within(tokens.length + 127))).toThrow('an answer of 128 tokens');
});

test('throws rather than answer without the best passage', () => {
  const { tokens } = fitPrompt({ ...REQUEST, passages: [] }, bytesOf, within(100_000));
  expect(() => fitPrompt(REQUEST, bytesOf, within(tokens.length + REQUEST.maxTokens))).toThrow(
    expect.objectContaining({ code: 'PROMPT_TOO_LONG', message: expect.stringContaining('ASKBOX_CONTEXT') }),
  );
});

test('throws when the question alone does not fit', () => {
  const request = { ...REQUEST, question: 'x'.repeat(2000), passages: [] };
  expect(() => fitPrompt(request, bytesOf, within(2048))).toThrow(expect.objectContaining({ code: 'PROMPT_TOO_LONG' }));
});

describe('on a machine that reads slowly', () => {
  const passages = [1, 2, 3, 4, 5].map((rank) => ({ ...REQUEST.passages[0]!, rank }));
  const request = { ...REQUEST, passages };
  const tokensOf = (count: number): number =>
    fitPrompt({ ...request, passages: passages.slice(0, count) }, bytesOf, within(100_000)).tokens.length;

  test('leaves out the passages that would take too long to read', () => {
    expect(fitPrompt(request, bytesOf, within(100_000, tokensOf(4))).usedRanks).toEqual([1, 2, 3, 4]);
    expect(fitPrompt(request, bytesOf, within(100_000, tokensOf(4) - 1)).usedRanks).toEqual([1, 2, 3]);
  });

  test('keeps three passages, however slow it is, but never beyond the context', () => {
    expect(fitPrompt(request, bytesOf, within(100_000, 1))).toMatchObject({ usedRanks: [1, 2, 3], budgetTokens: 1 });
    expect(fitPrompt(request, bytesOf, within(tokensOf(2) + REQUEST.maxTokens, 1)).usedRanks).toEqual([1, 2]);
  });
});
