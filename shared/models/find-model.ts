import { CATALOGUE, findKnownModel, type KnownGenerator, type Model } from './catalogue.ts';
import { parseHubUri } from './hub-uri.ts';

/** Finds a model of the catalogue by its name or repository, ignoring case, or a model of the hub by its `hf:` URI. */
export function findModel(name: string): Model | undefined {
  return findKnownModel(name) ?? findGeneratorByUri(name);
}

/**
 * Returns the model that an `hf:` URI names, which is the catalogue's own entry if that is the same file; undefined if
 * the text is not such a URI. The licence of other models is only on their page on the hub.
 */
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
    about: null,
  };
}

/**
 * Whether a file has this quantization, judged by the naming all uploaders follow; false for one piece of a split file.
 */
export function isQuantization(file: string, quantization: string | null): boolean {
  if (quantization === null) return false;
  const ending = `${quantization}.gguf`.toLowerCase();
  return ['-', '.', '_', '/'].some((separator) => file.toLowerCase().endsWith(separator + ending));
}
