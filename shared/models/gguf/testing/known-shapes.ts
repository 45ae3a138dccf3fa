import { shapeOf, type ModelShape } from '../model-shape.ts';
import type { MetaValue, TensorEntry } from '../parse-header.ts';
import { tensorBytes } from '../tensor-types.ts';

/** The dimensions of a transformer as its published configuration has them. */
export interface Dimensions {
  readonly architecture?: string;
  readonly layers: number;
  readonly embedding: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Default: embedding / heads. */
  readonly headLength?: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** Whether the token embedding is the output matrix too. */
  readonly isTied?: boolean;
  readonly trainedTokens: number;
}

const [F32, Q4_K, Q6_K] = [0, 12, 14];

/** Returns the header's metadata and tensors of a model of these dimensions, quantized to Q4_K_M. */
export function headerOf(dimensions: Dimensions): {
  readonly metadata: ReadonlyMap<string, MetaValue>;
  readonly tensors: readonly TensorEntry[];
} {
  const { architecture = 'llama', layers, embedding, heads, kvHeads, feedForward, vocabulary, isTied } = dimensions;
  const { headLength = embedding / heads, trainedTokens } = dimensions;
  const tensors: TensorEntry[] = [];
  const add = (name: string, numbers: number, type: number): void => {
    const sizeBytes = tensorBytes(type, numbers) ?? 0;
    const last = tensors.at(-1);
    tensors.push({ name, offset: last === undefined ? 0 : last.offset + last.sizeBytes, sizeBytes });
  };
  add('token_embd.weight', embedding * vocabulary, isTied === true ? Q6_K : Q4_K);
  for (let layer = 0; layer < layers; layer++) {
    const eighth = Math.floor(layers / 8);
    const hasMoreBits = layer < eighth || layer >= 7 * eighth || (layer - eighth) % 3 === 2;
    const better = hasMoreBits ? Q6_K : Q4_K;
    add(`blk.${layer}.attn_norm.weight`, embedding, F32);
    add(`blk.${layer}.attn_q.weight`, embedding * heads * headLength, Q4_K);
    add(`blk.${layer}.attn_k.weight`, embedding * kvHeads * headLength, Q4_K);
    add(`blk.${layer}.attn_v.weight`, embedding * kvHeads * headLength, better);
    add(`blk.${layer}.attn_output.weight`, embedding * heads * headLength, Q4_K);
    add(`blk.${layer}.ffn_gate.weight`, embedding * feedForward, Q4_K);
    add(`blk.${layer}.ffn_up.weight`, embedding * feedForward, Q4_K);
    add(`blk.${layer}.ffn_down.weight`, feedForward * embedding, better);
  }
  add('output_norm.weight', embedding, F32);
  if (isTied !== true) add('output.weight', embedding * vocabulary, Q6_K);
  const metadata = new Map<string, MetaValue>([
    ['general.architecture', architecture],
    [`${architecture}.block_count`, layers],
    [`${architecture}.context_length`, trainedTokens],
    [`${architecture}.embedding_length`, embedding],
    [`${architecture}.feed_forward_length`, feedForward],
    [`${architecture}.attention.head_count`, heads],
    [`${architecture}.attention.head_count_kv`, kvHeads],
    ['tokenizer.ggml.tokens', { length: vocabulary }],
    ['tokenizer.chat_template', '{{ messages }}'],
  ]);
  if (dimensions.headLength !== undefined) {
    metadata.set(`${architecture}.attention.key_length`, headLength);
    metadata.set(`${architecture}.attention.value_length`, headLength);
  }
  return { metadata, tensors };
}

/** Dimensions of models that people run, from their published configurations. */
export const KNOWN = {
  'SmolLM2 135M': {
    layers: 30,
    embedding: 576,
    heads: 9,
    kvHeads: 3,
    feedForward: 1536,
    vocabulary: 49_152,
    isTied: true,
    trainedTokens: 8192,
  },
  'Llama 3.2 1B': {
    layers: 16,
    embedding: 2048,
    heads: 32,
    kvHeads: 8,
    feedForward: 8192,
    vocabulary: 128_256,
    isTied: true,
    trainedTokens: 131_072,
  },
  'Llama 3.2 3B': {
    layers: 28,
    embedding: 3072,
    heads: 24,
    kvHeads: 8,
    feedForward: 8192,
    vocabulary: 128_256,
    isTied: true,
    trainedTokens: 131_072,
  },
  'Phi-3-mini': {
    architecture: 'phi3',
    layers: 32,
    embedding: 3072,
    heads: 32,
    kvHeads: 32,
    feedForward: 8192,
    vocabulary: 32_064,
    trainedTokens: 4096,
  },
  'Llama 2 7B': {
    layers: 32,
    embedding: 4096,
    heads: 32,
    kvHeads: 32,
    feedForward: 11_008,
    vocabulary: 32_000,
    trainedTokens: 4096,
  },
  'Llama 3.1 8B': {
    layers: 32,
    embedding: 4096,
    heads: 32,
    kvHeads: 8,
    feedForward: 14_336,
    vocabulary: 128_256,
    trainedTokens: 131_072,
  },
  'Qwen3 14B': {
    architecture: 'qwen3',
    layers: 40,
    embedding: 5120,
    heads: 40,
    kvHeads: 8,
    headLength: 128,
    feedForward: 17_408,
    vocabulary: 151_936,
    trainedTokens: 40_960,
  },
  'Llama 3.3 70B': {
    layers: 80,
    embedding: 8192,
    heads: 64,
    kvHeads: 8,
    feedForward: 28_672,
    vocabulary: 128_256,
    trainedTokens: 131_072,
  },
} as const satisfies Readonly<Record<string, Dimensions>>;

/** Returns the shape of a known model. */
export function knownShape(name: keyof typeof KNOWN): ModelShape {
  const { metadata, tensors } = headerOf(KNOWN[name]);
  return shapeOf({ metadata, tensors, endBytes: 0 }, tensors);
}
