/** A stretch of days that a question may name. */
export type Period =
  | 'TODAY'
  | 'YESTERDAY'
  | 'THIS_WEEK'
  | 'LAST_WEEK'
  | 'THIS_MONTH'
  | 'LAST_MONTH'
  | { readonly lastDays: number };

/** From `from`, inclusive, to `to`, exclusive; milliseconds since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Returns when a period begins and ends, in local time; weeks begin on Monday. `lastDays` ends now. */
export function rangeOf(period: Period, now: Date): TimeRange {
  const day = (offset: number): number => new Date(now.getFullYear(), now.getMonth(), now.getDate() + offset).getTime();
  const month = (offset: number): number => new Date(now.getFullYear(), now.getMonth() + offset, 1).getTime();
  const monday = -((now.getDay() + 6) % 7);
  if (typeof period === 'object') return { from: day(-period.lastDays), to: Infinity };
  switch (period) {
    case 'TODAY':
      return { from: day(0), to: Infinity };
    case 'YESTERDAY':
      return { from: day(-1), to: day(0) };
    case 'THIS_WEEK':
      return { from: day(monday), to: Infinity };
    case 'LAST_WEEK':
      return { from: day(monday - 7), to: day(monday) };
    case 'THIS_MONTH':
      return { from: month(0), to: Infinity };
    case 'LAST_MONTH':
      return { from: month(-1), to: month(0) };
  }
}
