/** The port of cross-encoders: models that read a question and a passage together. Driver: onnx-reranker.ts. */
export interface Reranker extends AsyncDisposable {
  /** The model's name as it is shown to users. */
  readonly model: string;
  /**
   * Scores how well the passage answers the question, between 0 and 1. A passage that does not fit into the model's
   * window is cut at its end. May be called again before earlier calls end: pairs are scored in the order of the calls.
   * Aborting rejects immediately with the signal's reason and drops the pair unless it is already being scored.
   * @throws ModelError when the model's thread ended or its files cannot be used.
   */
  score(question: string, passage: string, signal?: AbortSignal): Promise<number>;
}
