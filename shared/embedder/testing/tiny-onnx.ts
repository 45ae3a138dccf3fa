import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { randomNumbers } from '../../testing/random-numbers.ts';
import { ELEMENT, onnxFile, onnxNode, onnxTensor } from './tiny-onnx-file.ts';

/**
 * An embedder of about 200 kB, generated, so that tests run the real tokenizer, runtime and pooling without downloaded
 * weights. Each piece of a word is a random direction and a text is their mean, so texts that share words are similar.
 */

/** Variants of the model. */
export interface TinyEmbedder {
  /** Length of its vectors. Default: 64. */
  readonly dimensions?: number;
  /** Longest text in tokens. Default: 512. */
  readonly windowTokens?: number;
  /** `last_hidden_state` is pooled by the driver, `sentence_embedding` by the model. Default: `last_hidden_state`. */
  readonly output?: 'last_hidden_state' | 'sentence_embedding';
  /** Written to 1_Pooling/config.json. Default: there is no such file. */
  readonly pooling?: 'cls' | 'mean' | 'lasttoken';
  /** Another seed gives another model. Default: 42. */
  readonly seed?: number;
}

const SPECIAL_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
/** Tokens at the start or the end of every text; they have little weight. */
const FRAME_TOKENS = [...SPECIAL_TOKENS, 'query', 'passage', ':'];
const CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789.,;:!?()[]{}<>-_/\\\'"@#$%&*+=|~^`´°ºª§€£“”‘’–—…•'.split('');
const ONSETS = 'b c d f g h j k l m n p q r s t v x z ch lh nh br cr dr fr gr pr tr st qu gu'.split(' ');
const VOWELS = 'a e i o u'.split(' ');
const CODAS = ['', 'n', 'r', 's', 'l', 'm', 'o', 'd', 't'];

/** Writes the model's folder in the layout of the Hugging Face hub. The same options give the same bytes. */
export function writeTinyEmbedder(
  folder: string,
  { dimensions = 64, windowTokens = 512, output = 'last_hidden_state', pooling, seed = 42 }: TinyEmbedder = {},
): void {
  const vocabulary = makeTinyVocabulary();
  const write = (file: string, content: object | Uint8Array): void => writeTinyFile(folder, file, content);
  write('onnx/model_quantized.onnx', modelFile(vocabulary.length, dimensions, output, seed));
  write('config.json', { model_type: 'bert', hidden_size: dimensions, max_position_embeddings: windowTokens });
  write('tokenizer_config.json', { tokenizer_class: 'BertTokenizer', model_max_length: windowTokens });
  write('tokenizer.json', tinyTokenizerOf(vocabulary));
  write('config_sentence_transformers.json', {
    prompts: { query: 'query: ', document: 'passage: ' },
  });
  if (pooling === undefined) return;
  write('1_Pooling/config.json', {
    pooling_mode_cls_token: pooling === 'cls',
    pooling_mode_mean_tokens: pooling === 'mean',
    pooling_mode_lasttoken: pooling === 'lasttoken',
  });
}

/** Writes one file into a model's folder; an object as JSON. */
export function writeTinyFile(folder: string, file: string, content: object | Uint8Array): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), content instanceof Uint8Array ? content : JSON.stringify(content));
}

/**
 * Returns single characters and syllables, at the start of a word and inside one, so that almost no word is unknown.
 */
export function makeTinyVocabulary(): string[] {
  const syllables = CODAS.flatMap((coda) => ONSETS.flatMap((onset) => VOWELS.map((vowel) => onset + vowel + coda)));
  const pieces = [...CHARACTERS, ...syllables].flatMap((piece) => [piece, `##${piece}`]);
  return [...new Set([...FRAME_TOKENS, ...pieces])];
}

/** A table with a row for each token, times a scale. The rows of padding are nonsense, as in real models. */
function modelFile(rows: number, dimensions: number, output: string, seed: number): Uint8Array {
  const perToken = output === 'last_hidden_state';
  const tokens = perToken ? output : 'tokens';
  const nodes = [
    onnxNode('Gather', ['table', 'input_ids'], ['rows']),
    onnxNode('Cast', ['rows'], ['numbers'], { to: ELEMENT.float }),
    onnxNode('Mul', ['numbers', 'scale'], ['scaled']),
    onnxNode('Cast', ['attention_mask'], ['mask2d'], { to: ELEMENT.float }),
    onnxNode('Unsqueeze', ['mask2d', 'lastAxis'], ['mask']),
    onnxNode('Sub', ['one', 'mask'], ['nonsense']),
    onnxNode('Add', ['scaled', 'nonsense'], [tokens]),
  ];
  if (!perToken) {
    nodes.push(onnxNode('Mul', [tokens, 'mask'], ['masked']));
    nodes.push(onnxNode('ReduceMean', ['masked'], [output], { axes: [1], keepdims: 0 }));
  }
  const ids = ['batch', 'tokens'];
  return onnxFile({
    nodes,
    initializers: [
      onnxTensor('table', [rows, dimensions], makeTable(rows, dimensions, seed)),
      onnxTensor('scale', [], Float32Array.of(1 / 127)),
      onnxTensor('one', [], Float32Array.of(1)),
      onnxTensor('lastAxis', [1], BigInt64Array.of(-1n)),
    ],
    inputs: ['input_ids', 'attention_mask'].map((name) => ({ name, element: ELEMENT.int64, shape: ids })),
    outputs: [{ name: output, element: ELEMENT.float, shape: perToken ? [...ids, dimensions] : ['batch', dimensions] }],
  });
}

/** Rarer pieces are later in the vocabulary and weigh more. */
function makeTable(rows: number, dimensions: number, seed: number): Int8Array {
  const random = randomNumbers(seed);
  const gaussian = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const weightOf = (row: number): number => (row < FRAME_TOKENS.length ? 0.05 : Math.min(1, 0.25 + row / rows));
  return Int8Array.from({ length: rows * dimensions }, (_, at) =>
    Math.max(-127, Math.min(127, Math.round(gaussian() * 40 * weightOf(Math.floor(at / dimensions))))),
  );
}

/** Returns a WordPiece tokenizer that folds accents and case, in the format of the `tokenizers` library. */
export function tinyTokenizerOf(vocabulary: readonly string[]): object {
  const special = (content: string, id: number): object => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const piece = (id: string, type: number): object => ({ SpecialToken: { id, type_id: type } });
  const single = [piece('[CLS]', 0), { Sequence: { id: 'A', type_id: 0 } }, piece('[SEP]', 0)];
  const idOf = (token: string): object => ({ id: token, ids: [vocabulary.indexOf(token)], tokens: [token] });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map(special),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: true,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, { Sequence: { id: 'B', type_id: 1 } }, piece('[SEP]', 1)],
      special_tokens: { '[CLS]': idOf('[CLS]'), '[SEP]': idOf('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    },
  };
}
