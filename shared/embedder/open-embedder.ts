import type { KnownEmbedder } from '../models/catalogue.ts';
import type { Embedder } from './embedder.ts';
import { readEmbedderFolder } from './embedder-folder.ts';
import { openOnnxEmbedder } from './onnx.ts';

/** How to open an embedder. */
export interface OpenEmbedderOptions {
  /**
   * What the catalogue says about the model; null for one that is not in it, which reads that from the model's own
   * files.
   */
  readonly known: KnownEmbedder | null;
  /** Number of threads to compute with. */
  readonly threads: number;
  /** Stops the loading. */
  readonly signal?: AbortSignal;
}

/**
 * Loads the embedder of a folder in the layout of the Hugging Face hub: config.json, tokenizer.json, onnx/. Downloads
 * nothing. A model of 118 MB takes a second to load and 480 MB of memory, of which the tokenizer uses 250.
 * @throws ModelError MODEL_MISSING when the folder or a file is not there, MODEL_UNUSABLE when they cannot be used.
 */
export async function openEmbedder(folder: string, { known, threads, signal }: OpenEmbedderOptions): Promise<Embedder> {
  return openOnnxEmbedder(await readEmbedderFolder(folder, known), threads, signal);
}
