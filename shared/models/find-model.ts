import { CATALOGUE, findKnownModel, type KnownGenerator, type Model } from './catalogue.ts';
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

/** Whether a file is that quantization of its model, by the way all uploaders name them; one of several pieces is not. */
export function isQuantization(file: string, quantization: string | null): boolean {
  if (quantization === null) return false;
  const ending = `${quantization}.gguf`.toLowerCase();
  return ['-', '.', '_', '/'].some((separator) => file.toLowerCase().endsWith(separator + ending));
}
