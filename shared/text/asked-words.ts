import { RecentValues } from '../recent-values.ts';
import { CODE_TOKEN, termsOfToken } from './analyser.ts';
import { codesOf, termsOfPart, termsOfPhone } from './codes.ts';
import { meantBy } from './words/colloquial.ts';
import { dayOf, daysBetween, RANGE_WORDS, type Day } from './date-ranges.ts';
import { dateOfWords, dateTerms, type WrittenDate } from './dates.ts';
import { withoutAccents } from './fold.ts';
import { infinitivesOf, inflectionsOf, presentInfinitivesOf, verbFormsOf } from './words/inflections.ts';
import { numberInWords, numberOfWord, wordsOfNumber } from './words/number-words.ts';
import { stem } from './words/stem.ts';
import { STOP_WORDS } from './words/stop-words.ts';
import { alternativesOf } from './words/synonyms.ts';
import { isUnspaced, withoutQuestionWords } from './words/unspaced-scripts.ts';

/** One word of a question, and all terms that a text may have in its place. */
export interface AskedWord {
  /** As in the question, but without accents and in lower case. */
  readonly written: string;
  /** The term that stands for it: a stem, a number, or a code or date in its normal form. */
  readonly term: string;
  /**
   * Terms of a text that count as this word, and how much, from 0 to 1. `term` itself counts 1; an inflection, a
   * synonym, or a less exact form of a date or code counts less.
   */
  readonly forms: ReadonlyMap<string, number>;
  /** Whether it is a number, date or code, which one text has and a similar one has not. */
  readonly isCode: boolean;
}

/** What a word of the same family counts, such as municipal for município. */
export const FAMILY_SHARE = 0.4;
/** Words of a family begin with the same letters: at least this many. */
export const FAMILY_LETTERS = 5;
/** The same as a share of the longer word: participar has more in common with participação than with party. */
const FAMILY_LETTERS_SHARE = 0.6;

/** Returns how much of a word of a question some terms hold, 0 to 1: the best share among its forms. */
export function shareHeld({ forms }: AskedWord, terms: ReadonlySet<string>): number {
  let held = 0;
  for (const [form, share] of forms) if (share > held && terms.has(form)) held = share;
  return held;
}

/** Whether two terms are taken for words of one family, such as municipal and município, by the letters they begin with. */
export function areFamily(one: string, other: string): boolean {
  const letters = Math.max(FAMILY_LETTERS, Math.ceil(Math.max(one.length, other.length) * FAMILY_LETTERS_SHARE));
  return one.length >= letters && other.startsWith(one.slice(0, letters));
}

const SHARES = {
  /** A code with a part left out, such as a law without its year. */
  lessExact: 0.8,
  /** The number that a word is, or a word that a number may be written as. */
  number: 0.7,
  inflection: 0.7,
  /** Of a date: its day without the year; the month and year; the month. */
  date: [1, 0.9, 0.4, 0.2],
};
const MAX_FORMS = 40;

/** A token of the question, with where it stands. */
interface Token {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Returns the words of a question in order, each once, without stop words, each with what may stand in its place: codes,
 * numbers and dates in any notation, inflections, short forms and synonyms. The keys of all `forms` are terms as
 * `wordTerms` gives them for a text.
 */
export function askedWords(question: string): readonly AskedWord[] {
  const plain = withoutAccents(question);
  const folded = plain.toLowerCase();
  const tokens = [...folded.matchAll(CODE_TOKEN)].map(({ 0: word, index }): Token => ({
    word,
    start: index,
    end: index + word.length,
  }));
  const taken = new Set<Token>();
  const found: { readonly start: number; readonly word: AskedWord }[] = [];
  const add = (start: number, word: AskedWord | null): void => {
    if (word !== null) found.push({ start, word });
  };

  // What consists of several tokens is one word of the question.
  addSpacedDigits(tokens, folded, taken, add);
  addDates(tokens, taken, add);
  for (const { terms, start, end } of codesOf(plain).toSorted((a, b) => b.end - b.start - (a.end - a.start))) {
    const covered = tokens.filter((token) => token.start >= start && token.end <= end);
    if (covered.length < 2 || covered.some((token) => taken.has(token))) continue;
    if (/^\p{L}+[ -]/u.test(folded.slice(start, end))) continue;
    for (const token of covered) taken.add(token);
    add(start, codeWord(folded.slice(start, end), terms));
  }
  addNumbersInWords(tokens, taken, add);

  const joinedToNext = tokens.map((token, at) => joinedWith(token, tokens[at + 1], folded));
  tokens.forEach((token, at) => {
    if (taken.has(token)) return;
    const joined = [joinedToNext[at - 1] ?? null, joinedToNext[at] ?? null];
    for (const word of wordsOfToken(token.word)) add(token.start, withForms(word, joined));
  });
  found.sort((a, b) => a.start - b.start);
  return [...new Map(found.map(({ word }) => [word.term, word])).values()];
}

type Add = (start: number, word: AskedWord | null) => void;

/** Groups of digits with spaces between them are one number if there are three or more: 12 345 678 0001 95. */
function addSpacedDigits(tokens: readonly Token[], text: string, taken: Set<Token>, add: Add): void {
  for (let at = 0; at < tokens.length; at++) {
    let end = at;
    while (
      /^\d+$/.test(tokens[end]?.word ?? '') &&
      (end === at || text.slice(tokens[end - 1]!.end, tokens[end]!.start) === ' ')
    ) {
      end++;
    }
    if (end - at < 3) continue;
    const parts = tokens.slice(at, end);
    for (const part of parts) taken.add(part);
    add(
      tokens[at]!.start,
      codeWord(parts.map(({ word }) => word).join(' '), termsOfPhone(parts.map(({ word }) => word).join(''))),
    );
    at = end - 1;
  }
}

function addDates(tokens: readonly Token[], taken: Set<Token>, add: Add): void {
  const content = tokens.filter(({ word }) => !STOP_WORDS.has(word));
  const words = content.map(({ word }) => word);
  const dates: DateInText[] = [];
  content.forEach((token, at) => {
    const date = dateOfWords(words, at);
    if (date === null) return;
    const isYear = (word = ''): boolean => Number(word) === date.year;
    const isDay = (word = ''): boolean => /^\d{1,2}\D{0,2}$/.test(word) && parseInt(word, 10) === date.day;
    const used = [content[at - 1], content[at + 1], content[at + 2]].filter((t) => isYear(t?.word) || isDay(t?.word));
    // The year before a month may be that of the date before it.
    const parts = [token, ...used].flatMap((part) => (part === undefined || taken.has(part) ? [] : part));
    for (const part of parts) taken.add(part);
    const places = parts.map((part) => tokens.indexOf(part));
    dates.push({ date, token, first: Math.min(...places), last: Math.max(...places) });
  });
  for (const [at, written] of dates.entries()) {
    const range = rangeTo(written, dates[at - 1], tokens, taken);
    // A range that begins with a whole date is one with it.
    const next = dates[at + 1];
    if (next?.first === written.last + 2 && rangeTo(next, written, tokens, taken) !== null) continue;
    const { date, token } = written;
    const terms = range === null ? [dateTerms(date)] : range.map(dateTerms);
    const word = codeWord(token.word, terms[0]!, range === null ? [stem(token.word)] : []);
    const forms = new Map(word.forms);
    for (const each of terms.slice(1)) {
      for (const [form, share] of codeWord('', each).forms) offer(forms, form, share);
    }
    add(token.start, { ...word, forms });
  }
}

/** A date, and where it stands among the tokens. */
interface DateInText {
  readonly date: WrittenDate;
  /** The month. */
  readonly token: Token;
  readonly first: number;
  readonly last: number;
}

/**
 * Returns the days of a range that ends with this date, "de 16 a 22 de novembro de 2026"; null if it ends none.
 * @param before the date before it.
 */
function rangeTo(
  written: DateInText,
  before: DateInText | undefined,
  tokens: readonly Token[],
  taken: Set<Token>,
): readonly Day[] | null {
  const last = dayOf(written.date);
  if (last === null || !RANGE_WORDS.has(tokens[written.first - 1]?.word ?? '')) return null;
  const at = written.first - 2;
  if (before?.last === at) {
    const first = dayOf(before.date);
    return first === null ? null : daysBetween(first, last);
  }
  const token = tokens[at];
  const day = /^\d{1,2}$/.test(token?.word ?? '') ? Number(token!.word) : 0;
  const days = day === 0 ? null : daysBetween({ ...last, day }, last);
  if (days !== null) taken.add(token!);
  return days;
}

function addNumbersInWords(tokens: readonly Token[], taken: Set<Token>, add: Add): void {
  const words = tokens.map((token) => (taken.has(token) ? '' : token.word));
  for (let at = 0; at < words.length; at++) {
    const number = numberInWords(words, at);
    if (number === null) continue;
    const parts = tokens.slice(at, at + number.wordCount);
    for (const part of parts) taken.add(part);
    add(tokens[at]!.start, codeWord(parts.map(({ word }) => word).join(' '), [String(number.value)]));
    at += number.wordCount - 1;
  }
}

function wordsOfToken(token: string): readonly AskedWord[] {
  if (isUnspaced(token)) {
    return withoutQuestionWords(token)
      .flatMap(termsOfToken)
      .map((pair) => plainWord(pair, [[pair, 1]]));
  }
  if (/^\p{L}+$/u.test(token)) {
    const word = meantBy(token);
    return word === '' || STOP_WORDS.has(word) ? [] : [letterWord(word)];
  }
  if (token.includes('@')) return [plainWord(token, [[token, 1]])];
  const terms = termsOfPart(token);
  const parts = /^(\p{L}{1,6})[-_/.](\d+)$/u.exec(token);
  if (parts !== null && !terms[0]?.startsWith('=')) {
    const joined: [string, number] = [parts[1]! + parts[2]!, 1];
    return [withForms(letterWord(parts[1]!), [joined]), withForms(numberWord(parts[2]!), [joined])];
  }
  return [/^\d+$/.test(token) ? numberWord(token) : codeWord(token, terms, termsOfToken(token))];
}

/**
 * Words of letters, whose inflections and synonyms are most of the work: each sentence of an answer is read like a
 * question, and sentences repeat their words. Less than 10 MB.
 */
const KNOWN_WORDS = new RecentValues<string, AskedWord>(5_000);

function letterWord(word: string): AskedWord {
  const known = KNOWN_WORDS.find(word);
  if (known !== undefined) return known;
  const read = readLetterWord(word);
  KNOWN_WORDS.keep(word, read, 1);
  return read;
}

function readLetterWord(word: string): AskedWord {
  const number = numberOfWord(word);
  const forms = new Map<string, number>([[stem(word), 1]]);
  if (number !== undefined) offer(forms, String(number), SHARES.number);
  const lemmas = [word, ...infinitivesOf(word), ...presentInfinitivesOf(word).filter(isKnown)];
  // What comes first is kept where there are too many.
  for (const { word: other, share } of lemmas.flatMap(alternativesOf)) offer(forms, stem(other), share);
  for (const form of inflectionsOf(word)) offer(forms, stem(form), SHARES.inflection);
  for (const { word: other, share } of lemmas.flatMap(alternativesOf)) {
    for (const form of verbFormsOf(other)) offer(forms, stem(form), share * SHARES.inflection);
  }
  return { written: word, term: stem(word), forms, isCode: false };
}

/** Whether it has alternatives: "durar", of "dura", but no verb of the noun "casa". */
function isKnown(infinitive: string): boolean {
  return alternativesOf(infinitive).length > 0;
}

function numberWord(digits: string): AskedWord {
  const number = String(Number(digits));
  const forms = new Map<string, number>([[digits, 1]]);
  if (digits.length < 16) offer(forms, number, SHARES.lessExact);
  for (const word of wordsOfNumber(Number(digits))) offer(forms, stem(word), SHARES.number);
  return { written: digits, term: digits, forms, isCode: true };
}

function codeWord(written: string, terms: readonly string[], same: readonly string[] = []): AskedWord {
  const isDate = terms[0]?.startsWith('=') ?? false;
  const forms = new Map<string, number>();
  const term = terms[0] ?? written;
  terms.forEach((form, index) => {
    offer(forms, form, index === 0 ? 1 : isDate ? shareOfDate(term, form) : SHARES.lessExact);
  });
  for (const form of same) offer(forms, form, 1);
  for (const word of /^\d+$/.test(term) ? wordsOfNumber(Number(term)) : []) offer(forms, stem(word), SHARES.number);
  return { written, term, forms, isCode: true };
}

function shareOfDate(exact: string, form: string): number {
  // A year alone says little; the other terms of a date get shorter as they get less exact.
  if (!form.startsWith('=')) return 0.1;
  const isMonthOnly = form.length === 3;
  if (isMonthOnly) return exact.length === 8 ? 0.5 : 0.2;
  return form.length === 6 ? 0.9 : 0.4;
}

function plainWord(term: string, forms: readonly (readonly [string, number])[]): AskedWord {
  return { written: term, term, forms: new Map(forms), isCode: false };
}

/** Letters beside a number may be one code with it, and two words one compound: TRT 6, micro-ondas. */
function joinedWith(
  first: Token | undefined,
  second: Token | undefined,
  text: string,
): readonly [string, number] | null {
  if (first === undefined || second === undefined || !/^[ -]$/.test(text.slice(first.end, second.start))) return null;
  if (STOP_WORDS.has(first.word) || STOP_WORDS.has(second.word)) return null;
  const joined = first.word + second.word;
  if (/^\p{L}{1,5}\d[\p{L}\d]*$/u.test(joined)) return [joined, 1];
  return /^\p{L}{3,24}$/u.test(joined) ? [stem(joined), 1] : null;
}

function withForms(word: AskedWord, further: readonly (readonly [string, number] | null)[]): AskedWord {
  if (further.every((form) => form === null)) return word;
  const forms = new Map(word.forms);
  for (const form of further) if (form !== null) offer(forms, ...form);
  return { ...word, forms };
}

function offer(forms: Map<string, number>, term: string, share: number): void {
  if (forms.size < MAX_FORMS || forms.has(term)) forms.set(term, Math.max(forms.get(term) ?? 0, share));
}
