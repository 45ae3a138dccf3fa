import type { VectorSpace } from '../store/store.ts';

/** The port of embedding models. Driver: onnx.ts. The contract suite is embedder-contract.ts. */

/** A question is embedded otherwise than a passage by most models, and overtakes waiting passages. */
export type EmbeddedKind = 'query' | 'passage';

export interface Embedded {
  /** In the order of the texts, each of unit length. */
  readonly vectors: readonly Float32Array[];
  /** How many texts were longer than the model's window; those were embedded in windows and pooled. */
  readonly windowedTexts: number;
}

export interface Embedder extends AsyncDisposable {
  /** The model's name as people know it. */
  readonly model: string;
  /** What its vectors are comparable within: model, revision, dtype and prefixes. */
  readonly space: VectorSpace;
  /**
   * May be called many times at once. Aborting rejects with the signal's reason at once; the work behind it stops after
   * the text under way.
   * @throws ModelError when the model's process ended or its files cannot be used.
   */
  embed(texts: readonly string[], kind: EmbeddedKind, signal?: AbortSignal): Promise<Embedded>;
}
