import { GeneratorError } from './generator-error.ts';
import type { GenerateRequest } from './generator.ts';
import { promptOf, type Prompt } from './prompt.ts';

export interface FittedPrompt<Token> {
  readonly prompt: Prompt;
  readonly tokens: readonly Token[];
  readonly usedRanks: readonly number[];
}

export interface PromptLimits {
  /** What prompt and answer share. */
  readonly contextTokens: number;
  /** Passages beyond the third are left out of a longer prompt: it would take too long to read. */
  readonly budgetTokens: number;
}

/** With fewer an answer that needs two documents fails, however slow the machine. */
const MIN_PASSAGES = 3;

/**
 * The prompt with as many passages as fit, best first; question and frame are never shortened.
 * @param tokenize exactly what the model will evaluate for a prompt, the chat template included.
 * @throws GeneratorError PROMPT_TOO_LONG when not even the best passage fits, or without passages the question.
 */
export function fitPrompt<Token>(
  { language, question, passages, maxTokens }: GenerateRequest,
  tokenize: (prompt: Prompt) => readonly Token[],
  { contextTokens, budgetTokens }: PromptLimits,
): FittedPrompt<Token> {
  let needed = 0;
  for (let count = passages.length; count >= Math.min(1, passages.length); count--) {
    const used = passages.slice(0, count);
    const prompt = promptOf(language, question, used);
    const tokens = tokenize(prompt);
    needed = tokens.length + maxTokens;
    const isShort = tokens.length <= budgetTokens || count <= MIN_PASSAGES;
    if (isShort && needed <= contextTokens) return { prompt, tokens, usedRanks: used.map(({ rank }) => rank) };
  }
  throw new GeneratorError(
    'PROMPT_TOO_LONG',
    `the question with its best passage and an answer of ${maxTokens} tokens needs ${needed} tokens, the context has ${contextTokens}; ask a shorter question, lower maxTokens or raise ASKBOX_CONTEXT`,
  );
}
