import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import type { EmbeddedKind } from './embedder.ts';
import type { EmbedderFolder } from './embedder-folder.ts';
import { type TokenFrame, type TokenWindow, splitIntoWindows } from './token-windows.ts';

// About 5 MB; a long book has as many different words.
const REMEMBERED_WORDS = 20_000;

/** Returns the tokens of a text with its prefix, in several windows if the text is long. */
export type Encode = (text: string, kind: EmbeddedKind) => readonly TokenWindow[];

/** Opens the tokenizer of an embedder. @throws Error when its files cannot be used. */
export function openTokens({ folder, windowTokens, prefixes }: EmbedderFolder): Encode {
  const tokenizer = openTokenizer(folder);
  const frames = { query: frameOf(tokenizer, prefixes.query), passage: frameOf(tokenizer, prefixes.passage) };
  return (text, kind) => splitIntoWindows(tokenizer.encode(prefixes[kind] + text).ids, frames[kind], windowTokens);
}

/** Opens a model's own tokenizer from its folder; downloads nothing. @throws Error when its files cannot be used. */
export function openTokenizer(folder: string): Tokenizer {
  const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  const settings = read('tokenizer.json');
  const tokenizer = new Tokenizer(settings, read('tokenizer_config.json'));
  if (settings.model.type === 'Unigram') rememberWords(tokenizer.model);
  return tokenizer;
}

/**
 * Caches the pieces of each word. A Unigram tokenizer (XLM-RoBERTa's, and so multilingual-e5's) has no cache of its own
 * and searches for the pieces of every word again: a fifth of the time of embedding, and a twentieth with this cache.
 */
function rememberWords(model: { tokenize: (word: string) => string[] }): void {
  const search = model.tokenize.bind(model);
  const known = new Map<string, string[]>();
  model.tokenize = (word) => {
    const remembered = known.get(word);
    if (remembered !== undefined) return remembered;
    const pieces = search(word);
    if (known.size === REMEMBERED_WORDS) known.clear();
    known.set(word, pieces);
    return pieces;
  };
}

/** Finds the frame by encoding a letter, because every tokenizer adds its special tokens in a different way. */
function frameOf(tokenizer: Tokenizer, prefix: string): TokenFrame {
  const bare = (text: string): readonly number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;
  const framed: readonly number[] = tokenizer.encode('a').ids;
  const inner = bare('a');
  const before = framed.findIndex((_, at) => inner.every((id, i) => framed[at + i] === id));
  if (before < 0) throw new Error('its tokenizer changes a text when it adds the special tokens');
  // The space that ends a prefix belongs to the first token of the text in most tokenizers.
  return { headTokens: before + bare(prefix.trimEnd()).length, tailTokens: framed.length - before - inner.length };
}
