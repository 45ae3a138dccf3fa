import { CATALOGUE, findKnownModel, type KnownGenerator, type Model } from './catalogue.ts';
import { listFiles } from './hub.ts';
import { notPulled } from './hub-error.ts';
import type { HubAccess } from './hub-request.ts';
import { parseHubUri } from './hub-uri.ts';

/** A model of the catalogue by its name or repository, in any case of letters, or of the hub by its `hf:` URI. */
export function findModel(name: string): Model | undefined {
  return findKnownModel(name) ?? findGeneratorByUri(name);
}

/** The model that a `hf:` URI names; the catalogue's own where it is the same file. Its licence stands on its page only. */
export function findGeneratorByUri(uri: string): KnownGenerator | undefined {
  const parsed = parseHubUri(uri);
  if (parsed === undefined) return undefined;
  const { repository, path, quantization, fileName } = parsed;
  const known = CATALOGUE.find(
    (model) =>
      model.repository === repository &&
      (model.files[0]?.path === path || isQuantization(model.files[0]?.path ?? '', quantization)),
  );
  if (known?.kind === 'GENERATION') return known;
  return {
    kind: 'GENERATION',
    name: uri,
    repository,
    revision: 'main',
    files: [{ path: path ?? fileName, sizeBytes: null, sha256: null }],
    licence: 'see its page',
    sizeBytes: 0,
    fileName,
  };
}

/**
 * Finds the file behind a URI that names a quantization; other models come back as they are.
 * @throws ModelError MODEL_NOT_PULLED
 */
export async function locateModel(hub: HubAccess, model: Model, signal: AbortSignal): Promise<Model> {
  const quantization = parseHubUri(model.name)?.quantization;
  if (quantization == null) return model;
  const files = await listFiles(hub, model, signal);
  const [first, second] = files.filter((file) => isQuantization(file, quantization));
  const page = `${hub.endpoint}/${model.repository}`;
  if (first === undefined) {
    const why = `it has no single .gguf file of quantization ${quantization}`;
    const next = `choose one of ${page} and name it: hf:${model.repository}/<file>.gguf`;
    throw notPulled(model.repository, { why, next, isRetryable: false });
  }
  if (second !== undefined || parseHubUri(`hf:${model.repository}/${first}`) === undefined) {
    const why = `${quantization} is not one plain .gguf file there (${first}${second === undefined ? '' : `, ${second}`})`;
    const next = `name the file: hf:${model.repository}/<file>.gguf`;
    throw notPulled(model.repository, { why, next, isRetryable: false });
  }
  return { ...model, files: [{ path: first, sizeBytes: null, sha256: null }] };
}

/** Whether a file is that quantization of its model, by the way all uploaders name them; one of several pieces is not. */
function isQuantization(file: string, quantization: string | null): boolean {
  if (quantization === null) return false;
  const ending = `${quantization}.gguf`.toLowerCase();
  return ['-', '.', '_', '/'].some((separator) => file.toLowerCase().endsWith(separator + ending));
}
