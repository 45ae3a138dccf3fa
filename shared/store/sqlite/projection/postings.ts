/** Shows the terms and weights of every chunk, in the order of slots, from 0. Does the same when it is called again. */
export type EachChunk = (visit: (terms: Uint32Array, weights: Uint8Array) => void) => void;

// A posting is one number: the chunk's slot, and below it the weight, one byte. 16 million slots fit.
const WEIGHT_BITS = 8;
const WEIGHT_MASK = (1 << WEIGHT_BITS) - 1;

/** Numbers that `slotOf` and `weightOf` read. */
export type PostingList = Uint32Array | readonly number[];

export function slotOf(posting: number): number {
  return posting >>> WEIGHT_BITS;
}

export function weightOf(posting: number): number {
  return posting & WEIGHT_MASK;
}

// The table below has three numbers for each term.
const ENTRY_SIZE = 3;
const [TERM, START, END] = [0, 1, 2];

/**
 * Which chunks a term is in. The bulk lies in one array, term by term, which takes two passes to fill and then never
 * changes; what is added later lies beside it, until the whole is built anew.
 */
export class Postings {
  // Open addressing: a term lies at the first free entry from the place that it hashes to. END is 0 in a free entry.
  #table = new Uint32Array(1024 * ENTRY_SIZE);
  #hashMask = 1023;
  #termCount = 0;
  #bulk: Uint32Array;
  readonly #added = new Map<number, number[]>();

  constructor(eachChunk: EachChunk) {
    // The first pass counts the postings of each term in END.
    eachChunk((terms) => {
      for (let i = 0; i < terms.length; i++) {
        const entry = this.#ensureEntry(terms[i]!);
        this.#table[entry + END]!++;
      }
    });
    // From here on END is a place in the bulk, for now the term's first, and never 0, which would be a free entry.
    const table = this.#table;
    let size = 1;
    for (let entry = 0; entry < table.length; entry += ENTRY_SIZE) {
      const count = table[entry + END]!;
      if (count === 0) continue;
      table[entry + START] = table[entry + END] = size;
      size += count;
    }
    // The second pass fills in, and so moves END to where the term's postings end.
    const bulk = new Uint32Array(size);
    let slot = 0;
    eachChunk((terms, weights) => {
      for (let i = 0; i < terms.length; i++) {
        bulk[table[this.#entryOf(terms[i]!) + END]!++] = (slot << WEIGHT_BITS) | weights[i]!;
      }
      slot++;
    });
    this.#bulk = bulk;
  }

  /** @param slot above all that were added before. */
  add(term: number, slot: number, weight: number): void {
    const posting = (slot << WEIGHT_BITS) | weight;
    // By signed number: V8 looks those up several times faster than what exceeds 31 bits.
    const list = this.#added.get(term | 0);
    if (list === undefined) this.#added.set(term | 0, [posting]);
    else list.push(posting);
  }

  /** All postings of a term, slots ascending; none for an unknown term. */
  listsOf(term: number): readonly PostingList[] {
    const entry = this.#entryOf(term);
    const bulk = this.#bulk.subarray(this.#table[entry + START], this.#table[entry + END]);
    const added = this.#added.get(term | 0);
    return added === undefined ? [bulk] : [bulk, added];
  }

  /** Gives the postings other slots and moves all into the bulk. @param newSlots ascending; -1 drops the postings. */
  renumber(newSlots: Int32Array): void {
    // An entry of a term that had none yet: its postings are the empty stretch before the bulk's first.
    for (const term of this.#added.keys()) {
      const entry = this.#ensureEntry(term >>> 0);
      if (this.#table[entry + END] === 0) this.#table[entry + START] = this.#table[entry + END] = 1;
    }
    let addedCount = 0;
    for (const list of this.#added.values()) addedCount += list.length;
    const bulk = new Uint32Array(this.#bulk.length + addedCount);
    let size = 1;
    for (let entry = 0; entry < this.#table.length; entry += ENTRY_SIZE) {
      if (this.#table[entry + END] === 0) continue;
      const lists = this.listsOf(this.#table[entry + TERM]!);
      this.#table[entry + START] = size;
      for (const list of lists) {
        for (let i = 0; i < list.length; i++) {
          const slot = newSlots[slotOf(list[i]!)]!;
          if (slot >= 0) bulk[size++] = (slot << WEIGHT_BITS) | weightOf(list[i]!);
        }
      }
      this.#table[entry + END] = size;
    }
    this.#bulk = bulk.slice(0, size);
    this.#added.clear();
  }

  /** Where the term's entry is, or the free one where it would be. Term ids are hashes: their low bits are spread. */
  #entryOf(term: number): number {
    const table = this.#table;
    let entry = (term & this.#hashMask) * ENTRY_SIZE;
    while (table[entry + END] !== 0 && table[entry + TERM] !== term) {
      entry += ENTRY_SIZE;
      if (entry === table.length) entry = 0;
    }
    return entry;
  }

  /** As #entryOf, in a table that is at most half full. A free entry becomes the term's, once its END is set. */
  #ensureEntry(term: number): number {
    if (this.#termCount * 2 > this.#hashMask) this.#growTable();
    const entry = this.#entryOf(term);
    if (this.#table[entry + END] === 0) {
      this.#table[entry + TERM] = term;
      this.#termCount++;
    }
    return entry;
  }

  #growTable(): void {
    const old = this.#table;
    this.#table = new Uint32Array(old.length * 2);
    this.#hashMask = this.#hashMask * 2 + 1;
    for (let entry = 0; entry < old.length; entry += ENTRY_SIZE) {
      if (old[entry + END] === 0) continue;
      this.#table.set(old.subarray(entry, entry + ENTRY_SIZE), this.#entryOf(old[entry + TERM]!));
    }
  }
}
