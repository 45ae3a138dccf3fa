import { codesOf } from './codes.ts';
import { dateOfWords, dateTerms } from './dates.ts';
import { fold, withoutAccents } from './fold.ts';
import { RecentTexts } from './recent-texts.ts';
import { numberInWords } from './words/number-words.ts';
import { stem } from './words/stem.ts';
import { STOP_WORDS } from './words/stop-words.ts';
import { isUnspaced, pairsOf } from './words/unspaced-scripts.ts';

/**
 * Must change with anything below, or in the files of this folder that it imports, that affects terms: stored chunks are
 * then analysed again from their stored text.
 */
export const ANALYSER_VERSION = 2;

// An e-mail address, a CNPJ (which may contain letters since 2026), or a word with numbers appended: 14.133/2021, ISO-9001.
// All repetitions are bounded or cannot overlap, so that hostile text costs linear time; a longer run is split.
const TOKEN =
  /[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}|[\p{L}\p{N}]{2}\.[\p{L}\p{N}]{3}\.[\p{L}\p{N}]{3}\/[\p{L}\p{N}]{4}-\p{N}{2}|[\p{L}\p{N}]{1,64}(?:[./-]\p{N}{1,64}){0,8}/gu;

/** The same in a question, where a code of letters and digits is one token: qxt-4j18, 1.500,00. */
export const CODE_TOKEN =
  /[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}|(?<![\p{L}\p{N}])(?:\p{L}[.-]){2,11}(?:\p{L}(?![\p{L}\p{N}]))?|(?=[\p{L}._/-]{0,40}\p{N})[\p{L}\p{N}]{1,32}(?:[.,:/_-][\p{L}\p{N}]{1,32}){0,8}|[\p{L}\p{N}]{1,64}/gu;

const GRAM_LENGTH = 4;
// No token begins with it, so a gram is never mistaken for a word.
const GRAM_PREFIX = '#';

/** Texts repeat their words, and looking one up is ten times as fast as analysing it again. */
const KNOWN_TOKENS = new Map<string, readonly string[]>();
/** About 2 MB. */
const MAX_KNOWN_TOKENS = 20_000;

/**
 * Ranking analyses the sentences of the 50 passages found, and quoting those of the best, again for every question: half
 * of the CPU of an answer in a small folder. About 3,000 passages, whose terms take some 30 MB.
 */
const MAX_RECENT_CHARS = 2_000_000;

/** The terms of a text. */
export interface TextTerms {
  /** Its words, stemmed and without stop words, and its codes, numbers and addresses as written. In order, with repetitions. */
  readonly words: readonly string[];
  /** What its codes, numbers and dates are found by in any other notation, each once; see codes.ts and dates.ts. */
  readonly codes: readonly string[];
}

/**
 * Returns the terms that a text is found by: its words, then its codes in the normal forms that a question in another
 * notation has too. Case and accents are ignored. Words are in order of appearance, including repetitions.
 */
export function wordTerms(text: string): readonly string[] {
  return RECENT_TERMS.of(text);
}

const RECENT_TERMS = new RecentTexts<readonly string[]>((text) => {
  const { words, codes } = textTerms(text);
  return [...words, ...codes];
}, MAX_RECENT_CHARS);

/** Returns the same terms, words and codes apart. */
export function textTerms(text: string): TextTerms {
  const plain = withoutAccents(text);
  const tokens = plain.toLowerCase().match(TOKEN) ?? [];
  const words = tokens.filter((token) => !STOP_WORDS.has(token));
  const codes = new Set<string>();
  for (const { terms } of codesOf(plain)) for (const term of terms) codes.add(term);
  words.forEach((_, at) => {
    const date = dateOfWords(words, at);
    if (date !== null) for (const term of dateTerms(date)) codes.add(term);
  });
  for (let at = 0; at < tokens.length; at++) {
    const number = numberInWords(tokens, at);
    if (number === null) continue;
    codes.add(String(number.value));
    at += number.wordCount - 1;
  }
  const terms: string[] = [];
  for (const word of words) terms.push(...termsOfToken(word));
  if (codes.size > 0) for (const term of terms) codes.delete(term);
  return { words: terms, codes: [...codes] };
}

/**
 * Returns the same words as overlapping pieces of four characters. These still match despite a different ending, a
 * typing error or a compound, and often in a related language. Punctuation in codes is dropped: 14133 and 14.133/2021
 * share some.
 */
export function gramTerms(text: string): string[] {
  return contentTokens(text).flatMap(gramsOf);
}

/** Returns all terms that a text is found by: word terms, then grams. */
export function terms(text: string): readonly string[] {
  return [...wordTerms(text), ...gramTerms(text)];
}

/** Returns the terms of a token that is no stop word: the stem of a word, pairs of characters, or a code as it is. */
export function termsOfToken(token: string): readonly string[] {
  const known = KNOWN_TOKENS.get(token);
  if (known !== undefined) return known;
  const terms = isUnspaced(token) ? pairsOf(token) : [/^\p{L}+$/u.test(token) ? stem(token) : token];
  if (KNOWN_TOKENS.size >= MAX_KNOWN_TOKENS) KNOWN_TOKENS.clear();
  KNOWN_TOKENS.set(token, terms);
  return terms;
}

/** Returns the words, codes and addresses of a text as they stand in it, folded, without stop words. */
export function contentTokens(text: string): readonly string[] {
  const tokens = fold(text).match(TOKEN) ?? [];
  return tokens.filter((token) => !STOP_WORDS.has(token));
}

/** Returns the overlapping pieces of one token. */
export function gramsOf(token: string): string[] {
  const padded = `_${token.replaceAll(/[^\p{L}\p{N}]/gu, '')}_`;
  const count = Math.max(1, padded.length - GRAM_LENGTH + 1);
  return Array.from({ length: count }, (_, start) => GRAM_PREFIX + padded.slice(start, start + GRAM_LENGTH));
}
