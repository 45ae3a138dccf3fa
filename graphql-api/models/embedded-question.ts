import type { VectorSpace } from '#shared/store/store.ts';

/** A question as the meaning arm searches with it. */
export interface EmbeddedQuestion {
  /** The active one when the question was embedded. */
  readonly space: VectorSpace;
  /** Of unit length. */
  readonly vector: Float32Array;
}

/**
 * @param refused a space that the store does not search any more: another one has become active since.
 * @returns null when nothing can be searched by meaning now; only an abort rejects, for words alone can answer too.
 */
export type EmbedQuestion = (
  question: string,
  signal: AbortSignal,
  refused?: VectorSpace,
) => Promise<EmbeddedQuestion | null>;
