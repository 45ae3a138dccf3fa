/**
 * A cache with an upper limit for the size of all its values together: those that were found or kept longest ago are
 * dropped first (LRU). Sizes are in a unit of the owner's choice.
 */
export class RecentValues<Key, Value> {
  readonly #maxSize: number;
  /** The value that was found or kept longest ago comes first. */
  readonly #kept = new Map<Key, { readonly value: Value; readonly size: number }>();
  #size = 0;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** Returns a value that is kept; undefined for any other key. */
  find(key: Key): Value | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.value;
  }

  /** Keeps a value in the place of an earlier one with this key, and drops others as needed. */
  keep(key: Key, value: Value, size: number): void {
    this.drop(key);
    this.#kept.set(key, { value, size });
    this.#size += size;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#maxSize) return;
      this.drop(oldest);
    }
  }

  /** Drops a value, if it is kept. */
  drop(key: Key): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#size -= kept.size;
  }

  /** Drops the values that are meant. */
  dropWhere(isMeant: (value: Value) => boolean): void {
    for (const [key, { value }] of this.#kept) if (isMeant(value)) this.drop(key);
  }

  /** Drops everything. */
  clear(): void {
    this.#kept.clear();
    this.#size = 0;
  }
}
