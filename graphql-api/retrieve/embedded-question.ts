import type { VectorSpace } from '#shared/store/store.ts';

/** A question as the meaning arm searches with it. */
export interface EmbeddedQuestion {
  /** The active one when the question was embedded. */
  readonly space: VectorSpace;
  /** Of unit length. */
  readonly vector: Float32Array;
  /** Share of the chunks that have a vector, 0 to 1. */
  readonly embeddedShare: number;
}
