import path from 'node:path';
import type { Config } from '#shared/config.ts';
import { stampOf } from '#shared/onnx/model-folder.ts';
import { findKnownModel, type KnownReranker } from '#shared/models/catalogue.ts';
import { findStats, isPresent, modelPathOf } from '#shared/models/model-path.ts';

/** The reranker to use, or why there is none and what to do about it. */
export type RerankerChoice =
  | {
      /** Absolute path of the model's folder. */
      readonly folder: string;
      /** Its entry in the catalogue; null when it has none. */
      readonly known: KnownReranker | null;
      /** Changes when the model's files do. */
      readonly stamp: string;
    }
  | { readonly folder: null; readonly message: string };

/**
 * Finds the configured reranker on the disk, as it is now.
 * @param config its `reranker` is a name from the catalogue or a folder.
 */
export function chooseReranker({ reranker, modelsDir }: Pick<Config, 'reranker' | 'modelsDir'>): RerankerChoice {
  const known = findKnownModel(reranker);
  if (known === undefined) {
    const folder = path.resolve(reranker);
    if (findStats(folder)?.isDirectory() === true) return { folder, known: null, stamp: stampOf(folder) };
    return none(
      `there is no model in ${folder}; set ASKBOX_RERANKER to a reranker listed by "npm run models" or to a folder`,
    );
  }
  if (known.kind !== 'RERANKING') return none(`${known.name} is not a reranker; change ASKBOX_RERANKER`);
  if (!isPresent(modelsDir, known)) {
    return none(`${known.name} is not on this machine; get it with: npm run models -- pull ${known.name}`);
  }
  const folder = modelPathOf(modelsDir, known);
  return { folder, known, stamp: stampOf(folder) };
}

function none(message: string): RerankerChoice {
  return { folder: null, message };
}
