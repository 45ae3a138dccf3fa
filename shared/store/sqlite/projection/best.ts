/** Collects the best of the slots that are offered: at most `limit`, best first. The caller decides ties. */
export class BestSlots {
  readonly #limit: number;
  readonly #comesBefore: (slot: number, other: number) => boolean;
  readonly #slots: number[] = [];
  readonly #scores: number[] = [];
  /** A lower score is rejected, which happens to nearly every slot of a scan. So scans compare with this first. */
  worstScore = -Infinity;

  /** @param comesBefore whether `slot` is better than `other` when both have the same score. */
  constructor(limit: number, comesBefore: (slot: number, other: number) => boolean) {
    this.#limit = limit;
    this.#comesBefore = comesBefore;
  }

  /** Adds a slot if it is among the best so far. */
  offer(slot: number, score: number): void {
    if (score < this.worstScore) return;
    let place = this.#slots.length;
    while (place > 0 && this.#isBetter(slot, score, place - 1)) place--;
    if (place >= this.#limit) return;
    this.#slots.splice(place, 0, slot);
    this.#scores.splice(place, 0, score);
    if (this.#slots.length > this.#limit) {
      this.#slots.pop();
      this.#scores.pop();
    }
    if (this.#slots.length === this.#limit) this.worstScore = this.#scores.at(-1) ?? Infinity;
  }

  /** Returns the collected slots, best first. */
  toArray(): { readonly slot: number; readonly score: number }[] {
    return this.#slots.map((slot, i) => ({ slot, score: this.#scores[i]! }));
  }

  #isBetter(slot: number, score: number, place: number): boolean {
    const other = this.#scores[place]!;
    return score === other ? this.#comesBefore(slot, this.#slots[place]!) : score > other;
  }
}
