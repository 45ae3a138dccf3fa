import type { ChunkId, ContentId } from '../../../document.ts';
import { BestSlots } from './best.ts';
import { VectorMatrix } from './matrix.ts';
import { type EachChunk, type PostingList, Postings, slotOf, weightOf } from './postings.ts';
import { idf } from '../../../text/idf.ts';
import type { SparseVector } from '../../../text/sparse.ts';

/** A chunk and its row in the database. */
export interface ProjectedChunk {
  readonly chunkId: ChunkId;
  readonly chunkRow: number;
}

/** A found chunk, before its text is read. */
export interface ProjectedHit extends ProjectedChunk {
  readonly score: number;
}

/** A chunk whose vector may be near. `vectorRow` is what the caller gave to setVector. */
interface NearChunk extends ProjectedChunk {
  readonly vectorRow: number;
}

/** A content with its chunks, ordered by ordinal. */
interface ContentToProject {
  readonly id: ContentId;
  readonly chunks: readonly ProjectedChunk[];
}

interface LoadedContent {
  readonly firstSlot: number;
  readonly chunkCount: number;
}

// Above this many chunks, a term that is in more than a quarter of them is skipped: it says little and costs most.
// Fewer chunks are searched fast enough anyway.
const MANY_CHUNKS = 10_000;
const COMMON_SHARE = 1 / 4;

// The chunks that are dead, or whose postings are not in the bulk, may reach this share of all slots plus a constant,
// which keeps small stores from being tidied all the time.
const LOOSE_SHARE = 1 / 4;
const LOOSE_CHUNKS = 1000;

const NO_VECTOR = 0;

// Half a megabyte. A question has about 60 terms, many of them those of other questions.
const MAX_LIVE_COUNTS = 10_000;

/**
 * What a reader keeps in memory for searching: postings by term and vectors by chunk, of published contents only.
 * Every chunk has a slot; the chunks of a content have consecutive slots, in order. Knows nothing of the database that
 * it is loaded from.
 */
export class Projection {
  readonly #contents = new Map<ContentId, LoadedContent>();
  /** By slot. */
  #chunkIds: ChunkId[] = [];
  /** By slot. */
  #chunkRows: number[] = [];
  /** By slot, 1 or 0. Has room for more slots. */
  #isLive = new Uint8Array(1024);
  #deadCount = 0;
  #addedCount = 0;
  readonly #postings: Postings;
  #vectors: VectorMatrix | undefined;
  /** By slot, as given to setVector; NO_VECTOR if there is none. */
  #vectorRows: number[] = [];

  /** By term, of those that were searched for since the last change. At most MAX_LIVE_COUNTS. */
  readonly #liveCounts = new Map<number, number>();

  /** By slot, of the search that runs. */
  #scores = new Float64Array(0);

  /** @param eachChunk gives the chunks of `contents`, in the same order. */
  constructor(contents: readonly ContentToProject[] = [], eachChunk: EachChunk = () => {}) {
    for (const content of contents) this.#takeSlots(content);
    this.#postings = new Postings(eachChunk);
  }

  /** Whether a content is loaded. */
  has(id: ContentId): boolean {
    return this.#contents.has(id);
  }

  /** Adds a content. @param postings the terms of each chunk with their weights, by ordinal. */
  add(
    content: ContentToProject,
    postings: readonly { readonly terms: Uint32Array; readonly weights: Uint8Array }[],
  ): void {
    this.#liveCounts.clear();
    const firstSlot = this.#takeSlots(content);
    postings.forEach(({ terms, weights }, ordinal) => {
      for (let i = 0; i < terms.length; i++) this.#postings.add(terms[i]!, firstSlot + ordinal, weights[i]!);
    });
    this.#addedCount += postings.length;
    this.#tidyUp();
  }

  /** Removes a content. Does nothing if it is not loaded. */
  remove(id: ContentId): void {
    const content = this.#contents.get(id);
    if (content === undefined) return;
    this.#liveCounts.clear();
    this.#contents.delete(id);
    this.#isLive.fill(0, content.firstSlot, content.firstSlot + content.chunkCount);
    this.#deadCount += content.chunkCount;
    this.#tidyUp();
  }

  /** Drops all vectors; those set from now on are of another space. */
  startVectors(dimensions: number): void {
    this.#vectors = new VectorMatrix(dimensions);
    this.#vectorRows.fill(NO_VECTOR);
  }

  /** Returns the share of live chunks that have a vector; 0 without chunks. */
  embeddedShare(): number {
    const liveCount = this.#chunkIds.length - this.#deadCount;
    const embedded = this.#vectorRows.reduce(
      (count, row, slot) => count + (row !== NO_VECTOR && this.#isLive[slot] === 1 ? 1 : 0),
      0,
    );
    return liveCount === 0 ? 0 : embedded / liveCount;
  }

  /**
   * Sets a chunk's vector. Does nothing if its content is not loaded.
   * @param vectorRow what findNear returns for it.
   */
  setVector(id: ContentId, ordinal: number, vector: Float32Array, vectorRow: number): void {
    const content = this.#contents.get(id);
    if (content === undefined) return;
    this.#vectors?.set(content.firstSlot + ordinal, vector);
    this.#vectorRows[content.firstSlot + ordinal] = vectorRow;
  }

  /**
   * Returns which slots to search: 1 or 0 by slot. Valid until the next change.
   * @param contents undefined for all.
   */
  select(contents: readonly ContentId[] | undefined): Uint8Array {
    if (contents === undefined) return this.#isLive;
    const isSelected = new Uint8Array(this.#chunkIds.length);
    for (const id of contents) {
      const content = this.#contents.get(id);
      if (content !== undefined) isSelected.fill(1, content.firstSlot, content.firstSlot + content.chunkCount);
    }
    return isSelected;
  }

  /**
   * Returns the best chunks by BM25, best first, ties ordered by chunk id. A score is the sum, over the query's terms, of
   * the query's weight times the chunk's weight (a byte here) times the idf over all live chunks.
   */
  searchSparse(query: SparseVector, isSelected: Uint8Array, limit: number): ProjectedHit[] {
    const liveCount = this.#chunkIds.length - this.#deadCount;
    const mostChunks = liveCount > MANY_CHUNKS ? liveCount * COMMON_SHARE : Infinity;
    const scores = this.#clearedScores();
    for (const [i, term] of query.indices.entries()) {
      const lists = this.#postings.listsOf(term);
      let held = 0;
      for (const list of lists) held += list.length;
      // Counting those of live chunks costs as much as adding scores, and most postings are those of skipped terms.
      if (held - this.#deadCount > mostChunks) continue;
      const found = this.#deadCount === 0 ? held : this.#countLive(term, lists);
      if (found > mostChunks) continue;
      const factor = query.values[i]! * idf(found, liveCount);
      for (const list of lists) addScores(scores, list, factor);
    }
    const best = this.#best(limit);
    for (let slot = 0, { length } = scores; slot < length; slot++) {
      const score = scores[slot]!;
      // Compared first, because that nearly always fails: a processor guesses it right, unlike whether a term is there.
      if (score >= best.worstScore && score > 0 && isSelected[slot] === 1) best.offer(slot, score);
    }
    return best.toArray().map(({ slot, score }) => ({ ...this.#chunkAt(slot), score }));
  }

  /**
   * Returns approximately the nearest chunks, best first. The vectors here are rounded, so the caller asks for more
   * than it needs and compares those exactly.
   */
  findNear(query: Float32Array, isSelected: Uint8Array, limit: number): NearChunk[] {
    const best = this.#best(limit);
    this.#vectors?.scan(query, isSelected, best);
    return best.toArray().map(({ slot }) => ({ ...this.#chunkAt(slot), vectorRow: this.#vectorRows[slot]! }));
  }

  /** Returns in how many live chunks a term is. Counted once until something changes. */
  #countLive(term: number, lists: readonly PostingList[]): number {
    // The key is signed, as in Postings.
    let count = this.#liveCounts.get(term | 0);
    if (count !== undefined) return count;
    count = 0;
    for (const list of lists) count += countLive(list, this.#isLive);
    if (this.#liveCounts.size === MAX_LIVE_COUNTS) this.#liveCounts.clear();
    this.#liveCounts.set(term | 0, count);
    return count;
  }

  /** Returns zeros by slot, in the same array as last time: a new one of 400 KB per search keeps the collector busy. */
  #clearedScores(): Float64Array {
    if (this.#scores.length === this.#chunkIds.length) this.#scores.fill(0);
    else this.#scores = new Float64Array(this.#chunkIds.length);
    return this.#scores;
  }

  #chunkAt(slot: number): ProjectedChunk {
    return { chunkId: this.#chunkIds[slot]!, chunkRow: this.#chunkRows[slot]! };
  }

  #takeSlots({ id, chunks }: ContentToProject): number {
    const firstSlot = this.#chunkIds.length;
    this.#contents.set(id, { firstSlot, chunkCount: chunks.length });
    for (const { chunkId, chunkRow } of chunks) {
      this.#chunkIds.push(chunkId);
      this.#chunkRows.push(chunkRow);
      this.#vectorRows.push(NO_VECTOR);
    }
    if (this.#isLive.length < this.#chunkIds.length) {
      const isLive = new Uint8Array(this.#chunkIds.length * 2);
      isLive.set(this.#isLive);
      this.#isLive = isLive;
    }
    this.#isLive.fill(1, firstSlot, this.#chunkIds.length);
    return firstSlot;
  }

  #best(limit: number): BestSlots {
    return new BestSlots(limit, (slot, other) => this.#chunkIds[slot]! < this.#chunkIds[other]!);
  }

  /** Moves the live chunks together and all postings into the bulk, once enough is dead or outside of it. */
  #tidyUp(): void {
    if (this.#deadCount + this.#addedCount < LOOSE_CHUNKS + this.#chunkIds.length * LOOSE_SHARE) return;
    let liveCount = 0;
    const newSlots = Int32Array.from(this.#chunkIds, (_, slot) => (this.#isLive[slot] === 1 ? liveCount++ : -1));
    this.#postings.renumber(newSlots);
    this.#vectors?.renumber(newSlots);
    this.#chunkIds = this.#chunkIds.filter((_, slot) => this.#isLive[slot] === 1);
    this.#chunkRows = this.#chunkRows.filter((_, slot) => this.#isLive[slot] === 1);
    this.#vectorRows = this.#vectorRows.filter((_, slot) => this.#isLive[slot] === 1);
    this.#isLive = new Uint8Array(liveCount).fill(1);
    for (const [id, content] of this.#contents) {
      this.#contents.set(id, { ...content, firstSlot: newSlots[content.firstSlot] ?? 0 });
    }
    this.#deadCount = this.#addedCount = 0;
  }
}

// Reading `length` once makes these loops twice as fast.

/** Counts the postings of live chunks. @param isLive by slot. */
function countLive(list: PostingList, isLive: Uint8Array): number {
  let count = 0;
  for (let i = 0, { length } = list; i < length; i++) count += isLive[slotOf(list[i]!)]!;
  return count;
}

function addScores(scores: Float64Array, list: PostingList, factor: number): void {
  for (let i = 0, { length } = list; i < length; i++) scores[slotOf(list[i]!)]! += weightOf(list[i]!) * factor;
}
