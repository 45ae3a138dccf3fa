import { fold } from '#shared/text/fold.ts';

const MONTHS_PT = 'janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro'.split(' ');
const MONTHS_EN = 'January February March April May June July August September October November December'.split(' ');

/** A day, a week, a month or a year, in words that a search finds in any notation. */
type Absolute = (now: Date) => string;

const day =
  (offset: number, isPortuguese: boolean): Absolute =>
  (now) => {
    const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() + offset);
    const [number, month, year] = [date.getDate(), date.getMonth(), date.getFullYear()];
    return isPortuguese ? `em ${number} de ${MONTHS_PT[month]} de ${year}` : `on ${number} ${MONTHS_EN[month]} ${year}`;
  };
/** From Monday to Sunday. */
const week =
  (offset: number, isPortuguese: boolean): Absolute =>
  (now) => {
    const monday = now.getDate() - ((now.getDay() + 6) % 7) + 7 * offset;
    const [first, last] = [0, 6].map((days) => new Date(now.getFullYear(), now.getMonth(), monday + days));
    const names = isPortuguese ? MONTHS_PT : MONTHS_EN;
    const of = isPortuguese ? ' de ' : ' ';
    const whole = (date: Date): string => [date.getDate(), names[date.getMonth()], date.getFullYear()].join(of);
    const start = first!.getMonth() === last!.getMonth() ? first!.getDate() : whole(first!);
    return isPortuguese ? `de ${start} a ${whole(last!)}` : `from ${start} to ${whole(last!)}`;
  };
const month =
  (offset: number, isPortuguese: boolean): Absolute =>
  (now) => {
    const date = new Date(now.getFullYear(), now.getMonth() + offset, 1);
    const names = isPortuguese ? MONTHS_PT : MONTHS_EN;
    return isPortuguese
      ? `em ${names[date.getMonth()]} de ${date.getFullYear()}`
      : `in ${names[date.getMonth()]} ${date.getFullYear()}`;
  };
const year =
  (offset: number, isPortuguese: boolean): Absolute =>
  (now) =>
    `${isPortuguese ? 'em' : 'in'} ${now.getFullYear() + offset}`;

// Accents are optional, and folding keeps the length of these words. A search for a range finds each of its days; see
// addDates in shared/text/asked-words.ts.
const RELATIVE: readonly { readonly pattern: RegExp; readonly absolute: Absolute }[] = [
  { pattern: /\b(?:de )?anteontem\b/g, absolute: day(-2, true) },
  { pattern: /\b(?:de )?ontem\b/g, absolute: day(-1, true) },
  { pattern: /\b(?:de )?hoje\b(?! em dia)/g, absolute: day(0, true) },
  { pattern: /\b(?:de )?amanha\b/g, absolute: day(1, true) },
  { pattern: /\b(?:(?:n|d)?a )?semana passada\b/g, absolute: week(-1, true) },
  { pattern: /\b(?:n|d)?es[st]a semana\b/g, absolute: week(0, true) },
  { pattern: /\b(?:(?:n|d)?a )?(?:semana que vem|proxima semana)\b/g, absolute: week(1, true) },
  { pattern: /\b(?:(?:n|d)?o )?mes passado\b/g, absolute: month(-1, true) },
  { pattern: /\b(?:n|d)?es[st]e mes\b/g, absolute: month(0, true) },
  { pattern: /\b(?:(?:n|d)?o )?(?:mes que vem|proximo mes)\b/g, absolute: month(1, true) },
  { pattern: /\b(?:(?:n|d)?o )?ano passado\b/g, absolute: year(-1, true) },
  { pattern: /\b(?:n|d)?es[st]e ano\b/g, absolute: year(0, true) },
  { pattern: /\btoday\b(?!['’])/g, absolute: day(0, false) },
  { pattern: /\btomorrow\b(?!['’])/g, absolute: day(1, false) },
  { pattern: /\b(?:in |from |of )?last week\b(?!['’])/g, absolute: week(-1, false) },
  { pattern: /\b(?:in |from |of )?this week\b(?!['’])/g, absolute: week(0, false) },
  { pattern: /\b(?:in |from |of )?next week\b(?!['’])/g, absolute: week(1, false) },
  { pattern: /\byesterday\b/g, absolute: day(-1, false) },
  { pattern: /\b(?:in |from )?last month\b/g, absolute: month(-1, false) },
  { pattern: /\b(?:in )?this month\b/g, absolute: month(0, false) },
  { pattern: /\b(?:in )?next month\b/g, absolute: month(1, false) },
  { pattern: /\b(?:in |from )?last year\b/g, absolute: year(-1, false) },
  { pattern: /\b(?:in )?this year\b/g, absolute: year(0, false) },
];

/** Returns a question in which days, weeks, months and years are named by their dates: "mês passado" is "em outubro de 2026". */
export function withAbsoluteDates(question: string, now: Date): string {
  return replaceDates(question, (absolute) => absolute(now));
}

/** Returns a question without the words for such days, weeks, months and years. */
export function withoutRelativeDates(question: string): string {
  return replaceDates(question, () => '');
}

function replaceDates(question: string, write: (absolute: Absolute) => string): string {
  let written = question.normalize('NFC');
  for (const { pattern, absolute } of RELATIVE) {
    const folded = fold(written);
    // Folding some letters changes their number, and then nothing can be replaced in place.
    if (folded.length !== written.length) return question;
    const matches = [...folded.matchAll(pattern)].toReversed();
    for (const { 0: match, index } of matches) {
      written = written.slice(0, index) + write(absolute) + written.slice(index + match.length);
    }
  }
  return written;
}
