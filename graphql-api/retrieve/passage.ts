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

/** Why retrieval leaves out a candidate. */
export type CutByRetrieval =
  /** It says the same as a better one. */
  | 'DUPLICATE'
  /** It is about something of another name, or holds nothing of the question. */
  | 'UNRELATED'
  /** No candidate is relevant enough to answer at all. */
  | 'NOTHING_RELEVANT'
  /** It is less relevant than a source has to be. */
  | 'BELOW_FLOOR';

/**
 * Is told what retrieval decides about the candidates of one question, as it decides; see explain/. Changes nothing, and
 * must not throw. Passages are the same if their chunks have the same id.
 */
export interface RetrievalTrace {
  /** @param terms what the words of the question are searched by. @param names those that a passage must hold. */
  searched(terms: readonly string[], names: readonly string[]): void;
  /** All candidates of both arms, best first. */
  ranked(passages: readonly WordedPassage[]): void;
  /** The candidates of `before` that are not in `kept` are left out. */
  cut(before: readonly WordedPassage[], kept: readonly WordedPassage[], reason: CutByRetrieval): void;
  /** @param ordered those that are left, best first. @param chosen the sources of the answer, of these. */
  chosen(ordered: readonly Passage[], chosen: readonly Passage[]): void;
}
