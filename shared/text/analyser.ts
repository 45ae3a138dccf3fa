import { fold } from './fold.ts';
import { stem } from './stem.ts';
import { STOP_WORDS } from './stop-words.ts';

/**
 * Must change with anything below, or in `fold` and `stem`, that affects terms: stored chunks are then analysed again
 * from their stored text.
 */
export const ANALYSER_VERSION = 1;

// An e-mail address, a CNPJ (which may contain letters since 2026), or a word with numbers appended: 14.133/2021, ISO-9001.
// All repetitions are bounded or cannot overlap, so that hostile text costs linear time; a longer run is split.
const TOKEN =
  /[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}|[\p{L}\p{N}]{2}\.[\p{L}\p{N}]{3}\.[\p{L}\p{N}]{3}\/[\p{L}\p{N}]{4}-\p{N}{2}|[\p{L}\p{N}]{1,64}(?:[./-]\p{N}{1,64}){0,8}/gu;

const GRAM_LENGTH = 4;
// No token begins with it, so a gram is never mistaken for a word.
const GRAM_PREFIX = '#';

/**
 * Returns the terms that a text is found by: its words, stemmed and without stop words, and its codes, numbers and
 * addresses unchanged. Case and accents are ignored. In order of appearance, including repetitions.
 */
export function wordTerms(text: string): string[] {
  return tokensOf(text).map((token) => (/^\p{L}+$/u.test(token) ? stem(token) : token));
}

/**
 * Returns the same words as overlapping pieces of four characters. These still match despite a different ending, a
 * typing error or a compound, and often in a related language. Punctuation in codes is dropped: 14133 and 14.133/2021
 * share some.
 */
export function gramTerms(text: string): string[] {
  return tokensOf(text).flatMap(gramsOf);
}

/** Returns all terms that a text is found by: word terms, then grams. */
export function terms(text: string): string[] {
  return [...wordTerms(text), ...gramTerms(text)];
}

function tokensOf(text: string): string[] {
  return (fold(text).match(TOKEN) ?? []).filter((token) => !STOP_WORDS.has(token));
}

function gramsOf(token: string): string[] {
  const padded = `_${token.replaceAll(/[^\p{L}\p{N}]/gu, '')}_`;
  const count = Math.max(1, padded.length - GRAM_LENGTH + 1);
  return Array.from({ length: count }, (_, start) => GRAM_PREFIX + padded.slice(start, start + GRAM_LENGTH));
}
