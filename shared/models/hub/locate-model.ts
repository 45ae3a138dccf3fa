import type { Model } from '../catalogue.ts';
import { isQuantization } from '../find-model.ts';
import { listFiles } from './hub.ts';
import { notPulled } from './error.ts';
import type { HubAccess } from './request.ts';
import { parseHubUri } from '../hub-uri.ts';

/**
 * Finds the file on the hub for a model whose URI names a quantization; returns other models as they are.
 * @throws ModelError MODEL_NOT_PULLED
 */
export async function locateModel(hub: HubAccess, model: Model, signal: AbortSignal): Promise<Model> {
  const quantization = parseHubUri(model.name)?.quantization;
  if (quantization == null) return model;
  const { repository } = model;
  const files = await listFiles(hub, model, signal);
  const found = files.filter((file) => isQuantization(file, quantization) && isPlain(repository, file));
  if (found.length === 1) return { ...model, files: [{ path: found[0]!, sizeBytes: null, sha256: null }] };
  const why = `it has ${found.length === 0 ? 'no' : found.length} unsplit .gguf files of quantization ${quantization}`;
  const next = `choose a file on ${hub.endpoint}/${repository} and name it: hf:${repository}/<file>.gguf`;
  throw notPulled(repository, { why, next, isRetryable: false });
}

/** Whether a URI could name the file, so that a name sent by the hub never leads out of a folder. */
function isPlain(repository: string, file: string): boolean {
  return parseHubUri(`hf:${repository}/${file}`) !== undefined;
}
