import type { WrittenDate } from './dates.ts';

/** A date with day, month and year. */
export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** Between the first day of a range and its last: "de 16 a 22 de novembro", "16 to 22 November". Folded. */
export const RANGE_WORDS: ReadonlySet<string> = new Set(['a', 'ate', 'to', 'until', 'through', 'till']);

/** A longer stretch is no range of days but two dates: its days would be in half of all texts. */
const MAX_DAYS = 14;

/** Returns the day that a date is; null if a part of it is missing. */
export function dayOf({ year, month, day }: WrittenDate): Day | null {
  return year === null || day === null ? null : { year, month, day };
}

/** Returns the days from one to another, both included; null if the last is before the first, or far from it. */
export function daysBetween(first: Day, last: Day): readonly Day[] | null {
  const time = ({ year, month, day }: Day): number => Date.UTC(year, month - 1, day);
  const count = (time(last) - time(first)) / 86_400_000 + 1;
  if (count < 1 || count > MAX_DAYS) return null;
  return Array.from({ length: count }, (_, offset) => {
    const date = new Date(time(first) + offset * 86_400_000);
    return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  });
}
