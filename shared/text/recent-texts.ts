import { RecentValues } from '../recent-values.ts';

/**
 * Remembers what was computed from the texts that were asked for last: the passages found for one question are mostly
 * those found for the next. The texts asked for longest ago are forgotten first.
 */
export class RecentTexts<Result> {
  readonly #compute: (text: string) => Result;
  readonly #maxChars: number;
  readonly #results: RecentValues<string, Result>;

  /**
   * @param compute a pure function.
   * @param maxChars UTF-16 code units of text that are remembered in all. A text of more than a tenth is not remembered.
   */
  constructor(compute: (text: string) => Result, maxChars: number) {
    this.#compute = compute;
    this.#maxChars = maxChars;
    this.#results = new RecentValues(maxChars);
  }

  /** Returns the result for a text. The same object may be returned again, so it must not be changed. */
  of(text: string): Result {
    const known = this.#results.find(text);
    if (known !== undefined) return known;
    const result = this.#compute(text);
    if (text.length <= this.#maxChars / 10) this.#results.keep(text, result, text.length);
    return result;
  }
}
