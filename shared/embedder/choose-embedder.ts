import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config.ts';
import { CATALOGUE, DEFAULT_EMBEDDER, findKnownModel, type KnownEmbedder, type Model } from '../models/catalogue.ts';
import { isPresent, namesIn, modelPathOf } from '../models/model-path.ts';
import { stampOf } from '../onnx/model-folder.ts';

/** The embedder to use, or why there is none and what to do about it. */
export type EmbedderChoice =
  | {
      readonly folder: string;
      /** What the catalogue says about it; null for a model that is not in it. */
      readonly known: KnownEmbedder | null;
      /** Changes whenever one of the model's files changes. */
      readonly stamp: string;
    }
  | { readonly folder: null; readonly message: string; readonly stamp: null };

/** In config.json; the folder of a reranker does not differ in anything else. */
const RERANKER = /"\w+ForSequenceClassification"/;

type Wishes = Pick<Config, 'embedder' | 'modelsDir'>;

/**
 * Chooses the embedder from what is on disk now. `auto` takes the default model, else another one of the catalogue,
 * else any folder in the models folder that looks like an embedder. Never throws: what cannot be read counts as
 * missing.
 */
export function chooseEmbedder({ embedder, modelsDir }: Wishes): EmbedderChoice {
  if (embedder === 'none')
    return none('search by meaning is switched off (ASKBOX_EMBEDDER=none); set it to auto to switch it on');
  if (embedder === 'auto') return installedEmbedders(modelsDir)[0] ?? missing(DEFAULT_EMBEDDER);

  const known = findKnownModel(embedder);
  if (known?.kind === 'EMBEDDING') return isPresent(modelsDir, known) ? ofCatalogue(modelsDir, known) : missing(known);
  if (known !== undefined) return none(`${known.name} is not an embedding model; change ASKBOX_EMBEDDER`);
  const folder = path.resolve(embedder);
  return looksLikeEmbedder(folder)
    ? inFolder(folder)
    : none(`${folder} has no embedding model (config.json, tokenizer.json, onnx/); change ASKBOX_EMBEDDER`);
}

/** Returns every embedder in the models folder, in order of preference. Never throws. */
export function installedEmbedders(modelsDir: string): readonly (EmbedderChoice & { readonly folder: string })[] {
  const known = [DEFAULT_EMBEDDER, ...CATALOGUE].filter(isEmbedder).filter((model) => isPresent(modelsDir, model));
  const knownPaths = new Set(CATALOGUE.map((model) => modelPathOf(modelsDir, model)));
  const others = namesIn(modelsDir)
    .map((name) => path.join(modelsDir, name))
    .filter((folder) => !knownPaths.has(folder) && !folder.endsWith('.part') && looksLikeEmbedder(folder));
  return [...[...new Set(known)].map((model) => ofCatalogue(modelsDir, model)), ...others.map(inFolder)];
}

function isEmbedder(model: Model): model is KnownEmbedder {
  return model.kind === 'EMBEDDING';
}

function ofCatalogue(modelsDir: string, known: KnownEmbedder): EmbedderChoice & { readonly folder: string } {
  return { ...inFolder(modelPathOf(modelsDir, known)), known };
}

function inFolder(folder: string): EmbedderChoice & { readonly folder: string } {
  return { folder, known: null, stamp: stampOf(folder) };
}

function looksLikeEmbedder(folder: string): boolean {
  if (!['config.json', 'tokenizer.json', 'onnx'].every((name) => existsSync(path.join(folder, name)))) return false;
  try {
    return !RERANKER.test(readFileSync(path.join(folder, 'config.json'), 'utf8'));
  } catch {
    return false;
  }
}

function missing({ name }: KnownEmbedder): EmbedderChoice {
  return none(`${name} is not on this machine; pull it: npm run models -- pull ${name}`);
}

function none(message: string): EmbedderChoice {
  return { folder: null, message, stamp: null };
}
