import { stem } from './stem.ts';
import { STOP_WORDS } from './stop-words.ts';

/** Changes with everything below that decides a term: stored chunks are then analysed anew, from their stored text. */
export const ANALYSER_VERSION = 1;

// An e-mail address, a CNPJ (which may hold letters since 2026), or a word with numbers appended: 14.133/2021, ISO-9001.
// All repetitions are bounded or cannot overlap, so that hostile text costs linear time; a longer run is cut into words.
const TOKEN =
  /[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}|[\p{L}\p{N}]{2}\.[\p{L}\p{N}]{3}\.[\p{L}\p{N}]{3}\/[\p{L}\p{N}]{4}-\p{N}{2}|[\p{L}\p{N}]{1,64}(?:[./-]\p{N}{1,64}){0,8}/gu;

const GRAM_LENGTH = 4;
// No token begins with it, so a gram is never taken for a word.
const GRAM_PREFIX = '#';

/**
 * What a text is found by: its words without stop words, stemmed, and its codes, numbers and addresses as they are.
 * Case and accents do not count. In order of appearance, repetitions included.
 */
export function wordTerms(text: string): string[] {
  return tokensOf(text).map((token) => (/^\p{L}+$/u.test(token) ? stem(token) : token));
}

/**
 * The same words as overlapping pieces of four characters, which survive other endings, a typing error, a compound, and
 * often the way to a related language. Codes give theirs without punctuation: 14133 and 14.133/2021 share some.
 */
export function gramTerms(text: string): string[] {
  return tokensOf(text).flatMap(gramsOf);
}

/** All that a text is found by: word terms, then grams. */
export function terms(text: string): string[] {
  return [...wordTerms(text), ...gramTerms(text)];
}

/** Lower case, without accents, compatibility forms (ﬁ, ², ａ) replaced. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '');
}

function tokensOf(text: string): string[] {
  return (fold(text).match(TOKEN) ?? []).filter((token) => !STOP_WORDS.has(token));
}

function gramsOf(token: string): string[] {
  const padded = `_${token.replaceAll(/[^\p{L}\p{N}]/gu, '')}_`;
  const count = Math.max(1, padded.length - GRAM_LENGTH + 1);
  return Array.from({ length: count }, (_, start) => GRAM_PREFIX + padded.slice(start, start + GRAM_LENGTH));
}
