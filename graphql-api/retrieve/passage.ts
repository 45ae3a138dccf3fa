import type { Chunk, PublishedDocument } from '#shared/document.ts';

/** A chunk that retrieval returned for a question, with why. */
export interface Passage {
  /** From 1, best first. */
  readonly rank: number;
  /** 0 to 1, the share of the best possible; comparable within one result only. */
  readonly score: number;
  /** BM25 of the keyword arm; null when that arm did not find it. */
  readonly keywordScore: number | null;
  /** Cosine of the meaning arm; null when that arm did not find it or was not asked. */
  readonly semanticScore: number | null;
  readonly chunk: Chunk;
  /** Of several copies the one with the shortest path. */
  readonly document: PublishedDocument;
}
