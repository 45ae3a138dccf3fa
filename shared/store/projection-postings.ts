/** Shows every posting once, those of a term with ascending slots. Does exactly the same when it is called again. */
export type EachPosting = (visit: (term: number, slot: number, weight: number) => void) => void;

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
  #termCount = 0;
  readonly #bulk: Uint32Array;
  readonly #added = new Map<number, number[]>();

  constructor(eachPosting: EachPosting) {
    // The first pass counts the postings of each term in END.
    eachPosting((term) => {
      const entry = this.#entryToCount(term);
      this.#table[entry + END]!++;
    });
    // From here on END is a place in the bulk, for now the term's first, and never 0, which would be a free entry.
    let size = 1;
    for (let entry = 0; entry < this.#table.length; entry += ENTRY_SIZE) {
      const count = this.#table[entry + END]!;
      if (count === 0) continue;
      this.#table[entry + START] = this.#table[entry + END] = size;
      size += count;
    }
    this.#bulk = new Uint32Array(size);
    // The second pass fills in, and so moves END to where the term's postings end.
    eachPosting((term, slot, weight) => {
      this.#bulk[this.#table[this.#entryOf(term) + END]!++] = (slot << WEIGHT_BITS) | weight;
    });
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

  /** The same postings with other slots, in bulk. @param newSlots ascending; -1 drops the slot's postings. */
  renumbered(newSlots: Int32Array): Postings {
    return new Postings((visit) => {
      for (let entry = 0; entry < this.#table.length; entry += ENTRY_SIZE) {
        const [term, start, end] = [this.#table[entry + TERM]!, this.#table[entry + START]!, this.#table[entry + END]!];
        for (let i = start; i < end; i++) visitRenumbered(term, this.#bulk[i]!);
      }
      for (const [term, list] of this.#added) for (const posting of list) visitRenumbered(term >>> 0, posting);

      function visitRenumbered(term: number, posting: number): void {
        const slot = newSlots[slotOf(posting)]!;
        if (slot >= 0) visit(term, slot, weightOf(posting));
      }
    });
  }

  /** Where the term's entry is, or the free one where it would be. Term ids are hashes: their low bits are spread. */
  #entryOf(term: number): number {
    const table = this.#table;
    let entry = (term & (table.length / ENTRY_SIZE - 1)) * ENTRY_SIZE;
    while (table[entry + END] !== 0 && table[entry + TERM] !== term) entry = (entry + ENTRY_SIZE) % table.length;
    return entry;
  }

  /** As #entryOf, in a table that is at most half full; the entry is the term's from now on, if it is counted. */
  #entryToCount(term: number): number {
    if ((this.#termCount + 1) * ENTRY_SIZE * 2 > this.#table.length) this.#growTable();
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
    for (let entry = 0; entry < old.length; entry += ENTRY_SIZE) {
      if (old[entry + END] === 0) continue;
      this.#table.set(old.subarray(entry, entry + ENTRY_SIZE), this.#entryOf(old[entry + TERM]!));
    }
  }
}
