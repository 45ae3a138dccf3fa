import { GeneratorError } from './generator-error.ts';
import type { GenerateRequest } from './generator.ts';
import { promptOf, type Prompt } from './prompt.ts';

/** A prompt that fits. */
export interface FittedPrompt<Tokens> {
  readonly prompt: Prompt;
  readonly tokens: Tokens;
  /** Ranks of the passages in it, best first. */
  readonly usedRanks: readonly number[];
  /** How long the answer may be: what the request asks for, or what the prompt leaves of the context. */
  readonly maxTokens: number;
  /** How long the prompt could be with more than three passages. */
  readonly budgetTokens: number;
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
/** A longer answer than this share of the context is not worth fewer passages; it gets what they leave. */
const ANSWER_SHARE = 0.25;
/** Room for an answer of a few sentences. With less, a question has no use for its best passage. */
const MIN_ANSWER_TOKENS = 128;

/**
 * Returns the prompt with as many passages as fit, best first. The question and the instructions are never shortened; of a
 * conversation, the oldest turns are left out if not even the best passage fits beside it. An answer that may be longer
 * than a quarter of the context costs no passage: it is limited to what the prompt leaves.
 * @param tokenize returns exactly what the model will evaluate for a prompt, including the chat template.
 * @throws GeneratorError PROMPT_TOO_LONG when not even the best passage fits, or, without passages, the question
 */
export function fitPrompt<Tokens extends { readonly length: number }>(
  request: GenerateRequest,
  tokenize: (prompt: Prompt) => Tokens,
  { contextTokens, budgetTokens }: PromptLimits,
): FittedPrompt<Tokens> {
  const { language, question, passages, maxTokens } = request;
  const least = Math.min(maxTokens, MIN_ANSWER_TOKENS);
  const reserved = Math.min(maxTokens, Math.max(least, Math.floor(contextTokens * ANSWER_SHARE)));
  const most = Math.floor(Math.min(budgetTokens, contextTokens - reserved));
  const leastCount = Math.min(1, passages.length);
  let needed = 0;
  for (let count = passages.length; count >= leastCount; count--) {
    const used = passages.slice(0, count);
    const prompt = request.prompt ?? promptOf(language, question, used, request);
    const tokens = tokenize(prompt);
    needed = tokens.length + least;
    const isShort = tokens.length <= budgetTokens || count <= MIN_PASSAGES;
    const left = contextTokens - tokens.length;
    if (isShort && left >= (count === leastCount ? least : reserved)) {
      const usedRanks = used.map(({ rank }) => rank);
      return { prompt, tokens, usedRanks, maxTokens: Math.min(maxTokens, left), budgetTokens: most };
    }
  }
  const { history = [] } = request;
  if (history.length > 0) {
    return fitPrompt({ ...request, history: history.slice(1) }, tokenize, { contextTokens, budgetTokens });
  }
  throw new GeneratorError(
    'PROMPT_TOO_LONG',
    `the question with its best passage and an answer of ${least} tokens needs ${needed} tokens, but the context has ${contextTokens}; ask a shorter question or raise ASKBOX_CONTEXT`,
  );
}
