import { askedWords, type AskedWord } from '#shared/text/asked-words.ts';
import { codesOf } from '#shared/text/codes.ts';
import { dateOfWords, dateTerms } from '#shared/text/dates.ts';
import { fold, withoutAccents } from '#shared/text/fold.ts';
import { numberInWords, numberOfWord } from '#shared/text/words/number-words.ts';
import { stem } from '#shared/text/words/stem.ts';
import { QUESTION_WORDS, STOP_WORDS } from '#shared/text/words/stop-words.ts';

/** What a sentence says that a similar sentence may say differently; its evidence must hold all of it. */
export interface Particulars {
  /** Its numbers, dates, codes and percentages, each with the normal forms that stand for it. */
  readonly figures: readonly (readonly string[])[];
  /** The terms of its names: capitalised words after the first. */
  readonly names: readonly string[];
  /** The terms of each name of several words, in order. */
  readonly fullNames: readonly (readonly string[])[];
  /** For each unit of time that follows a number: its terms in both languages. */
  readonly units: readonly (readonly string[])[];
  readonly counted: readonly Counted[];
}

/** A number, and what it counts: the word that follows it, such as a unit. */
export interface Counted {
  /** The normal forms of the number. */
  readonly figures: ReadonlySet<string>;
  /** The term of the word; null if it is "or", "to" and the like, so that the number shares the word of the next one. */
  readonly term: string | null;
}

const WORD = /[\p{L}\p{N}]+/gu;
const PERCENT = /^\s{0,2}(?:%|por cento|percent|per cent)/;
const CURRENCY_BEFORE = /(?:r\$|[$€£]|brl|usd|eur)\s{0,2}$/;
const CURRENCY_AFTER = /^\s{0,2}(?:reais|real|dolares|dolar|dollars?|euros?|pounds?|centavos?)(?!\p{L})/u;
/** A number alone, as in the cell of a table, may be an amount; the header then has the currency. */
const ALONE = /^\s{0,2}(?![\s\p{L}\p{N}%])/u;
/** How much of the text beside a number is looked at. */
const BESIDE_CHARS = 12;
/** The words of a list item before its text: a bullet, a number, a letter, and the marks of bold text. */
const LIST_MARK = /^[\s*_#>•–-]*(?:\d{1,3}[.)]\s+|[a-z]\)\s+)?[*_]*/i;
const ORDINAL =
  /^(?:(?:primeir|segund|terceir|quart|quint|sext|setim|oitav|non|decim|vigesim|trigesim|quadragesim|quinquagesim)[oa]|first|second|third|\w+th)$/;
/** A square or cubic metre, `m²`, is no code. */
const AREA = /^(?:k|d|c|m)?m[23]$/;
const NUMBER_OR_WORD = /\d+(?:[.,]\d+)*|\p{L}+/gu;
const BETWEEN_NUMBERS: ReadonlySet<string> = new Set(['a', 'e', 'ou', 'ate', 'and', 'or', 'to']);
const ARTICLES: readonly string[] = ['um', 'uma', 'one'];
const UNITS = ['dia dias day days', 'mes meses month months', 'ano anos year years', 'hora horas hour hours']
  .concat(['minuto minutos minute minutes', 'semana semanas week weeks', 'segundos seconds'])
  .map((words) => [...new Set(words.split(' ').map(stem))]);

/** Returns a sentence of an answer without the bullet or number of a list item, which is no part of what it says. */
export function withoutListMark(sentence: string): string {
  return sentence.replace(LIST_MARK, '');
}

/**
 * Returns what the evidence of a sentence must hold.
 * @param sentence without markers and list mark. @param words its `askedWords`, which are most of the work, if they are known.
 */
export function particularsOf(sentence: string, words = askedWords(sentence)): Particulars {
  const folded = fold(sentence);
  const names = namesOf(sentence);
  return {
    figures: figuresOf(sentence, folded, words),
    names: [...new Set(names.flat())],
    fullNames: names.filter(({ length }) => length > 1),
    units: unitsOf(folded),
    counted: countedIn(sentence),
  };
}

/**
 * Returns the normal forms of the numbers, dates and codes that a text states. Unlike the terms it is found by, they do
 * not include a less exact form: 2,5 is not 2. A percentage or amount of money is also there with a sign: `2%`, `$50`.
 */
export function figuresIn(text: string): ReadonlySet<string> {
  const plain = withoutAccents(text);
  const folded = plain.toLowerCase();
  const figures = new Set<string>();
  const add = (figure: string, start: number, end: number): void => {
    figures.add(figure);
    const [before, after] = [
      folded.slice(Math.max(0, start - BESIDE_CHARS), start),
      folded.slice(end, end + BESIDE_CHARS),
    ];
    if (PERCENT.test(after)) figures.add(`${figure}%`);
    if (isMoney(before, after) || ALONE.test(after)) figures.add(`$${figure}`);
  };
  for (const { terms, start, end } of codesOf(plain)) {
    const exact = terms.filter((term) => !terms.some((other) => other.startsWith(`${term}.`)));
    for (const term of exact) add(term, start, end);
  }
  // A code without separators, such as E14, is one token.
  for (const [token] of folded.matchAll(WORD)) if (/\d/.test(token) && /\p{L}/u.test(token)) figures.add(token);
  for (const [digits] of folded.matchAll(/\d{1,20}(?: \d{1,20}){2,8}/g)) figures.add(digits.replaceAll(' ', ''));
  const tokens = [...folded.matchAll(WORD)];
  const words = tokens.map(([word]) => word);
  const content = words.filter((word) => !STOP_WORDS.has(word));
  content.forEach((_, at) => {
    const date = dateOfWords(content, at);
    if (date !== null) for (const term of dateTerms(date)) figures.add(term);
  });
  for (let at = 0; at < words.length; at++) {
    const number = numberInWords(words, at);
    const value = number?.value ?? singleNumber(words, at);
    const last = at + (number?.wordCount ?? 1) - 1;
    const end = tokens[last]!.index + words[last]!.length;
    if (value !== undefined) add(String(value), tokens[at]!.index, end);
    at = last;
  }
  return figures;
}

/** Returns the numbers that a word follows, each with what it counts. */
export function countedIn(text: string): readonly Counted[] {
  const folded = fold(text);
  const tokens = [...folded.matchAll(NUMBER_OR_WORD)];
  return tokens.flatMap(({ 0: number, index }, at) => {
    const next = tokens[at + 1];
    const isNumber = /^\d/.test(number) || cardinalOf(number) !== undefined;
    if (!isNumber || next === undefined || /^\d/.test(next[0])) return [];
    if (folded.slice(index + number.length, next.index).trim() !== '') return [];
    const isBetween = BETWEEN_NUMBERS.has(next[0]);
    if (!isBetween && STOP_WORDS.has(next[0])) return [];
    return [{ figures: figuresIn(number), term: isBetween ? null : stem(next[0]) }];
  });
}

/** "Um" and "one" are numbers only before a unit: they are mostly articles. */
function singleNumber(words: readonly string[], at: number): number | undefined {
  const word = words[at]!;
  if (!ARTICLES.includes(word)) return numberOfWord(word);
  const next = stem(words[at + 1] ?? '');
  return UNITS.some((unit) => unit.includes(next)) ? 1 : undefined;
}

function figuresOf(sentence: string, folded: string, words: readonly AskedWord[]): readonly (readonly string[])[] {
  // "10% (dez por cento)" is no 10 December.
  const undated = sentence.replaceAll(/\(dez(?!\p{L})/giu, '(10');
  const read = undated === sentence ? words : askedWords(undated);
  return read.flatMap(({ isCode, term, written, forms }) => {
    if (AREA.test(term)) return [];
    const value = isCode ? undefined : cardinalOf(written);
    if (!isCode && value === undefined) return [];
    const isDate = term.startsWith('=');
    const number = value !== undefined ? String(value) : /^\d{1,15}$/.test(term) ? String(Number(term)) : term;
    const beside = isDate ? [] : besideWord(folded, written);
    if (beside.some(({ after }) => PERCENT.test(after))) return [[`${number}%`]];
    if (beside.some(({ before, after }) => isMoney(before, after))) return [[`$${number}`]];
    const same = isDate || !isCode ? [] : [...forms].filter(([, share]) => share === 1).map(([form]) => form);
    return [[number, ...(isCode ? [term] : []), ...same]];
  });
}

/** Returns the text before and after each place of a word or number that is no part of a longer one. */
function besideWord(text: string, word: string): readonly { readonly before: string; readonly after: string }[] {
  const parts = text.split(word);
  return parts.slice(1).flatMap((_, index) => {
    const [before, after] = [parts.slice(0, index + 1).join(word), parts.slice(index + 1).join(word)];
    const isPart = /[\p{L}\d]$|\d[.,]$/u.test(before) || /^[\p{L}\d]|^[.,]\d/u.test(after);
    return isPart ? [] : [{ before, after }];
  });
}

function isMoney(before: string, after: string): boolean {
  return CURRENCY_BEFORE.test(before) || CURRENCY_AFTER.test(after);
}

/** An ordinal in words is mostly another word: "segundo o contrato", "second", "quarta". "Cento" is part of a percentage. */
function cardinalOf(word: string): number | undefined {
  return ORDINAL.test(word) || word === 'cento' ? undefined : numberOfWord(word);
}

/** Returns the names of a sentence, each as its terms. Words that follow each other are one name. */
function namesOf(sentence: string): readonly (readonly string[])[] {
  const text = sentence.normalize('NFC');
  const words = [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)];
  const names: string[][] = [];
  let end = -1;
  for (const [at, { 0: word, index }] of words.entries()) {
    if (at === 0 || !/^\p{Lu}\p{L}/u.test(word) || /\p{N}/u.test(word)) continue;
    // The first word of a sentence within the sentence is no name either: `Resposta: Guarde por 5 anos`.
    const next = words[at + 1];
    const beginsSentence = /[:“"«(]\s*$/.test(text.slice(Math.max(0, index - 3), index));
    if (beginsSentence && next !== undefined && /^\p{Ll}/u.test(next[0])) continue;
    const folded = fold(word);
    const isOther =
      STOP_WORDS.has(folded) ||
      QUESTION_WORDS.has(folded) ||
      numberOfWord(folded) !== undefined ||
      dateOfWords([folded], 0) !== null;
    if (isOther || !/^\p{L}+$/u.test(folded)) continue;
    const isContinued = end >= 0 && text.slice(end, index).trim() === '';
    if (isContinued) names.at(-1)!.push(stem(folded));
    else names.push([stem(folded)]);
    end = index + word.length;
  }
  return names;
}

function unitsOf(folded: string): readonly (readonly string[])[] {
  const words = [...folded.matchAll(WORD)];
  const found = words.flatMap(({ 0: word, index }, at) => {
    const { 0: before, index: start } = words[at - 1] ?? { 0: '', index: 0 };
    // `R$ 40, segundo o contrato` has no seconds.
    if (folded.slice(start + before.length, index).trim() !== '') return [];
    if (!/^\d+$/.test(before) && cardinalOf(before) === undefined && !ARTICLES.includes(before)) return [];
    return UNITS.filter((unit) => unit.includes(stem(word)));
  });
  return [...new Set(found)];
}
