import type { VectorSpace } from '../store/store.ts';

/** The port for embedding models. Its driver is onnx.ts, its contract suite embedder-contract.ts. */

/** Most models embed a question and a passage differently. A question is served before waiting passages. */
export type EmbeddedKind = 'query' | 'passage';

/** The vectors of the texts of one call. */
export interface Embedded {
  /** One for each text, in the order of the texts, each of unit length. */
  readonly vectors: readonly Float32Array[];
  /** How many texts were longer than the model's window; these were embedded in windows whose vectors were pooled. */
  readonly windowedTexts: number;
}

/** An embedding model that is loaded; disposing it rejects all calls that have not ended. */
export interface Embedder extends AsyncDisposable {
  /** The name that people know the model by. */
  readonly model: string;
  /** Vectors are comparable only within one space: model, revision, dtype, pooling, tokenizer and prefixes. */
  readonly space: VectorSpace;
  /** Whether the vectors of the space with this name are what this model would make; true for its own space. */
  readonly makesVectorsOf: (spaceName: string) => boolean;
  /**
   * Embeds texts. May be called many times concurrently. Aborting rejects immediately with the signal's reason; the
   * work behind it stops after the current run of the model.
   * @throws ModelError MODEL_UNUSABLE when the model's thread ended, its files cannot be used, or it was disposed.
   */
  embed(texts: readonly string[], kind: EmbeddedKind, signal?: AbortSignal): Promise<Embedded>;
}
