import { statSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '#shared/config.ts';
import { UNKNOWN_MODEL_FILES } from '#shared/embedder/model-folder.ts';
import { findKnownModel, type KnownReranker } from '#shared/models/catalogue.ts';
import { isPresent, placeOf } from '#shared/models/model-place.ts';

/** The reranker to work with, or why there is none and what to do. */
export type RerankerChoice =
  | {
      readonly folder: string;
      /** What the catalogue says of it; null when it does not know it. */
      readonly known: KnownReranker | null;
      /** Changes when the model's files do. */
      readonly stamp: string;
    }
  | { readonly folder: null; readonly message: string };

/** Looks at the disk as it is now. @param reranker a name of the catalogue or a folder. */
export function chooseReranker({ reranker, modelsDir }: Pick<Config, 'reranker' | 'modelsDir'>): RerankerChoice {
  const known = findKnownModel(reranker);
  if (known === undefined) {
    const folder = path.resolve(reranker);
    const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    if (isFolder) return { folder, known: null, stamp: stampOf(folder, UNKNOWN_MODEL_FILES) };
    return none(`there is no model in ${folder}; set ASKBOX_RERANKER to a reranker of "npm run models" or a folder`);
  }
  if (known.kind !== 'RERANKING') return none(`${known.name} is no reranker; change ASKBOX_RERANKER`);
  if (!isPresent(modelsDir, known)) {
    return none(`${known.name} is not on this machine; get it with: npm run models -- pull ${known.name}`);
  }
  const folder = placeOf(modelsDir, known);
  const files = known.files.map((file) => file.path);
  return { folder, known, stamp: stampOf(folder, files) };
}

/** A model that is still being copied has another one with every look. */
function stampOf(folder: string, files: readonly string[]): string {
  const states = files.map((file) => {
    const stats = statSync(path.join(folder, file), { throwIfNoEntry: false });
    return `${file} ${stats?.size} ${stats?.mtimeMs}`;
  });
  return [folder, ...states].join('\n');
}

function none(message: string): RerankerChoice {
  return { folder: null, message };
}
