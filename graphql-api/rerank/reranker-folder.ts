import { readUnknownModel, requireKnownModel, requireModelFolder } from '#shared/onnx/model-folder.ts';
import type { NamedModel } from '#shared/onnx/model-thread.ts';
import type { KnownReranker } from '#shared/models/catalogue.ts';

/** A reranker on this disk, and what is needed to load it. */
export interface RerankerFolder extends NamedModel {
  /** Path of the ONNX file. */
  readonly modelFile: string;
  /** The most tokens it reads of a question and a passage together, special tokens included. */
  readonly windowTokens: number;
}

/**
 * Checks that the files of a reranker are there, and reads how to use it. Whether it really is a reranker shows only
 * when it is loaded.
 * @param known its entry in the catalogue; null reads the folder's own files instead.
 * @throws ModelError MODEL_MISSING or MODEL_UNUSABLE, each naming the next step.
 */
export async function readRerankerFolder(folder: string, known: KnownReranker | null): Promise<RerankerFolder> {
  const remedy = await requireModelFolder(folder, known?.name ?? null);
  if (known === null) {
    const { name, modelFile, windowTokens } = await readUnknownModel(folder, remedy);
    return { name, folder, modelFile, windowTokens, remedy };
  }
  const modelFile = await requireKnownModel(folder, known.files, remedy);
  return { name: known.name, folder, modelFile, windowTokens: known.windowTokens, remedy };
}
