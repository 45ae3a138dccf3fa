/** The models that askbox knows by name. Other models are used by the path of their folder or file. */

export interface ModelFile {
  /** Inside the repository, and inside the model's folder here. */
  readonly path: string;
  /** Null when not known before the hub was asked. */
  readonly sizeBytes: number | null;
  /** Lower-case hexadecimal; null when not known before the hub was asked. */
  readonly sha256: string | null;
}

interface KnownModel {
  /** What people call it and settings name it by; also its folder in the models folder. */
  readonly name: string;
  /** On the hub, such as `Xenova/multilingual-e5-small`. */
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  readonly files: readonly ModelFile[];
  /** SPDX id, or the licence's own name. */
  readonly licence: string;
  /** Of all files together, about. */
  readonly sizeBytes: number;
}

/** In the layout of the Hugging Face hub: config.json, tokenizer.json, onnx/. */
export interface KnownEmbedder extends KnownModel {
  readonly kind: 'EMBEDDING';
  readonly dtype: 'q8' | 'fp32';
  readonly dimensions: number;
  /** Longest text in tokens that it reads at once. */
  readonly windowTokens: number;
  /** Put before a question and before a passage; '' for none. */
  readonly queryPrefix: string;
  readonly passagePrefix: string;
}

export interface KnownReranker extends KnownModel {
  readonly kind: 'RERANKING';
  readonly dtype: 'q8' | 'fp32';
  readonly windowTokens: number;
}

/** One .gguf file. */
export interface KnownGenerator extends KnownModel {
  readonly kind: 'GENERATION';
}
