import type { Chunk, PublishedDocument } from '#shared/document.ts';
import type { PassageWords } from './relevance/word-relevance.ts';

/** A chunk that retrieval returned for a question, with the reasons. */
export interface Passage {
  /** From 1, best first. */
  readonly rank: number;
  /**
   * Fused score of all arms relative to the best passage, 0 to 1; comparable within one result only. Not changed by a
   * reranker.
   */
  readonly score: number;
  /**
   * How much of the question the passage holds, 0 to 1; comparable between questions. See relevance/word-relevance.ts.
   */
  readonly relevance: number;
  /** BM25; null when the keyword arm did not find it. */
  readonly keyword: ArmPlace | null;
  /** Cosine; null when the semantic arm did not find it or was not used. */
  readonly semantic: ArmPlace | null;
  /**
   * How well it answers the question, 0 to 1; null when no reranker read it. Passages that have it are ordered by it.
   */
  readonly rerank: number | null;
  readonly chunk: Chunk;
  /** Of several copies, the one with the shortest path. */
  readonly document: PublishedDocument;
}

/** A passage and the words it can be found by. */
export interface WordedPassage {
  readonly passage: Passage;
  readonly words: PassageWords;
}

/** Where one arm of the search placed a chunk. */
export interface ArmPlace {
  /** From 1. */
  readonly rank: number;
  /** As returned by the store; comparable within one arm of one result only. */
  readonly score: number;
}
