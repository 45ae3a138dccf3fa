/** A date as far as it is written: 5 March, March 2026, or a whole date. */
export interface WrittenDate {
  readonly year: number | null;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number | null;
}

// Folded. A word that is also another word ("set", "dez", "may") is a month only next to a day or a year.
const MONTHS = [
  'janeiro jan january',
  'fevereiro fev february feb',
  'marco mar march',
  'abril abr april apr',
  'maio mai may',
  'junho jun june',
  'julho jul july',
  'agosto ago august aug',
  'setembro set september sep sept',
  'outubro out october oct',
  'novembro nov november',
  'dezembro dez december dec',
];
const MONTH_OF: ReadonlyMap<string, number> = new Map(
  MONTHS.flatMap((names, index) => names.split(' ').map((name): [string, number] => [name, index + 1])),
);
/** Names that are no other word: they are a month on their own. */
const PLAIN_MONTHS: ReadonlySet<string> = new Set(
  MONTHS.flatMap((names) => names.split(' ')).filter(
    (name) => name.length > 5 || ['maio', 'abril', 'junho', 'julho', 'april', 'june', 'july'].includes(name),
  ),
);

/** Returns the date that numbers are in a usual notation: 05/03/2026, 5.3.26, 2026-03-05, 15/08, mar/2026; else null. */
export function dateOfNumbers(run: string): WrittenDate | null {
  const iso = /^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?$/.exec(run);
  if (iso !== null) return dateOf(iso[1]!, Number(iso[2]), iso[3]);
  const whole = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})$/.exec(run);
  if (whole !== null) return dayFirst(whole[4]!, Number(whole[1]), Number(whole[3]));
  const short = /^(\d{1,2})\/(\d{1,2})$/.exec(run);
  if (short !== null) return dayFirst(undefined, Number(short[1]), Number(short[2]));
  const month = /^(\d{1,2})[-/](\d{4})$/.exec(run);
  if (month !== null) return dateOf(month[2], Number(month[1]), undefined);
  const named = /^(?:(\d{1,2})[-/.])?(\p{L}{3,9})[-/.](\d{4}|\d{2})$/u.exec(run);
  if (named !== null) return dateOf(named[3], MONTH_OF.get(named[2]!) ?? 0, named[1]);
  const dayOfMonth = /^(\d{1,2})[-/](\p{L}{3,9})$/u.exec(run);
  if (dayOfMonth !== null) return dateOf(undefined, MONTH_OF.get(dayOfMonth[2]!) ?? 0, dayOfMonth[1]);
  return null;
}

/**
 * Returns the date around the name of a month at a place in the words of a text: 5 (de) março (de) 2026, March 5, 2026;
 * null if the word there is no month.
 * @param words folded, without stop words.
 */
export function dateOfWords(words: readonly string[], at: number): WrittenDate | null {
  const name = words[at]!;
  const month = MONTH_OF.get(name);
  if (month === undefined) return null;
  const before = dayIn(words[at - 1]);
  const after = dayIn(words[at + 1]);
  const year = yearIn(words[at + 1]) ?? (after === undefined ? undefined : yearIn(words[at + 2]));
  const day = before ?? after;
  if (day === undefined && year === undefined && !PLAIN_MONTHS.has(name)) return null;
  return dateOf(year, month, day);
}

/** Returns the terms that a date is found by, the most exact one first. */
export function dateTerms({ year, month, day }: WrittenDate): readonly string[] {
  const m = two(month);
  return [
    ...(year !== null && day !== null ? [`=${year}-${m}-${two(day)}`] : []),
    ...(day === null ? [] : [`=${m}-${two(day)}`]),
    ...(year === null ? [] : [`=${year}-${m}`]),
    `=${m}`,
    ...(year === null ? [] : [String(year)]),
  ];
}

/** Brazilian order, unless only the other one is a date. */
function dayFirst(year: string | undefined, first: number, second: number): WrittenDate | null {
  return second > 12 ? dateOf(year, first, String(second)) : dateOf(year, second, String(first));
}

function dateOf(year: string | undefined, month: number, day: string | undefined): WrittenDate | null {
  const inFull = year?.length === 2 ? Number(year) + (Number(year) < 50 ? 2000 : 1900) : Number(year ?? 2000);
  const isDate = month >= 1 && month <= 12 && inFull >= 1500 && inFull < 2200;
  if (!isDate || Number(day ?? 1) < 1 || Number(day ?? 1) > 31) return null;
  return { year: year === undefined ? null : inFull, month, day: day === undefined ? null : Number(day) };
}

function dayIn(word: string | undefined): string | undefined {
  return /^(\d{1,2})(?:o|st|nd|rd|th)?$/.exec(word ?? '')?.[1];
}

function yearIn(word: string | undefined): string | undefined {
  return /^(?:1[5-9]|20|21)\d\d$/.exec(word ?? '')?.[0];
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
