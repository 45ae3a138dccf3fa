/** Calls `visit` with the terms and weights of every chunk, ordered by slot, from 0. Each call does the same. */
export type EachChunk = (visit: (terms: Uint32Array, weights: Uint8Array) => void) => void;

// A posting is one number: the chunk's slot in the upper 24 bits (16 million slots), the weight in the lowest byte.
const WEIGHT_BITS = 8;
const WEIGHT_MASK = (1 << WEIGHT_BITS) - 1;

/**
 * A list of postings; see slotOf and weightOf. Always an array of this one type: a loop that meets two kinds of arrays
 * runs several times slower, and searching runs through 100,000 postings.
 */
export type PostingList = Uint32Array;

/** Returns the slot of a posting's chunk. */
export function slotOf(posting: number): number {
  return posting >>> WEIGHT_BITS;
}

/** Returns the weight of a posting, 0 to 255. */
export function weightOf(posting: number): number {
  return posting & WEIGHT_MASK;
}

/** An array first, because making a typed one for each term of a document costs more than all else of loading it. */
interface AddedPostings {
  readonly postings: number[];
  /** Of `postings`, once a search wanted it and until one is added. */
  list: PostingList | null;
}

// The table below has three numbers per term.
const ENTRY_SIZE = 3;
const [TERM, START, END] = [0, 1, 2];

/**
 * Tells which chunks contain a term. The bulk is one array, grouped by term, which takes two passes to fill and then
 * does not change. What is added later is kept separately, until `renumber` builds a new bulk from both.
 */
export class Postings {
  // Open addressing: a term is in the first entry that was free from its hash's place on. END is 0 in a free entry.
  #table = new Uint32Array(1024 * ENTRY_SIZE);
  #hashMask = 1023;
  #termCount = 0;
  #bulk: Uint32Array;
  readonly #added = new Map<number, AddedPostings>();

  /** @param eachChunk gives the chunks of the bulk. It is called twice. */
  constructor(eachChunk: EachChunk) {
    // The first pass counts the postings of each term in END.
    eachChunk((terms) => {
      for (let i = 0; i < terms.length; i++) {
        const entry = this.#ensureEntry(terms[i]!);
        this.#table[entry + END]!++;
      }
    });
    // From here on END is an index of the bulk, for now of the term's first posting. It is never 0, which means free.
    const table = this.#table;
    let size = 1;
    for (let entry = 0; entry < table.length; entry += ENTRY_SIZE) {
      const count = table[entry + END]!;
      if (count === 0) continue;
      table[entry + START] = table[entry + END] = size;
      size += count;
    }
    // The second pass fills the bulk, which moves END to the end of the term's postings.
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

  /** Adds a posting beside the bulk. @param slot above all that were added before. */
  add(term: number, slot: number, weight: number): void {
    const posting = (slot << WEIGHT_BITS) | weight;
    // The key is signed: V8 looks it up several times faster than a number of more than 31 bits.
    const added = this.#added.get(term | 0);
    if (added === undefined) {
      this.#added.set(term | 0, { postings: [posting], list: null });
    } else {
      added.postings.push(posting);
      added.list = null;
    }
  }

  /** Returns all postings of a term as one or two lists, slots ascending; empty for an unknown term. */
  listsOf(term: number): readonly PostingList[] {
    const entry = this.#entryOf(term);
    const bulk = this.#bulk.subarray(this.#table[entry + START], this.#table[entry + END]);
    const added = this.#added.get(term | 0);
    return added === undefined ? [bulk] : [bulk, (added.list ??= Uint32Array.from(added.postings))];
  }

  /**
   * Gives the postings new slots and moves all into the bulk.
   * @param newSlots by old slot, ascending; -1 drops them.
   */
  renumber(newSlots: Int32Array): void {
    // A term that is not in the bulk yet gets an entry with an empty range before the first posting.
    for (const term of this.#added.keys()) {
      const entry = this.#ensureEntry(term >>> 0);
      if (this.#table[entry + END] === 0) this.#table[entry + START] = this.#table[entry + END] = 1;
    }
    let addedCount = 0;
    for (const { postings } of this.#added.values()) addedCount += postings.length;
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

  /** Returns the place of the term's entry, or of the free one for it. Term ids are hashes: their low bits vary enough. */
  #entryOf(term: number): number {
    const table = this.#table;
    let entry = (term & this.#hashMask) * ENTRY_SIZE;
    while (table[entry + END] !== 0 && table[entry + TERM] !== term) {
      entry += ENTRY_SIZE;
      if (entry === table.length) entry = 0;
    }
    return entry;
  }

  /**
   * As #entryOf, but keeps the table at most half full. A free entry becomes the term's once the caller sets its END.
   */
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
