import type { KnownReranker } from '#shared/models/catalogue.ts';
import { openOnnxReranker } from './onnx-reranker.ts';
import { readRerankerFolder } from './reranker-folder.ts';
import type { Reranker } from './reranker.ts';

/** How to load a reranker. */
export interface OpenRerankerOptions {
  /** The model's entry in the catalogue; null for a model without one, which is described by its own files. */
  readonly known: KnownReranker | null;
  /** Number of threads to compute with. */
  readonly threads: number;
  /** Aborts the loading. */
  readonly signal?: AbortSignal;
}

/**
 * Loads the reranker from a folder in the layout of the Hugging Face hub: config.json, tokenizer.json, onnx/. Downloads
 * nothing.
 * @throws ModelError MODEL_MISSING when the folder or a file is missing, MODEL_UNUSABLE when the model cannot be used.
 */
export async function openReranker(folder: string, { known, threads, signal }: OpenRerankerOptions): Promise<Reranker> {
  return openOnnxReranker(await readRerankerFolder(folder, known), threads, signal);
}
