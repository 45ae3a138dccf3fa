import type { KnownReranker } from '#shared/models/catalogue.ts';
import { openOnnxReranker } from './onnx-reranker.ts';
import { readRerankerFolder } from './reranker-folder.ts';
import type { Reranker } from './reranker.ts';

export interface OpenRerankerOptions {
  /** What the catalogue says of the model; null for a model that it does not know, whose own files then say it. */
  readonly known: KnownReranker | null;
  /** Threads to compute with. */
  readonly threads: number;
  /** Gives up the loading. */
  readonly signal?: AbortSignal;
}

/**
 * Loads the reranker of a folder in the layout of the Hugging Face hub: config.json, tokenizer.json, onnx/. Nothing is
 * fetched.
 * @throws ModelError MODEL_MISSING when folder or files are not there, MODEL_UNUSABLE when they cannot be used.
 */
export async function openReranker(folder: string, { known, threads, signal }: OpenRerankerOptions): Promise<Reranker> {
  return openOnnxReranker(await readRerankerFolder(folder, known), threads, signal);
}
