import {
  LLAMA_1B_ROW,
  LLAMA_3B_ROW,
  LLAMA_8B_ROW,
  OTHER_GENERATORS,
  type Family,
  type GeneratorRow,
} from './known/generators.ts';

/** The models that askbox knows by name. Other models are named by the path of their folder or file. */

/** One file of a model. */
export interface ModelFile {
  /** Path inside the repository, and inside the model's folder on disk. */
  readonly path: string;
  /** Null when it is not known before the hub is asked. */
  readonly sizeBytes: number | null;
  /** Lower-case hexadecimal; null when it is not known before the hub is asked. */
  readonly sha256: string | null;
}

interface KnownModel {
  /** What people and settings call it; for an ONNX model also the name of its folder in the models folder. */
  readonly name: string;
  /** `user/repo` on the hub, such as `Xenova/multilingual-e5-small`. */
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  readonly files: readonly ModelFile[];
  /** SPDX id, or the licence's own name. */
  readonly licence: string;
  /** Approximate size of all files together; 0 when it is not known before the hub is asked. */
  readonly sizeBytes: number;
}

/**
 * An embedding model in the layout of the Hugging Face hub: config.json, tokenizer.json, and the one .onnx file in
 * `files`.
 */
export interface KnownEmbedder extends KnownModel {
  readonly kind: 'EMBEDDING';
  readonly dtype: 'q8' | 'fp32';
  /** Length of its vectors. */
  readonly dimensions: number;
  /** Longest text, in tokens, that it reads in one run. */
  readonly windowTokens: number;
  /** Put before a question; '' for none. */
  readonly queryPrefix: string;
  /** Put before a passage; '' for none. */
  readonly passagePrefix: string;
  /** Where a text's vector comes from: the mean of its tokens, its first token, or the output `sentence_embedding`. */
  readonly pooling: 'MEAN' | 'FIRST_TOKEN' | 'SENTENCE_OUTPUT';
}

/** A cross-encoder, in the same layout as an embedding model. */
export interface KnownReranker extends KnownModel {
  readonly kind: 'RERANKING';
  readonly dtype: 'q8' | 'fp32';
  /** Longest pair of question and passage, in tokens, that it reads in one run. */
  readonly windowTokens: number;
}

/** A model that writes answers: one .gguf file. */
export interface KnownGenerator extends KnownModel {
  readonly kind: 'GENERATION';
  /** Name of its file in the models folder. */
  readonly fileName: string;
  /** What the catalogue knows of it; null for a model of the hub that is not in the catalogue. */
  readonly about: AboutGenerator | null;
}

/** What there is to know of a language model before it is downloaded. */
export interface AboutGenerator extends Omit<Family, 'licence'> {
  /** Approximate memory, on a card or of the machine, to write one answer with a context of 4,096 tokens. */
  readonly memoryBytes: number;
}

/** Any model of the catalogue or of the hub. */
export type Model = KnownEmbedder | KnownReranker | KnownGenerator;

/** The embedder of `ASKBOX_EMBEDDER=auto`; its licence allows pulling it without asking. */
export const DEFAULT_EMBEDDER: KnownEmbedder = {
  kind: 'EMBEDDING',
  name: 'multilingual-e5-small',
  repository: 'Xenova/multilingual-e5-small',
  revision: '761b726dd34fb83930e26aab4e9ac3899aa1fa78',
  files: [
    file('config.json', 658, 'cb99455288675345e1a4f411438d5d0adbba5fbd3a67ea4fb03c015433b996c1'),
    file('tokenizer.json', 17_082_730, '0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39'),
    file('tokenizer_config.json', 443, 'a1d6bc8734a6f635dc158508bef000f8e2e5a759c7d92f984b2c86e5ff53425b'),
    file('onnx/model_quantized.onnx', 118_308_185, 'f80102d3f2a1229f387d3c81909990d8945513e347b0eab049f7de3c6f98c193'),
  ],
  licence: 'MIT',
  sizeBytes: 135_392_016,
  dtype: 'q8',
  dimensions: 384,
  windowTokens: 512,
  queryPrefix: 'query: ',
  passagePrefix: 'passage: ',
  pooling: 'MEAN',
};

/**
 * The best small model of MTEB-PT. Its files, their sizes and its pooling are taken from its description; it has not
 * been run here.
 */
const EMBEDDING_GEMMA: KnownEmbedder = {
  kind: 'EMBEDDING',
  name: 'embeddinggemma-300m',
  repository: 'onnx-community/embeddinggemma-300m-ONNX',
  revision: 'main',
  files: [
    file('config.json'),
    file('tokenizer.json'),
    file('tokenizer_config.json'),
    file('onnx/model_quantized.onnx'),
    file('onnx/model_quantized.onnx_data'),
  ],
  licence: 'Gemma Terms of Use',
  sizeBytes: 330_000_000,
  dtype: 'q8',
  dimensions: 768,
  windowTokens: 2048,
  queryPrefix: 'task: search result | query: ',
  passagePrefix: 'title: none | text: ',
  pooling: 'SENTENCE_OUTPUT',
};

/**
 * BAAI/bge-m3, from the repository that has it quantized: BAAI's own ONNX files are 2.3 GB of fp32. Its files, their
 * sizes and its pooling are taken from its description; it has not been run here.
 */
const BGE_M3: KnownEmbedder = {
  kind: 'EMBEDDING',
  name: 'bge-m3',
  repository: 'Xenova/bge-m3',
  revision: 'main',
  files: [
    file('config.json'),
    file('tokenizer.json'),
    file('tokenizer_config.json'),
    file('onnx/model_quantized.onnx'),
  ],
  licence: 'MIT',
  sizeBytes: 587_000_000,
  dtype: 'q8',
  dimensions: 1024,
  windowTokens: 8192,
  queryPrefix: '',
  passagePrefix: '',
  pooling: 'FIRST_TOKEN',
};

const MMARCO_MINILM: KnownReranker = {
  kind: 'RERANKING',
  name: 'mmarco-mMiniLMv2-L12-H384-v1',
  repository: 'cross-encoder/mmarco-mMiniLMv2-L12-H384-v1',
  revision: '1427fd652930e4ba29e8149678df786c240d8825',
  files: [
    file('config.json'),
    file('tokenizer.json', 17_082_660, '62c24cdc13d4c9952d63718d6c9fa4c287974249e16b7ade6d5a85e7bbb75626'),
    file('tokenizer_config.json'),
    file(
      'onnx/model_quint8_avx2.onnx',
      118_620_016,
      '6c2513767fb63d008a4377bef7a7a3555433d9436342bb53e35a3a72ffc52d4b',
    ),
  ],
  licence: 'Apache-2.0',
  sizeBytes: 135_704_000,
  dtype: 'q8',
  windowTokens: 512,
};

/** Buffers of the library and the vocabulary's scores. */
const BUFFER_BYTES = 800_000_000;
/**
 * The keys and values of 4,096 tokens, as a share of the weights: .11 for Llama 3.1 8B, .24 for Llama 3.2 3B and Qwen3 4B,
 * .22 for Gemma 3 12B if no layer had a window. Measured for Llama 3.1 8B: 6.2 GB with one answer at a time, where this
 * gives 7.0. Once the file is here, its header says exactly.
 */
const KEYS_AND_VALUES_SHARE = 0.25;

/** The Llama for a graphics card with 8 GB. */
export const LLAMA_8B = generator(LLAMA_8B_ROW);
/** The Llama for a machine with 8 GB of free memory. */
export const LLAMA_3B = generator(LLAMA_3B_ROW);
/** The Llama for every smaller machine. */
export const LLAMA_1B = generator(LLAMA_1B_ROW);

/** The language models that askbox knows by name, the Llamas first. */
export const GENERATORS: readonly KnownGenerator[] = [
  LLAMA_8B,
  LLAMA_3B,
  LLAMA_1B,
  ...OTHER_GENERATORS.map((row) => generator(row)),
];

/** Every model that askbox knows by name, in the order in which `npm run models` lists them. */
export const CATALOGUE: readonly Model[] = [DEFAULT_EMBEDDER, EMBEDDING_GEMMA, BGE_M3, MMARCO_MINILM, ...GENERATORS];

/** Returns the model of the catalogue with this name or repository, ignoring case; undefined if there is none. */
export function findKnownModel(name: string): Model | undefined {
  const wanted = name.toLowerCase();
  return CATALOGUE.find((model) => [model.name, model.repository].some((own) => own.toLowerCase() === wanted));
}

function file(path: string, sizeBytes: number | null = null, sha256: string | null = null): ModelFile {
  return { path, sizeBytes, sha256 };
}

function generator({
  name,
  repository,
  revision,
  file: path,
  sizeBytes,
  sha256,
  family,
}: GeneratorRow): KnownGenerator {
  const { licence, ...said } = family;
  const memoryBytes = sizeBytes * (1 + KEYS_AND_VALUES_SHARE) + BUFFER_BYTES;
  return {
    kind: 'GENERATION',
    name,
    repository,
    revision,
    files: [file(path, sizeBytes, sha256)],
    licence,
    sizeBytes,
    fileName: path,
    about: { ...said, memoryBytes },
  };
}
