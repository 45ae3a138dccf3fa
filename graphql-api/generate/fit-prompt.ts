import { GeneratorError } from './generator-error.ts';
import type { GenerateRequest } from './generator.ts';
import { promptOf, type Prompt } from './prompt.ts';

/** A prompt that fits. */
export interface FittedPrompt<Token> {
  readonly prompt: Prompt;
  readonly tokens: readonly Token[];
  /** Ranks of the passages in it, best first. */
  readonly usedRanks: readonly number[];
}

/** How long a prompt may be. */
export interface PromptLimits {
  /** Shared by prompt and answer. */
  readonly contextTokens: number;
  /** Of a longer prompt, which would take too long to read, passages beyond the third are left out. */
  readonly budgetTokens: number;
}

/** Kept even on a slow machine: with fewer, an answer that needs two documents fails. */
const MIN_PASSAGES = 3;

/**
 * Returns the prompt with as many passages as fit, best first. The question and the instructions are never shortened; of a
 * conversation, the oldest turns are left out if not even the best passage fits beside it.
 * @param tokenize returns exactly what the model will evaluate for a prompt, including the chat template.
 * @throws GeneratorError PROMPT_TOO_LONG when not even the best passage fits, or, without passages, the question
 */
export function fitPrompt<Token>(
  request: GenerateRequest,
  tokenize: (prompt: Prompt) => readonly Token[],
  { contextTokens, budgetTokens }: PromptLimits,
): FittedPrompt<Token> {
  const { language, question, passages, maxTokens } = request;
  let needed = 0;
  for (let count = passages.length; count >= Math.min(1, passages.length); count--) {
    const used = passages.slice(0, count);
    const prompt = promptOf(language, question, used, request);
    const tokens = tokenize(prompt);
    needed = tokens.length + maxTokens;
    const isShort = tokens.length <= budgetTokens || count <= MIN_PASSAGES;
    if (isShort && needed <= contextTokens) return { prompt, tokens, usedRanks: used.map(({ rank }) => rank) };
  }
  const { history = [] } = request;
  if (history.length > 0) {
    return fitPrompt({ ...request, history: history.slice(1) }, tokenize, { contextTokens, budgetTokens });
  }
  throw new GeneratorError(
    'PROMPT_TOO_LONG',
    `the question with its best passage and an answer of ${maxTokens} tokens needs ${needed} tokens, but the context has ${contextTokens}; ask a shorter question, lower maxTokens or raise ASKBOX_CONTEXT`,
  );
}
