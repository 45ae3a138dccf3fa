import type { ChunkId, ContentId } from '../../../document.ts';
import { BestSlots } from './best.ts';
import { VectorMatrix } from './matrix.ts';
import { type EachChunk, type PostingList, Postings, slotOf, weightOf } from './postings.ts';
import type { SparseVector } from '../../../text/sparse.ts';

/** A found chunk, before its text is read. */
export interface ProjectedHit {
  readonly chunkId: ChunkId;
  readonly score: number;
}

/** A chunk whose vector may be near, and where the caller has that vector. */
interface NearChunk {
  readonly chunkId: ChunkId;
  readonly vectorRow: number;
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

const NO_VECTOR = 0;

/**
 * What a reader keeps in memory to search in: postings by term and vectors by chunk, of published contents only.
 * Every chunk has a slot; the chunks of a content lie in neighbouring slots, in order. Knows nothing of where it
 * comes from.
 */
export class Projection {
  readonly #contents = new Map<ContentId, LoadedContent>();
  #chunkIds: ChunkId[] = [];
  /** By slot, 1 or 0; with room for more slots. */
  #isLive = new Uint8Array(1024);
  #deadCount = 0;
  #addedCount = 0;
  readonly #postings: Postings;
  #vectors: VectorMatrix | undefined;
  /** By slot. */
  #vectorRows: number[] = [];

  /** @param eachChunk shows the chunks of `contents`, one after the other. */
  constructor(contents: readonly ContentToProject[] = [], eachChunk: EachChunk = () => {}) {
    for (const content of contents) this.#takeSlots(content);
    this.#postings = new Postings(eachChunk);
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
    this.#isLive.fill(0, content.firstSlot, content.firstSlot + content.chunkCount);
    this.#deadCount += content.chunkCount;
    this.#tidyUp();
  }

  /** Forgets all vectors; those that come now are of another space. */
  startVectors(dimensions: number): void {
    this.#vectors = new VectorMatrix(dimensions);
    this.#vectorRows.fill(NO_VECTOR);
  }

  /** Share of the live chunks that have a vector; 0 without chunks. */
  embeddedShare(): number {
    const liveCount = this.#chunkIds.length - this.#deadCount;
    const embedded = this.#vectorRows.reduce(
      (count, row, slot) => count + (row !== NO_VECTOR && this.#isLive[slot] === 1 ? 1 : 0),
      0,
    );
    return liveCount === 0 ? 0 : embedded / liveCount;
  }

  /** Does nothing for a content that is not loaded. @param vectorRow what findNear gives back. */
  setVector(id: ContentId, ordinal: number, vector: Float32Array, vectorRow: number): void {
    const content = this.#contents.get(id);
    if (content === undefined) return;
    this.#vectors?.set(content.firstSlot + ordinal, vector);
    this.#vectorRows[content.firstSlot + ordinal] = vectorRow;
  }

  /** The slots to look into, 1 each, to be read before anything changes. @param contents undefined for all. */
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
   * BM25, best first, ties by chunk id: a term's idf, ln((N - df + .5) / (df + .5) + 1) over all live chunks, times its
   * weights, which are bytes here.
   */
  searchSparse(query: SparseVector, isSelected: Uint8Array, limit: number): ProjectedHit[] {
    const liveCount = this.#chunkIds.length - this.#deadCount;
    const isLive = this.#deadCount === 0 ? undefined : this.#isLive;
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
      const score = scores[slot]!;
      if (score > 0 && score >= best.worstScore && isSelected[slot] === 1) best.offer(slot, score);
    }
    return best.toArray().map(({ slot, score }) => ({ chunkId: this.#chunkIds[slot]!, score }));
  }

  /** About the nearest, best first. Rounded as the vectors are here, so ask for more and compare those exactly. */
  findNear(query: Float32Array, isSelected: Uint8Array, limit: number): NearChunk[] {
    const best = this.#best(limit);
    this.#vectors?.scan(query, isSelected, best);
    return best.toArray().map(({ slot }) => ({ chunkId: this.#chunkIds[slot]!, vectorRow: this.#vectorRows[slot]! }));
  }

  #takeSlots({ id, chunkIds }: ContentToProject): number {
    const firstSlot = this.#chunkIds.length;
    this.#contents.set(id, { firstSlot, chunkCount: chunkIds.length });
    // Not push(...): a content may have more chunks than a call takes arguments.
    for (const chunkId of chunkIds) {
      this.#chunkIds.push(chunkId);
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

  /** Moves the live chunks together and all postings into the bulk, when there is much else. */
  #tidyUp(): void {
    if (this.#deadCount + this.#addedCount < LOOSE_CHUNKS + this.#chunkIds.length * LOOSE_SHARE) return;
    let liveCount = 0;
    const newSlots = Int32Array.from(this.#chunkIds, (_, slot) => (this.#isLive[slot] === 1 ? liveCount++ : -1));
    this.#postings.renumber(newSlots);
    this.#vectors?.renumber(newSlots);
    this.#chunkIds = this.#chunkIds.filter((_, slot) => this.#isLive[slot] === 1);
    this.#vectorRows = this.#vectorRows.filter((_, slot) => this.#isLive[slot] === 1);
    this.#isLive = new Uint8Array(liveCount).fill(1);
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
