/** The port of cross-encoders: models that read a question and a passage together. Driver: onnx-reranker.ts. */
export interface Reranker extends AsyncDisposable {
  /** The model's name as people know it. */
  readonly model: string;
  /**
   * How well the passage answers the question, between 0 and 1. A passage beyond the model's window is cut at its end.
   * May be called many times at once: pairs are scored in the order of the calls. Aborting rejects with the signal's
   * reason at once; what was not begun is dropped.
   * @throws ModelError when the model's thread ended or its files cannot be used.
   */
  score(question: string, passage: string, signal?: AbortSignal): Promise<number>;
}
