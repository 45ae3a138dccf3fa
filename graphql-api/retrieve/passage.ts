import type { Chunk, PublishedDocument } from '#shared/document.ts';

/** A chunk that retrieval returned for a question, with why. */
export interface Passage {
  /** From 1, best first. */
  readonly rank: number;
  /** Of all arms together, 0 to 1, the share of the best; comparable within one result only. A reranker leaves it as it is. */
  readonly score: number;
  /** How much of the question the passage holds, 0 to 1; comparable between questions. See relevance.ts. */
  readonly relevance: number;
  /** BM25; null when the keyword arm did not find it. */
  readonly keyword: ArmPlace | null;
  /** Cosine; null when the meaning arm did not find it or was not asked. */
  readonly semantic: ArmPlace | null;
  /** How well it answers the question, 0 to 1; null when no reranker read it. Those that have it are ordered by it. */
  readonly rerank: number | null;
  readonly chunk: Chunk;
  /** Of several copies the one with the shortest path. */
  readonly document: PublishedDocument;
}

/** Where one arm of the search put a chunk. */
export interface ArmPlace {
  /** From 1. */
  readonly rank: number;
  /** As the store gave it: comparable within one arm of one result only. */
  readonly score: number;
}
