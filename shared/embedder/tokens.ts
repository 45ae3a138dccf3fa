import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import type { EmbeddedKind } from './embedder.ts';
import type { EmbedderFolder } from './embedder-folder.ts';
import { type TokenFrame, type TokenWindow, splitIntoWindows } from './token-windows.ts';

// About 5 MB. As many different words as a long book has.
const REMEMBERED_WORDS = 20_000;

/** Turns a text with its prefix into the tokens of a model, in windows when it is long. */
export type Encode = (text: string, kind: EmbeddedKind) => readonly TokenWindow[];

/** @throws when the tokenizer's files cannot be used. */
export function openTokens({ folder, windowTokens, prefixes }: EmbedderFolder): Encode {
  const tokenizer = openTokenizer(folder);
  const frames = { query: frameOf(tokenizer, prefixes.query), passage: frameOf(tokenizer, prefixes.passage) };
  return (text, kind) => splitIntoWindows(tokenizer.encode(prefixes[kind] + text).ids, frames[kind], windowTokens);
}

/** Reads the model's own tokenizer; nothing is fetched. @throws when its files cannot be used. */
export function openTokenizer(folder: string): Tokenizer {
  const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  const settings = read('tokenizer.json');
  const tokenizer = new Tokenizer(settings, read('tokenizer_config.json'));
  if (settings.model.type === 'Unigram') rememberWords(tokenizer.model);
  return tokenizer;
}

/**
 * Of the kinds of tokenizers, this one (XLM-RoBERTa's, and so multilingual-e5's) has no memory of its own and searches
 * anew for the pieces of every word: a fifth of the time of embedding, a twentieth with the words remembered.
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

/** Found by trying, since every tokenizer puts its special tokens in a way of its own. */
function frameOf(tokenizer: Tokenizer, prefix: string): TokenFrame {
  const bare = (text: string): readonly number[] => tokenizer.encode(text, { add_special_tokens: false }).ids;
  const framed: readonly number[] = tokenizer.encode('a').ids;
  const inner = bare('a');
  const before = framed.findIndex((_, at) => inner.every((id, i) => framed[at + i] === id));
  if (before < 0) throw new Error('its tokenizer changes a text when it frames it');
  // The space that ends a prefix belongs to the first token of the text in most tokenizers.
  return { headTokens: before + bare(prefix.trimEnd()).length, tailTokens: framed.length - before - inner.length };
}
