import { BATCH_TOKENS, kvBytes, type ModelShape } from '#shared/models/gguf/model-shape.ts';

/** How a model is loaded. */
export interface Layout {
  /** As llama.cpp counts them: first the output matrix, then the layers from the last one on; 0 uses no card. */
  readonly layersOnCard: number;
  /** Answers written at the same time. */
  readonly sequences: number;
  /** Of each sequence. */
  readonly contextTokens: number;
}

/** What a model takes, in bytes. */
export interface MemoryNeed {
  /** Of all cards together, without what the driver takes before anything is loaded. */
  readonly cardBytes: number;
  readonly ramBytes: number;
}

const MIB = 1024 ** 2;
/** The type of keys and values. q8_0 would take 17/32 of it; plan.ts says why it is not used. */
const F16_BYTES = 2;
const FLOAT_BYTES = 4;
/** Kernels and workspaces of the backend, as far as they are loaded after it was opened. */
const BACKEND_BYTES = 256 * MIB;
/** Node, the library and its tokenizer: 230 MiB for a tiny model, more for a large vocabulary. */
const PROGRAM_BYTES = 400 * MIB;

/**
 * Returns what a model takes when it is loaded so, computed from its header alone. On an H100, two models in five layouts
 * took 265 to 302 MiB more, which is what the driver takes before anything is loaded.
 * @param cards how many cards share the layers; each has its own buffers.
 */
export function memoryNeed(shape: ModelShape, { layersOnCard, ...size }: Layout, cards = 1): MemoryNeed {
  const { layers, weights } = shape;
  const firstOnCard = layersOnCard === 0 ? layers : Math.max(0, layers - (layersOnCard - 1));
  const kvSize = { ...size, bytesPerNumber: F16_BYTES };
  const [kvOnCard, kv] = [kvBytes(shape, kvSize, firstOnCard), kvBytes(shape, kvSize)];
  const buffers = bufferBytes(shape);
  const weightsOnCard = sum(weights.layers.slice(firstOnCard));
  if (layersOnCard === 0) return { cardBytes: 0, ramBytes: weights.total + kv + buffers + PROGRAM_BYTES };
  return {
    cardBytes: weights.output + weightsOnCard + kvOnCard + cards * (buffers + BACKEND_BYTES),
    ramBytes: weights.tokenEmbedding + sum(weights.layers) - weightsOnCard + (kv - kvOnCard) + buffers + PROGRAM_BYTES,
  };
}

/** The results of one batch: above all one number for each token of the vocabulary. With flash attention. */
function bufferBytes({ vocabulary, feedForwardLength, embeddingLength }: ModelShape): number {
  return BATCH_TOKENS * FLOAT_BYTES * (vocabulary + 2 * feedForwardLength + 4 * embeddingLength);
}

/** Returns the context of each sequence: what is wished for, but no more than the model was trained on. */
export function usableContextTokens({ trainedTokens }: ModelShape, wishedTokens: number): number {
  return trainedTokens > 0 ? Math.min(wishedTokens, trainedTokens) : wishedTokens;
}

/** Formats a size for people: `5.6`, of GiB. */
export function gib(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
