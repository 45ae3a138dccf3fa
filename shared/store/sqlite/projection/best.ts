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
    const [slots, scores, limit] = [this.#slots, this.#scores, this.#limit];
    let place = scores.length;
    if (place === limit && (place === 0 || !this.#isBetter(slot, score, place - 1))) return;
    // Moves the worse ones while it looks for the place: `splice` would make an array of what it drops, each time.
    if (place === limit) place--;
    for (; place > 0 && this.#isBetter(slot, score, place - 1); place--) {
      slots[place] = slots[place - 1]!;
      scores[place] = scores[place - 1]!;
    }
    slots[place] = slot;
    scores[place] = score;
    if (scores.length === limit) this.worstScore = scores[limit - 1]!;
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
