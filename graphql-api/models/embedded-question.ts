import type { VectorSpace } from '#shared/store/store.ts';

/** A question as the semantic arm searches with it. */
export interface EmbeddedQuestion {
  /** The space that was active when the question was embedded. */
  readonly space: VectorSpace;
  /** Of unit length. */
  readonly vector: Float32Array;
}

/**
 * Embeds a question for the space that is searched. Rejects only when aborted, since keywords alone can answer too.
 * @param refused a space that the store no longer searches, because another one has become active since.
 * @returns null when semantic search is not available now.
 */
export type EmbedQuestion = (
  question: string,
  signal: AbortSignal,
  refused?: VectorSpace,
) => Promise<EmbeddedQuestion | null>;
