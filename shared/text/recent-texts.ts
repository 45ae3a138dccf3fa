/**
 * Remembers what was computed from the texts that were asked for last: the passages found for one question are mostly
 * those found for the next. The texts asked for longest ago are forgotten first.
 */
export class RecentTexts<Result> {
  readonly #compute: (text: string) => Result;
  readonly #maxChars: number;
  /** The text that was asked for longest ago comes first. */
  readonly #results = new Map<string, Result>();
  #chars = 0;

  /**
   * @param compute a pure function.
   * @param maxChars UTF-16 code units of text that are remembered in all. A text of more than a tenth is not remembered.
   */
  constructor(compute: (text: string) => Result, maxChars: number) {
    this.#compute = compute;
    this.#maxChars = maxChars;
  }

  /** Returns the result for a text. The same object may be returned again, so it must not be changed. */
  of(text: string): Result {
    const known = this.#results.get(text);
    if (known !== undefined) {
      this.#results.delete(text);
      this.#results.set(text, known);
      return known;
    }
    const result = this.#compute(text);
    if (text.length > this.#maxChars / 10) return result;
    this.#results.set(text, result);
    this.#chars += text.length;
    for (const oldest of this.#results.keys()) {
      if (this.#chars <= this.#maxChars) break;
      this.#results.delete(oldest);
      this.#chars -= oldest.length;
    }
    return result;
  }
}
