import { MalformedHeader, type GgufHeader, type MetaValue, type TensorEntry } from './parse-header.ts';

/** What the header of a GGUF file says about its model: what it is, and what its memory depends on. */
export interface ModelShape {
  /** Such as `llama`, `qwen3`, `bert`, `clip`; `''` if the file has none. */
  readonly architecture: string;
  /** Such as `model`, `adapter`, `mmproj`; null in older files. */
  readonly type: string | null;
  /** What its makers call it; null if the file has none. */
  readonly name: string | null;
  /** Repeating layers, without the output matrix. */
  readonly layers: number;
  /** What each layer keeps of a token: numbers, keys and values together. 0 for a layer that keeps none. */
  readonly kvNumbers: readonly number[];
  /** Layers that keep only the last `slidingWindow` tokens. */
  readonly isWindowed: readonly boolean[];
  /** Tokens; null if every layer looks at the whole context. */
  readonly slidingWindow: number | null;
  /** The longest context it was trained on, in tokens; 0 if the file does not say. */
  readonly trainedTokens: number;
  readonly embeddingLength: number;
  readonly feedForwardLength: number;
  readonly heads: number;
  /** Tokens that the model knows. */
  readonly vocabulary: number;
  readonly hasChatTemplate: boolean;
  /** How an embedding model makes one vector of many; null for a model that writes. 0 is no pooling, 4 a reranker. */
  readonly pooling: number | null;
  /** Whether a token sees only those before it; false for embedding models of the BERT kind. */
  readonly isCausal: boolean;
  /** Which part of a split model the file is, counted from 0; null for a whole one. */
  readonly split: { readonly part: number; readonly parts: number } | null;
  readonly weights: Weights;
}

/** Sizes of the weights in bytes. */
interface Weights {
  /** Of each repeating layer. */
  readonly layers: readonly number[];
  /** The output matrix; of a model that has none, its token embedding, which then serves as one too. */
  readonly output: number;
  /** Stays in the machine's memory, whatever is on a graphics card. */
  readonly tokenEmbedding: number;
  /** Everything together. */
  readonly total: number;
}

/**
 * Which layers have a window where the file gives only its length, as in llama.cpp: of every n layers the last one
 * looks at the whole context.
 */
const FULL_LAYER_EVERY: Readonly<Record<string, number>> = { gemma2: 2, gemma3: 6, 'gpt-oss': 2, cohere2: 4 };
const NO_WINDOW = new Set(['phi3']); // llama.cpp ignores the length in its files
const MAX_LAYERS = 4096;

/**
 * Returns the shape that a header describes.
 * @param tensors of all parts of the model.
 * @throws MalformedHeader when its numbers contradict each other.
 */
export function shapeOf({ metadata }: GgufHeader, tensors: readonly TensorEntry[]): ModelShape {
  const architecture = textOf(metadata.get('general.architecture')) ?? '';
  const own = (key: string): MetaValue | undefined => metadata.get(`${architecture}.${key}`);
  const layers = numberOf(own('block_count')) ?? 0;
  if (!Number.isInteger(layers) || layers < 0 || layers > MAX_LAYERS) {
    throw new MalformedHeader(`its header states ${layers} layers`);
  }
  const each = (value: MetaValue | undefined, otherwise: number): readonly number[] =>
    Array.from({ length: layers }, (_, layer) => numberOf(Array.isArray(value) ? value[layer] : value) ?? otherwise);

  const embeddingLength = numberOf(own('embedding_length')) ?? 0;
  const heads = each(own('attention.head_count'), 0);
  const mostHeads = Math.max(0, ...heads);
  const headLength = mostHeads === 0 ? 0 : embeddingLength / mostHeads;
  const keyLength = numberOf(own('attention.key_length')) ?? headLength;
  const valueLength = numberOf(own('attention.value_length')) ?? headLength;
  // In hybrid models, the other layers have a state of fixed size instead.
  const attentionEvery = numberOf(own('full_attention_interval')) ?? 1;
  const kvHeads = each(own('attention.head_count_kv'), mostHeads);
  const kvNumbers = kvHeads.map((count, layer) =>
    (layer + 1) % attentionEvery === 0 ? count * (keyLength + valueLength) : 0,
  );

  const tokens = metadata.get('tokenizer.ggml.tokens');
  const parts = numberOf(metadata.get('split.count')) ?? 1;
  const windowed = windowOf(architecture, layers, own);
  return {
    architecture,
    type: textOf(metadata.get('general.type')) ?? null,
    name: textOf(metadata.get('general.name')) ?? null,
    layers,
    kvNumbers,
    ...windowed,
    trainedTokens: numberOf(own('context_length')) ?? 0,
    embeddingLength,
    feedForwardLength: Math.max(0, ...each(own('feed_forward_length'), 0)),
    heads: mostHeads,
    vocabulary: typeof tokens === 'object' ? tokens.length : (numberOf(own('vocab_size')) ?? 0),
    hasChatTemplate: metadata.has('tokenizer.chat_template'),
    pooling: numberOf(own('pooling_type')) ?? null,
    isCausal: own('attention.causal') !== false,
    split: parts > 1 ? { part: numberOf(metadata.get('split.no')) ?? 0, parts } : null,
    weights: weightsOf(tensors, layers),
  };
}

function windowOf(
  architecture: string,
  layers: number,
  own: (key: string) => MetaValue | undefined,
): Pick<ModelShape, 'slidingWindow' | 'isWindowed'> {
  const slidingWindow = numberOf(own('attention.sliding_window')) ?? 0;
  const pattern = own('attention.sliding_window_pattern') ?? FULL_LAYER_EVERY[architecture];
  if (slidingWindow <= 0 || NO_WINDOW.has(architecture)) {
    return { slidingWindow: null, isWindowed: Array.from({ length: layers }, () => false) };
  }
  const isWindowed = Array.from({ length: layers }, (_, layer) => {
    if (Array.isArray(pattern)) return pattern[layer] === 1;
    return typeof pattern === 'number' && pattern > 0 && (layer + 1) % pattern !== 0;
  });
  return { slidingWindow, isWindowed };
}

function weightsOf(tensors: readonly TensorEntry[], layerCount: number): Weights {
  const layers = Array.from({ length: layerCount }, () => 0);
  let [output, tokenEmbedding, total] = [0, 0, 0];
  for (const { name, sizeBytes } of tensors) {
    total += sizeBytes;
    const layer = Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? Number.NaN);
    const known = layers[layer];
    if (known !== undefined) layers[layer] = known + sizeBytes;
    else if (name.startsWith('token_embd.')) tokenEmbedding += sizeBytes;
    else if (name.startsWith('output')) output += sizeBytes; // the matrix, and the norm before it
  }
  const hasMatrix = tensors.some(({ name }) => name === 'output.weight');
  return { layers, output: hasMatrix ? output : output + tokenEmbedding, tokenEmbedding, total };
}

/**
 * Returns the bytes of the keys and values that the given layers keep.
 * @param contextTokens of each sequence.
 * @param bytesPerNumber 2 for f16, 34/32 for q8_0.
 * @param firstLayer and all behind it. Default: all layers.
 */
export function kvBytes(
  { kvNumbers, isWindowed, slidingWindow }: Pick<ModelShape, 'kvNumbers' | 'isWindowed' | 'slidingWindow'>,
  { contextTokens, sequences, bytesPerNumber }: KvSize,
  firstLayer = 0,
): number {
  let bytes = 0;
  for (let layer = firstLayer; layer < kvNumbers.length; layer++) {
    // What a batch adds before the window moves on is kept too.
    const isShort = slidingWindow !== null && isWindowed[layer] === true;
    const tokens = isShort ? Math.min(contextTokens, slidingWindow + BATCH_TOKENS) : contextTokens;
    bytes += (kvNumbers[layer] ?? 0) * tokens * sequences * bytesPerNumber;
  }
  return bytes;
}

/** Of how much text keys and values are kept, and how exactly. */
export interface KvSize {
  readonly contextTokens: number;
  readonly sequences: number;
  readonly bytesPerNumber: number;
}

/** Tokens that llama.cpp evaluates together at most; the library's default. */
export const BATCH_TOKENS = 512;

function numberOf(value: MetaValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function textOf(value: MetaValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
