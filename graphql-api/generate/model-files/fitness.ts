import path from 'node:path';
import type { ModelShape } from '#shared/models/gguf/model-shape.ts';

type Kind = Pick<ModelShape, 'architecture' | 'type' | 'pooling' | 'isCausal'>;

/** `pooling_type` of a model that scores a pair of texts. */
const RANKING = 4;
const ENCODERS = /bert|t5encoder|embedding/;
/** Words of a name that say that a model continues texts, such as `gemma-3-4b-pt`. */
const BASE_NAME = /(?:^|[^a-z0-9])(?:base|pt|pretrain|pretrained)(?:[^a-z0-9]|$)/i;

/**
 * Returns what a file is, if it writes no answers: an embedding model, a reranker, a part of another model; null for
 * one that may.
 */
export function whyNoGenerator({ architecture, type, pooling, isCausal }: Kind): string | null {
  if (type === 'adapter') return 'it is an adapter (LoRA), which changes another model';
  if (type === 'mmproj' || architecture === 'clip') return 'it reads pictures for another model (mmproj)';
  if (type !== null && type !== 'model') return `it is no model but ${type}`;
  if (pooling === RANKING) return 'it is a reranker, which writes no answers';
  if ((pooling ?? 0) > 0 || !isCausal || ENCODERS.test(architecture)) {
    return 'it is an embedding model, which writes no answers';
  }
  return null;
}

/** Whether a model was made to continue texts and not to answer, by its name. Some have a chat template all the same. */
export function isBase({ name }: Pick<ModelShape, 'name'>, file: string): boolean {
  return BASE_NAME.test(path.basename(file, '.gguf')) || (name !== null && BASE_NAME.test(name));
}
