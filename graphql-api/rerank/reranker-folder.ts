import { readUnknownModel, requireKnownModel, requireModelFolder } from '#shared/onnx/model-folder.ts';
import type { NamedModel } from '#shared/onnx/model-thread.ts';
import type { KnownReranker } from '#shared/models/catalogue.ts';

/** A reranker on this disk, and all that one has to know to use it. */
export interface RerankerFolder extends NamedModel {
  /** The ONNX file. */
  readonly modelFile: string;
  /** Longest question and passage together, in tokens, that it reads. */
  readonly windowTokens: number;
}

/**
 * Looks whether the files of a reranker are there, and reads how it wants to be used. Whether it is one, the runtime says.
 * @param known what the catalogue says of it; null: the folder's own files say it.
 * @throws ModelError MODEL_MISSING or MODEL_UNUSABLE, each with the next step.
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
