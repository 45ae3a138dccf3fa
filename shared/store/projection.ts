import type { ChunkId, ContentId } from '../document.ts';
import type { SparseVector } from './store.ts';

/** A found chunk, before its text is read. */
export interface ProjectedHit {
  readonly chunkId: ChunkId;
  readonly score: number;
}

interface LoadedContent {
  readonly firstSlot: number;
  readonly chunkCount: number;
}

// A posting is one number: the chunk's slot, and below it the weight in eight bits. 16 million slots fit.
const WEIGHT_BITS = 8;
const WEIGHT_MASK = (1 << WEIGHT_BITS) - 1;

/** The postings of one term, in a buffer that grows. */
interface PostingList {
  buffer: Uint32Array;
  length: number;
}

/**
 * What a reader keeps in memory to search in: postings by term and vectors by chunk, of published contents only.
 * Every chunk has a slot; the chunks of a content lie in neighbouring slots, in order. Knows nothing of where it
 * comes from.
 */
export class Projection {
  readonly #contents = new Map<ContentId, LoadedContent>();
  #chunkIds: ChunkId[] = [];
  #vectors: (Float32Array | undefined)[] = [];
  #isLive: boolean[] = [];
  #liveCount = 0;
  // By term id as a signed number: V8 looks those up several times faster than what exceeds 31 bits.
  readonly #postings = new Map<number, PostingList>();

  contentIds(): ReadonlySet<ContentId> {
    return new Set(this.#contents.keys());
  }

  /** @param chunks all of them, by ordinal; weights are bytes. */
  add(
    id: ContentId,
    chunks: readonly { readonly id: ChunkId; readonly terms: Uint32Array; readonly weights: Uint8Array }[],
  ): void {
    this.#contents.set(id, { firstSlot: this.#chunkIds.length, chunkCount: chunks.length });
    for (const chunk of chunks) {
      const slot = this.#chunkIds.push(chunk.id) - 1;
      this.#isLive.push(true);
      chunk.terms.forEach((term, i) => this.#addPosting(term | 0, (slot << WEIGHT_BITS) | chunk.weights[i]!));
    }
    this.#liveCount += chunks.length;
  }

  remove(id: ContentId): void {
    const content = this.#contents.get(id);
    if (content === undefined) return;
    this.#contents.delete(id);
    this.#isLive.fill(false, content.firstSlot, content.firstSlot + content.chunkCount);
    this.#liveCount -= content.chunkCount;
    const deadCount = this.#chunkIds.length - this.#liveCount;
    if (deadCount > this.#liveCount + 1000) this.#dropDeadSlots();
  }

  /** Does nothing for a content that is not loaded. */
  setVector(id: ContentId, ordinal: number, vector: Float32Array): void {
    const content = this.#contents.get(id);
    if (content !== undefined) this.#vectors[content.firstSlot + ordinal] = vector;
  }

  clearVectors(): void {
    this.#vectors = [];
  }

  /**
   * BM25: a term's idf, ln((N - df + .5) / (df + .5) + 1) over all live chunks, times its weights.
   * @param weightOf what a byte stands for. @param contents only these, all when undefined.
   */
  searchSparse(
    query: SparseVector,
    weightOf: (byte: number) => number,
    contents: readonly ContentId[] | undefined,
    limit: number,
  ): ProjectedHit[] {
    const weights = Float64Array.from({ length: WEIGHT_MASK + 1 }, (_, byte) => weightOf(byte));
    const scores = new Float64Array(this.#chunkIds.length);
    query.indices.forEach((term, i) => {
      const postings = this.#livePostings(term | 0);
      const idf = Math.log((this.#liveCount - postings.length + 0.5) / (postings.length + 0.5) + 1);
      const factor = query.values[i]! * idf;
      for (const posting of postings) {
        const slot = posting >>> WEIGHT_BITS;
        scores[slot]! += weights[posting & WEIGHT_MASK]! * factor;
      }
    });
    return this.#best(contents, limit, (slot) => (scores[slot]! > 0 ? scores[slot] : undefined));
  }

  /** Cosine with every vector; chunks without one are not found. @param query of unit length, as they are. */
  searchDense(query: Float32Array, contents: readonly ContentId[] | undefined, limit: number): ProjectedHit[] {
    return this.#best(contents, limit, (slot) => {
      const vector = this.#vectors[slot];
      return vector === undefined ? undefined : dot(query, vector);
    });
  }

  #addPosting(term: number, posting: number): void {
    let list = this.#postings.get(term);
    if (list === undefined) this.#postings.set(term, (list = { buffer: new Uint32Array(2), length: 0 }));
    if (list.length === list.buffer.length) {
      const grown = new Uint32Array(list.length * 2);
      grown.set(list.buffer);
      list.buffer = grown;
    }
    list.buffer[list.length++] = posting;
  }

  #livePostings(term: number): Uint32Array {
    const list = this.#postings.get(term);
    if (list === undefined) return new Uint32Array();
    const postings = list.buffer.subarray(0, list.length);
    if (this.#liveCount === this.#chunkIds.length) return postings;
    return postings.filter((posting) => this.#isLive[posting >>> WEIGHT_BITS]);
  }

  /** Best first, ties by chunk id. @param scoreOf undefined when a slot is not found. */
  #best(
    contents: readonly ContentId[] | undefined,
    limit: number,
    scoreOf: (slot: number) => number | undefined,
  ): ProjectedHit[] {
    const best: ProjectedHit[] = [];
    for (const id of contents === undefined ? this.#contents.keys() : new Set(contents)) {
      const content = this.#contents.get(id);
      if (content === undefined) continue;
      for (let slot = content.firstSlot; slot < content.firstSlot + content.chunkCount; slot++) {
        const score = scoreOf(slot);
        if (score !== undefined) insert(best, { chunkId: this.#chunkIds[slot]!, score }, limit);
      }
    }
    return best;
  }

  /** Moves the live chunks together; without it a folder that changes for months would fill the memory. */
  #dropDeadSlots(): void {
    const newSlots = new Map<number, number>();
    this.#isLive.forEach((isLive, slot) => isLive && newSlots.set(slot, newSlots.size));
    const live = <Item>(items: readonly Item[]): Item[] => Array.from(newSlots.keys(), (slot) => items[slot]!);

    for (const [term, list] of this.#postings) {
      const postings = this.#livePostings(term).map(
        (posting) => (newSlots.get(posting >>> WEIGHT_BITS)! << WEIGHT_BITS) | (posting & WEIGHT_MASK),
      );
      if (postings.length === 0) this.#postings.delete(term);
      else Object.assign(list, { buffer: postings, length: postings.length });
    }
    for (const [id, content] of this.#contents) {
      this.#contents.set(id, { ...content, firstSlot: newSlots.get(content.firstSlot) ?? 0 });
    }
    this.#vectors = live(this.#vectors);
    this.#chunkIds = live(this.#chunkIds);
    this.#isLive = live(this.#isLive);
  }
}

/** Keeps `best` sorted and at most `limit` long. */
function insert(best: ProjectedHit[], hit: ProjectedHit, limit: number): void {
  const last = best.at(-1);
  if (best.length >= limit && (last === undefined || compareHits(last, hit) <= 0)) return;
  const place = best.findLastIndex((other) => compareHits(other, hit) <= 0) + 1;
  best.splice(place, 0, hit);
  if (best.length > limit) best.pop();
}

function compareHits(a: ProjectedHit, b: ProjectedHit): number {
  if (a.score !== b.score) return b.score - a.score;
  return a.chunkId < b.chunkId ? -1 : 1;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
