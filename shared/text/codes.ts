import { dateOfNumbers, dateTerms } from './dates.ts';
import { stem } from './words/stem.ts';

/**
 * How a code, number or date is written in a text, and the terms it is found by whatever its notation. A term that is
 * a plain number or code has no punctuation: 14.133/2021 gives 14133/2021 and 14133, QX-812 gives qx812.
 */
export interface Code {
  /** The terms, the most exact one first. Never empty. */
  readonly terms: readonly string[];
  /** Where it begins in the text. */
  readonly start: number;
  /** Where it ends in the text, exclusive. */
  readonly end: number;
}

// Letters and digits joined by punctuation without spaces, a run that begins with a digit, or letters each with a full stop.
// All repetitions are bounded, so that hostile text costs linear time; a longer run is split. Only ASCII, which is all
// that codes consist of once accents are gone, and several times faster than classes of Unicode.
const RUN =
  /(?<![a-z\d])(?:(?:[a-z][.-]){2,11}(?:[a-z](?![a-z\d]))?|[a-z\d]{1,32}(?:[.,:/_-][a-z\d]{1,32}){1,8}|\d[a-z\d]{0,31})/g;
// Brazilian numbers, with or without country and area; North American ones.
const PHONE =
  /(?<![a-z\d])(?:\+?\d{1,3}[ .-]?)?(?:\(0?\d{2,3}\)|0?\d{2,3})?[ .-]?(?:9[ .-]?\d{4}|\d{3,4})[ .-]\d{4}(?![a-z\d])/g;
// Capital letters before a number are one code with it: TRT 6, QX 812.
const PAIR = /(?<![A-Za-z\d])([A-Z]{1,5}) (\d{1,10}[A-Za-z\d]{0,6})(?![A-Za-z\d])/g;
const SCALED = /(?<![a-z\d])(\d{1,12}(?:[.,]\d{1,6}){0,3}) ?(mil|k|milhao|milhoes|million|thousand)(?![a-z\d])/g;

const SCALES: Readonly<Record<string, number>> = {
  mil: 1e3,
  k: 1e3,
  thousand: 1e3,
  milhao: 1e6,
  milhoes: 1e6,
  million: 1e6,
};

/**
 * Finds the codes, numbers and numeric dates of a text, each in all its terms, in order of their kinds. Several may
 * overlap: a telephone number is also the groups of its digits.
 * @param plain the text without accents, in its own case.
 */
export function codesOf(plain: string): readonly Code[] {
  if (!/\d|[A-Za-z][.-][A-Za-z]/.test(plain)) return [];
  const folded = plain.toLowerCase();
  const found = (pattern: RegExp, text: string, termsOf: (match: RegExpExecArray) => readonly string[]): Code[] =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const terms = termsOf(match);
      return terms.length === 0 ? [] : [{ terms, start: match.index, end: match.index + match[0].length }];
    });
  const runs = found(RUN, folded, ([run]) => termsOfPart(run));
  if (!/\d/.test(plain)) return runs;
  return [
    ...runs,
    ...found(PHONE, folded, ([phone]) => termsOfPhone(phone)),
    ...found(PAIR, plain, ([, letters = '', number = '']) => [(letters + number).toLowerCase()]),
    ...found(SCALED, folded, ([, number = '', scale = '']) => [scaled(number, SCALES[scale] ?? 1)]),
  ];
}

/** Returns the terms of letters and digits without spaces; none if the run is a word. */
export function termsOfPart(run: string): readonly string[] {
  if (/^\p{L}{1,12}-\p{L}{1,16}$/u.test(run)) return [stem(compact(run))];
  if (!/\d/.test(run)) return /^(?:\p{L}[.-]){2,}\p{L}?$/u.test(run) ? [stem(compact(run))] : [];
  const date = dateOfNumbers(run);
  if (date !== null) return dateTerms(date);
  const number = numberOf(run);
  if (number !== null) return number.split('.')[0] === number ? [number] : [number, number.split('.')[0]!];
  const time = /^(\d{1,2})(?:h|:)(\d{2})?(?:min|m|h)?$/.exec(run);
  if (time !== null) return [`=${Number(time[1])}:${time[2] ?? '00'}`];
  const ordinal = /^(\d{1,4})(?:[oa]s?|st|nd|rd|th)[.-]?$/.exec(run);
  if (ordinal !== null) return [String(Number(ordinal[1])), run];
  if (/[,:]/.test(run)) return run.split(/[,:]/).flatMap(termsOfPart);
  const law = /^(\d{1,3}(?:\.\d{3})*|\d+)\/(\d{2}|\d{4})$/.exec(run);
  if (law !== null) return [`${compact(law[1]!)}/${fullYear(law[2]!)}`, compact(law[1]!), compact(run)];
  const letters = /^(\p{L}{1,6})[-_/.](\d+)$/u.exec(run);
  return letters === null ? [compact(run)] : [compact(run), letters[1]!, letters[2]!];
}

/** Returns a number without separators of thousands, its decimals after a full stop; null if it is none. */
function numberOf(run: string): string | null {
  const thousands = /^(\d{1,3}(?:\.\d{3})+)(?:,(\d+))?$/.exec(run) ?? /^(\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$/.exec(run);
  const [, whole, decimals = ''] = thousands ?? /^(\d+)(?:[.,](\d+))?$/.exec(run) ?? [];
  if (whole === undefined) return null;
  const digits = whole.replaceAll(/[.,]/g, '').replace(/^0+(?=\d)/, '');
  const rest = decimals.replace(/0+$/, '');
  return rest === '' ? digits : `${digits}.${rest}`;
}

/**
 * Returns the digits of a telephone number, also without the country, without the area, and without the 9 of mobile
 * numbers.
 */
export function termsOfPhone(phone: string): readonly string[] {
  const digits = phone.replaceAll(/\D/g, '');
  const isMobile = /9\d{8}$/.test(digits);
  const lengths = isMobile ? [11, 9, 8] : [10, 8];
  return [digits, ...lengths.filter((length) => length < digits.length).map((length) => digits.slice(-length))];
}

function scaled(number: string, scale: number): string {
  return String(Math.round(Number(numberOf(number) ?? NaN) * scale));
}

/** Two digits are a year of the last or this century. */
function fullYear(year: string): string {
  if (year.length !== 2) return year;
  return `${Number(year) < 50 ? '20' : '19'}${year}`;
}

function compact(code: string): string {
  return code.replaceAll(/[^\p{L}\p{N}]/gu, '');
}
