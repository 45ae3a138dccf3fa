import type { LlamaModel, Token } from 'node-llama-cpp';

/** Child side: keeps the library from splitting the same long text into tokens again. */

/** Shorter texts are split in no time. */
const MIN_CHARS = 512;
/** The prompts of the answers that are being written. */
const TEXTS_REMEMBERED = 8;

/**
 * Makes the model remember the tokens of the latest long texts. Between the end of a prompt and the first word, the
 * library splits the whole prompt again to see that the sequence holds it: 4 to 6 ms of CPU time for 1,400 tokens, in
 * which a fast card would write the first word.
 */
export function rememberTokens(model: Pick<LlamaModel, 'tokenizer'>): void {
  const { tokenizer } = model;
  const latest = new Map<string, Token[]>();
  const remembering = (...parameters: Parameters<typeof tokenizer>): Token[] => {
    const [text] = parameters;
    if (text.length < MIN_CHARS) return tokenizer(...parameters);
    const key = JSON.stringify(parameters);
    const tokens = latest.get(key) ?? tokenizer(...parameters);
    latest.delete(key);
    latest.set(key, tokens);
    if (latest.size > TEXTS_REMEMBERED) latest.delete(latest.keys().next().value!);
    return [...tokens];
  };
  Object.defineProperty(model, 'tokenizer', { value: Object.assign(remembering, tokenizer) });
}
