import { GeneratorError } from './generator-error.ts';
import type { GenerateRequest } from './generator.ts';
import { promptOf, type Prompt } from './prompt.ts';

export interface FittedPrompt<Token> {
  readonly prompt: Prompt;
  readonly tokens: readonly Token[];
  readonly usedRanks: readonly number[];
}

/**
 * The prompt with as many passages as fit, best first; question and frame are never shortened.
 * @param tokenize exactly what the model will evaluate for a prompt, the chat template included.
 * @param contextTokens what prompt and answer share.
 * @throws GeneratorError PROMPT_TOO_LONG when not even the best passage fits, or without passages the question.
 */
export function fitPrompt<Token>(
  { language, question, passages, maxTokens }: GenerateRequest,
  tokenize: (prompt: Prompt) => readonly Token[],
  contextTokens: number,
): FittedPrompt<Token> {
  let needed = 0;
  for (let count = passages.length; count >= Math.min(1, passages.length); count--) {
    const used = passages.slice(0, count);
    const prompt = promptOf(language, question, used);
    const tokens = tokenize(prompt);
    needed = tokens.length + maxTokens;
    if (needed <= contextTokens) return { prompt, tokens, usedRanks: used.map(({ rank }) => rank) };
  }
  throw new GeneratorError(
    'PROMPT_TOO_LONG',
    `the question with its best passage and an answer of ${maxTokens} tokens needs ${needed} tokens, the context has ${contextTokens}; ask a shorter question or raise ASKBOX_CONTEXT`,
  );
}
