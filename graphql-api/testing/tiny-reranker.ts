import { ELEMENT, onnxFile, onnxNode, onnxTensor } from '#shared/embedder/testing/tiny-onnx-file.ts';
import { makeTinyVocabulary, tinyTokenizerOf, writeTinyFile } from '#shared/embedder/testing/tiny-onnx.ts';

/**
 * Options of a generated cross-encoder of about 40 kB, with which tests run the real tokenizer and runtime without
 * downloaded weights. It scores the share of the question's tokens that occur in the passage.
 */
export interface TinyReranker {
  /**
   * Factor of that share. With a negative one, the model prefers passages that have nothing in common with the
   * question.
   */
  readonly weight?: number;
  /** Longest pair, in tokens. */
  readonly windowTokens?: number;
  /** Outputs per pair; rerankers have 1. */
  readonly labels?: number;
}

/** Writes the model's folder in the layout of the Hugging Face hub. The same options give the same bytes. */
export function writeTinyReranker(
  folder: string,
  { weight = 8, windowTokens = 512, labels = 1 }: TinyReranker = {},
): void {
  writeTinyFile(folder, 'onnx/model_quantized.onnx', modelFile(weight, labels));
  writeTinyFile(folder, 'config.json', {
    model_type: 'bert',
    architectures: ['BertForSequenceClassification'],
    max_position_embeddings: windowTokens,
  });
  writeTinyFile(folder, 'tokenizer_config.json', { tokenizer_class: 'BertTokenizer', model_max_length: windowTokens });
  writeTinyFile(folder, 'tokenizer.json', tinyTokenizerOf(makeTinyVocabulary()));
}

/** Compares every token with every other one; the token types distinguish question and passage. */
function modelFile(weight: number, labels: number): Uint8Array {
  const nodes = [
    onnxNode('Unsqueeze', ['input_ids', 'lastAxis'], ['column']),
    onnxNode('Unsqueeze', ['input_ids', 'middleAxis'], ['row']),
    onnxNode('Equal', ['column', 'row'], ['isSame']),
    onnxNode('Cast', ['isSame'], ['same'], { to: ELEMENT.float }),
    onnxNode('Mul', ['token_type_ids', 'attention_mask'], ['passageIds']),
    onnxNode('Cast', ['passageIds'], ['passage'], { to: ELEMENT.float }),
    onnxNode('Unsqueeze', ['passage', 'middleAxis'], ['passageRow']),
    onnxNode('Mul', ['same', 'passageRow'], ['meetings']),
    onnxNode('ReduceMax', ['meetings'], ['isFound'], { axes: [2], keepdims: 0 }),
    onnxNode('Sub', ['one', 'passage'], ['question']),
    onnxNode('Mul', ['isFound', 'question'], ['found']),
    onnxNode('ReduceSum', ['found', 'lastAxis'], ['foundCount'], { keepdims: 1 }),
    onnxNode('ReduceSum', ['question', 'lastAxis'], ['count'], { keepdims: 1 }),
    onnxNode('Div', ['foundCount', 'count'], ['share']),
    onnxNode('Mul', ['share', 'weights'], ['logits']),
  ];
  const inputs = ['input_ids', 'attention_mask', 'token_type_ids'];
  return onnxFile({
    nodes,
    initializers: [
      onnxTensor('one', [], Float32Array.of(1)),
      onnxTensor('lastAxis', [1], BigInt64Array.of(-1n)),
      onnxTensor('middleAxis', [1], BigInt64Array.of(1n)),
      onnxTensor('weights', [1, labels], new Float32Array(labels).fill(weight)),
    ],
    inputs: inputs.map((name) => ({ name, element: ELEMENT.int64, shape: ['batch', 'tokens'] })),
    outputs: [{ name: 'logits', element: ELEMENT.float, shape: ['batch', labels] }],
  });
}
