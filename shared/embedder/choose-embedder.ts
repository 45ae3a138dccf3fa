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
 * Chooses the embedder from what is on disk now. `auto` takes the one in use, else the default model, else another one
 * of the catalogue, else any folder in the models folder that looks like an embedder. Any other name is one of the
 * catalogue, of a folder in the models folder, or a path. Never throws: what cannot be read counts as missing.
 * @param inUse the stamp of the model that `auto` keeps, so that a model that is added does not replace it and have all
 * documents embedded again; null for none. See EmbeddersInUse.
 */
export function chooseEmbedder({ embedder, modelsDir }: Wishes, inUse: string | null = null): EmbedderChoice {
  if (embedder === 'none')
    return none('search by meaning is switched off (ASKBOX_EMBEDDER=none); set it to auto to switch it on');
  if (embedder === 'auto') {
    const installed = installedEmbedders(modelsDir);
    return installed.find(({ stamp }) => stamp === inUse) ?? installed[0] ?? missing(DEFAULT_EMBEDDER);
  }

  const known = findKnownModel(embedder);
  if (known?.kind === 'EMBEDDING') return isPresent(modelsDir, known) ? ofCatalogue(modelsDir, known) : missing(known);
  if (known !== undefined) return none(`${known.name} is not an embedding model; change ASKBOX_EMBEDDER`);
  const isName = path.basename(embedder) === embedder && !embedder.startsWith('.');
  const places = [...(isName ? [path.join(modelsDir, embedder)] : []), path.resolve(embedder)];
  const folder = places.find(looksLikeEmbedder);
  if (folder !== undefined) return inFolder(folder);
  const wanted = 'an embedding model is a folder with config.json, tokenizer.json and onnx/';
  return none(`there is no embedding model in ${places.join(' or ')} (${wanted}); change ASKBOX_EMBEDDER`);
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
