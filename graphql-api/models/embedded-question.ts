import type { VectorSpace } from '#shared/store/store.ts';

/** A question as the semantic arm searches with it. */
export interface EmbeddedQuestion {
  /** The space that was active when the question was embedded. */
  readonly space: VectorSpace;
  /** Of unit length. */
  readonly vector: Float32Array;
  /** Null when the model could not be measured. */
  readonly scale: QuestionScale | null;
  /**
   * Returns the cosine of each text with the question, in their order, by the model that embedded it. Some ten to thirty
   * milliseconds a sentence on one core. Rejects when aborted, or when the model can no longer be used.
   */
  readonly compare: (texts: readonly string[], signal: AbortSignal) => Promise<readonly number[]>;
}

/** What the cosines of a question's model mean, so that nearness can be compared between models and languages. */
export interface QuestionScale {
  /** Mean cosine of this question with texts that have nothing to do with it, by the language of the texts: pt and en. */
  readonly unrelated: ReadonlyMap<string, number>;
  /**
   * How far a passage that answers a question stands out of unrelated ones on average, by whether it is in the language
   * of the question: (cosine - unrelated) / (1 - unrelated). For multilingual-e5-small, .51 and .33.
   */
  readonly standout: { readonly sameLanguage: number; readonly otherLanguage: number };
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
