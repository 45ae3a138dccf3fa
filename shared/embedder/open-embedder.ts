import type { KnownEmbedder } from '../models/catalogue.ts';
import type { Embedder } from './embedder.ts';
import { readEmbedderFolder } from './embedder-folder.ts';
import { openOnnxEmbedder } from './onnx.ts';

export interface OpenEmbedderOptions {
  /** What the catalogue says of the model; null for a model that it does not know, whose own files then say it. */
  readonly known: KnownEmbedder | null;
  /** Threads to compute with. */
  readonly threads: number;
  /** Gives up the loading. */
  readonly signal?: AbortSignal;
}

/**
 * Loads the embedder of a folder in the layout of the Hugging Face hub: config.json, tokenizer.json, onnx/. Nothing is
 * fetched. A model of 118 MB takes a second to load and 480 MB of memory, 250 of them its tokenizer.
 * @throws ModelError MODEL_MISSING when folder or files are not there, MODEL_UNUSABLE when they cannot be used.
 */
export async function openEmbedder(folder: string, { known, threads, signal }: OpenEmbedderOptions): Promise<Embedder> {
  return openOnnxEmbedder(await readEmbedderFolder(folder, known), threads, signal);
}
