import { fold } from '#shared/text/fold.ts';

const MONTHS_PT = 'janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro'.split(' ');
const MONTHS_EN = 'January February March April May June July August September October November December'.split(' ');

/** A day, a month or a year, in words that a search finds in any notation. */
type Absolute = (now: Date) => string;

const day =
  (offset: number, isPortuguese: boolean): Absolute =>
  (now) => {
    const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() + offset);
    const [number, month, year] = [date.getDate(), date.getMonth(), date.getFullYear()];
    return isPortuguese ? `em ${number} de ${MONTHS_PT[month]} de ${year}` : `on ${number} ${MONTHS_EN[month]} ${year}`;
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

// Accents are optional, and folding keeps the length of these words. Weeks are left as they are: no date is that of a
// week, and a search for its first day finds less than one for the words.
const RELATIVE: readonly { readonly pattern: RegExp; readonly absolute: Absolute }[] = [
  { pattern: /\b(?:de )?anteontem\b/g, absolute: day(-2, true) },
  { pattern: /\b(?:de )?ontem\b/g, absolute: day(-1, true) },
  { pattern: /\b(?:(?:n|d)?o )?mes passado\b/g, absolute: month(-1, true) },
  { pattern: /\b(?:n|d)?es[st]e mes\b/g, absolute: month(0, true) },
  { pattern: /\b(?:(?:n|d)?o )?(?:mes que vem|proximo mes)\b/g, absolute: month(1, true) },
  { pattern: /\b(?:(?:n|d)?o )?ano passado\b/g, absolute: year(-1, true) },
  { pattern: /\b(?:n|d)?es[st]e ano\b/g, absolute: year(0, true) },
  { pattern: /\byesterday\b/g, absolute: day(-1, false) },
  { pattern: /\b(?:in |from )?last month\b/g, absolute: month(-1, false) },
  { pattern: /\b(?:in )?this month\b/g, absolute: month(0, false) },
  { pattern: /\b(?:in )?next month\b/g, absolute: month(1, false) },
  { pattern: /\b(?:in |from )?last year\b/g, absolute: year(-1, false) },
  { pattern: /\b(?:in )?this year\b/g, absolute: year(0, false) },
];

/** Returns a question in which days, months and years are named by their dates: "mês passado" is "em outubro de 2026". */
export function withAbsoluteDates(question: string, now: Date): string {
  let written = question.normalize('NFC');
  for (const { pattern, absolute } of RELATIVE) {
    const folded = fold(written);
    // Folding some letters changes their number, and then nothing can be replaced in place.
    if (folded.length !== written.length) return question;
    const matches = [...folded.matchAll(pattern)].toReversed();
    for (const { 0: match, index } of matches) {
      written = written.slice(0, index) + absolute(now) + written.slice(index + match.length);
    }
  }
  return written;
}
