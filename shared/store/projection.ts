import type { ChunkId, ContentId } from '../document.ts';
import { BestSlots } from './projection-best.ts';
import { VectorMatrix } from './projection-matrix.ts';
import { type EachPosting, type PostingList, Postings, slotOf, weightOf } from './projection-postings.ts';
import type { SparseVector } from './store.ts';

/** A found chunk, before its text is read. */
export interface ProjectedHit {
  readonly chunkId: ChunkId;
  readonly score: number;
}

/** A content's chunks, by ordinal. */
interface ContentToProject {
  readonly id: ContentId;
  readonly chunkIds: readonly ChunkId[];
}

interface LoadedContent {
  readonly firstSlot: number;
  readonly chunkCount: number;
}

// Among so many chunks a term that is in a quarter of them tells little and costs most; fewer are searched in no time.
const MANY_CHUNKS = 10_000;
const COMMON_SHARE = 1 / 4;

// What is dead, or not in the bulk, may reach this share of all, and some more so that small stores are left in peace.
const LOOSE_SHARE = 1 / 4;
const LOOSE_CHUNKS = 1000;

/**
 * What a reader keeps in memory to search in: postings by term and vectors by chunk, of published contents only.
 * Every chunk has a slot; the chunks of a content lie in neighbouring slots, in order. Knows nothing of where it
 * comes from.
 */
export class Projection {
  readonly #contents = new Map<ContentId, LoadedContent>();
  #chunkIds: ChunkId[] = [];
  #deadCount = 0;
  #addedCount = 0;
  #postings: Postings;
  #vectors: VectorMatrix | undefined;

  /** @param eachPosting slots count the chunks of `contents`, one after the other. */
  constructor(contents: readonly ContentToProject[] = [], eachPosting: EachPosting = () => {}) {
    for (const content of contents) this.#takeSlots(content);
    this.#postings = new Postings(eachPosting);
  }

  has(id: ContentId): boolean {
    return this.#contents.has(id);
  }

  /** @param weights bytes, as the terms by ordinal of their chunk. */
  add(
    content: ContentToProject,
    chunks: readonly { readonly terms: Uint32Array; readonly weights: Uint8Array }[],
  ): void {
    const firstSlot = this.#takeSlots(content);
    chunks.forEach(({ terms, weights }, ordinal) => {
      for (let i = 0; i < terms.length; i++) this.#postings.add(terms[i]!, firstSlot + ordinal, weights[i]!);
    });
    this.#addedCount += chunks.length;
    this.#tidyUp();
  }

  remove(id: ContentId): void {
    const content = this.#contents.get(id);
    if (content === undefined) return;
    this.#contents.delete(id);
    this.#deadCount += content.chunkCount;
    this.#tidyUp();
  }

  /** Forgets all vectors; those that come now are of another space. */
  startVectors(dimensions: number): void {
    this.#vectors = new VectorMatrix(dimensions);
  }

  /** Does nothing for a content that is not loaded. */
  setVector(id: ContentId, ordinal: number, vector: Float32Array): void {
    const content = this.#contents.get(id);
    if (content !== undefined) this.#vectors?.set(content.firstSlot + ordinal, vector);
  }

  /** The slots to look into, 1 each. @param contents only these; undefined for all. */
  select(contents: readonly ContentId[] | undefined): Uint8Array {
    const isSelected = new Uint8Array(this.#chunkIds.length);
    const select = (content: LoadedContent | undefined): void => {
      if (content !== undefined) isSelected.fill(1, content.firstSlot, content.firstSlot + content.chunkCount);
    };
    if (contents === undefined) this.#contents.forEach(select);
    else for (const id of contents) select(this.#contents.get(id));
    return isSelected;
  }

  /**
   * BM25, best first, ties by chunk id: a term's idf, ln((N - df + .5) / (df + .5) + 1) over all live chunks, times its
   * weights, which are bytes here.
   */
  searchSparse(query: SparseVector, isSelected: Uint8Array, limit: number): ProjectedHit[] {
    const liveCount = this.#chunkIds.length - this.#deadCount;
    const isLive = this.#deadCount === 0 ? undefined : this.select(undefined);
    const scores = new Float64Array(this.#chunkIds.length);
    query.indices.forEach((term, i) => {
      const lists = this.#postings.listsOf(term);
      const found = lists.reduce((sum, list) => sum + countLive(list, isLive), 0);
      if (liveCount > MANY_CHUNKS && found > liveCount * COMMON_SHARE) return;
      const factor = query.values[i]! * Math.log((liveCount - found + 0.5) / (found + 0.5) + 1);
      for (const list of lists) addScores(scores, list, factor);
    });
    const best = this.#best(limit);
    for (let slot = 0; slot < scores.length; slot++) {
      if (scores[slot]! > 0 && isSelected[slot] === 1) best.offer(slot, scores[slot]!);
    }
    return this.#hits(best);
  }

  /** About the nearest, best first: scores are cosines rounded by about .01, so ask for more and compare those exactly. */
  searchDense(query: Float32Array, isSelected: Uint8Array, limit: number): ProjectedHit[] {
    const best = this.#best(limit);
    this.#vectors?.scan(query, (slot, score) => {
      if (isSelected[slot] === 1) best.offer(slot, score);
    });
    return this.#hits(best);
  }

  #takeSlots({ id, chunkIds }: ContentToProject): number {
    const firstSlot = this.#chunkIds.length;
    this.#contents.set(id, { firstSlot, chunkCount: chunkIds.length });
    // Not push(...): a content may have more chunks than a call takes arguments.
    for (const chunkId of chunkIds) this.#chunkIds.push(chunkId);
    return firstSlot;
  }

  #best(limit: number): BestSlots {
    return new BestSlots(limit, (slot, other) => this.#chunkIds[slot]! < this.#chunkIds[other]!);
  }

  #hits(best: BestSlots): ProjectedHit[] {
    return best.toArray().map(({ slot, score }) => ({ chunkId: this.#chunkIds[slot]!, score }));
  }

  /** Moves the live chunks together and all postings into the bulk, when there is much else. */
  #tidyUp(): void {
    if (this.#deadCount + this.#addedCount < LOOSE_CHUNKS + this.#chunkIds.length * LOOSE_SHARE) return;
    const isLive = this.select(undefined);
    let liveCount = 0;
    const newSlots = Int32Array.from(isLive, (live) => (live === 1 ? liveCount++ : -1));
    this.#postings = this.#postings.renumbered(newSlots);
    this.#vectors?.renumber(newSlots);
    this.#chunkIds = this.#chunkIds.filter((_, slot) => isLive[slot] === 1);
    for (const [id, content] of this.#contents) {
      this.#contents.set(id, { ...content, firstSlot: newSlots[content.firstSlot] ?? 0 });
    }
    this.#deadCount = this.#addedCount = 0;
  }
}

/** How many of the postings are of live chunks. @param isLive by slot; undefined when all are. */
function countLive(list: PostingList, isLive: Uint8Array | undefined): number {
  if (isLive === undefined) return list.length;
  let count = 0;
  for (let i = 0; i < list.length; i++) count += isLive[slotOf(list[i]!)]!;
  return count;
}

function addScores(scores: Float64Array, list: PostingList, factor: number): void {
  for (let i = 0; i < list.length; i++) scores[slotOf(list[i]!)]! += weightOf(list[i]!) * factor;
}
