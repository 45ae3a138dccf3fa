import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import type { EmbeddedKind } from './embedder.ts';
import type { EmbedderFolder } from './embedder-folder.ts';
import { type TokenFrame, type TokenWindow, splitIntoWindows } from './token-windows.ts';

/** Turns a text with its prefix into the tokens of a model, in windows when it is long. */
export type Encode = (text: string, kind: EmbeddedKind) => readonly TokenWindow[];

/** Reads the model's own tokenizer; nothing is fetched. @throws when its files cannot be used. */
export function openTokens({ folder, windowTokens, prefixes }: EmbedderFolder): Encode {
  const read = (file: string): object => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  const tokenizer = new Tokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
  const frames = { query: frameOf(tokenizer, prefixes.query), passage: frameOf(tokenizer, prefixes.passage) };
  return (text, kind) => splitIntoWindows(tokenizer.encode(prefixes[kind] + text).ids, frames[kind], windowTokens);
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
