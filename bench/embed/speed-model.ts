import { randomNumbers } from '#shared/testing/random-numbers.ts';
import { ELEMENT, onnxFile, onnxNode, onnxTensor } from '#shared/embedder/testing/tiny-onnx-file.ts';

/** The dimensions of a BERT model; its speed does not depend on the weights. */
export interface BertShape {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  readonly positions: number;
}

/** The dimensions of multilingual-e5-small. */
export const E5_SMALL: BertShape = {
  layers: 12,
  width: 384,
  heads: 12,
  feedForward: 1536,
  vocabulary: 250_037,
  positions: 512,
};

/** Makes an ONNX file with random 8-bit weights and the same operators as the hub's `model_quantized.onnx`. */
export function speedModel({ layers, width, heads, feedForward, vocabulary, positions }: BertShape): Uint8Array {
  const random = randomNumbers(1);
  const nodes: Uint8Array<ArrayBuffer>[] = [];
  const initializers: Uint8Array<ArrayBuffer>[] = [];
  const quantized = new Set<string>();

  /** Adds an operator and returns the name of its output. */
  const add = (operator: string, inputs: string[], output: string, attributes = {}): string => {
    nodes.push(onnxNode(operator, inputs, [output], attributes));
    return output;
  };
  const constant = (name: string, shape: number[], values: Float32Array | Int8Array | BigInt64Array): string => {
    initializers.push(onnxTensor(name, shape, values));
    return name;
  };
  const floats = (name: string, ...shape: number[]): string => {
    const count = shape.reduce((product, size) => product * size, 1);
    return constant(
      name,
      shape,
      Float32Array.from({ length: count }, () => (random() - 0.5) * 0.06),
    );
  };
  const bytes = (name: string, ...shape: number[]): string => {
    const values = new Int8Array(shape.reduce((product, size) => product * size, 1));
    for (let i = 0; i < values.length; i++) values[i] = random() * 200 - 100;
    return constant(name, shape, values);
  };
  const number = (name: string, value: number): string => constant(name, [], Float32Array.of(value));
  const integers = (name: string, ...values: number[]): string =>
    constant(name, [values.length], BigInt64Array.from(values, BigInt));
  const zero = constant('zero', [], new Int8Array(1));
  const scale = number('scale', 0.0003);

  const rowsOf = (table: string, rows: number, ids: string): string => {
    const found = add('Gather', [bytes(table, rows, width), ids], `${table}.bytes`);
    return add('DequantizeLinear', [found, scale, zero], `${table}.rows`);
  };
  const dense = (input: string, name: string, from: number, to: number): string => {
    const parts = [`${input}.bytes`, `${input}.scale`, `${input}.zero`];
    if (!quantized.has(input)) nodes.push(onnxNode('DynamicQuantizeLinear', [input], parts));
    quantized.add(input);
    const weights = bytes(`${name}.weights`, from, to);
    const product = add('MatMulInteger', [parts[0]!, weights, parts[2]!, zero], `${name}.integers`);
    const cast = add('Cast', [product], `${name}.cast`, { to: ELEMENT.float });
    const factor = add('Mul', [parts[1]!, scale], `${name}.factor`);
    return add('Add', [add('Mul', [cast, factor], `${name}.scaled`), floats(`${name}.bias`, to)], `${name}.out`);
  };
  const normalise = (input: string, name: string): string => {
    const gain = constant(`${name}.gain`, [width], new Float32Array(width).fill(1));
    const inputs = [input, gain, floats(`${name}.shift`, width)];
    return add('LayerNormalization', inputs, `${name}.out`, { axis: -1, epsilon: { float: 1e-12 } });
  };

  const one = number('one', 1);
  const split = integers('split', 0, 0, heads, width / heads);
  const merge = integers('merge', 0, 0, width);
  const [rootOfTwo, half] = [number('rootOfTwo', Math.SQRT2), number('half', 0.5)];
  const rootOfHead = number('rootOfHead', Math.sqrt(width / heads));

  const attend = (input: string, layer: string): string => {
    const headsOf = (name: string, perm: number[]): string => {
      const projected = dense(input, `${layer}.${name}`, width, width);
      const heads4d = add('Reshape', [projected, split], `${layer}.${name}.heads`);
      return add('Transpose', [heads4d], `${layer}.${name}.turned`, { perm });
    };
    const [query, key, value] = [
      headsOf('query', [0, 2, 1, 3]),
      headsOf('key', [0, 2, 3, 1]),
      headsOf('value', [0, 2, 1, 3]),
    ];
    const product = add('MatMul', [query, key], `${layer}.product`);
    const scores = add('Add', [add('Div', [product, rootOfHead], `${layer}.scaled`), 'mask'], `${layer}.scores`);
    const shares = add('Softmax', [scores], `${layer}.shares`, { axis: -1 });
    const mixed = add('MatMul', [shares, value], `${layer}.mixed`);
    const turned = add('Transpose', [mixed], `${layer}.turned`, { perm: [0, 2, 1, 3] });
    const merged = add('Reshape', [turned, merge], `${layer}.merged`);
    return dense(merged, `${layer}.attended`, width, width);
  };
  /** x (1 + erf(x / √2)) / 2 */
  const gelu = (input: string, layer: string): string => {
    const error = add('Erf', [add('Div', [input, rootOfTwo], `${layer}.divided`)], `${layer}.error`);
    const product = add('Mul', [input, add('Add', [error, one], `${layer}.raised`)], `${layer}.gated`);
    return add('Mul', [product, half], `${layer}.gelu`);
  };

  const shape = add('Shape', ['input_ids'], 'shape');
  const length = add('Slice', [shape, integers('from', 1), integers('to', 2)], 'length');
  const places = add('Slice', [floats('places', positions, width), integers('start', 0), length], 'ofPlaces');
  const words = rowsOf('words', vocabulary, 'input_ids');
  const types = rowsOf('types', 2, 'token_type_ids');
  const embedded = add('Add', [add('Add', [words, types], 'typed'), places], 'embedded');

  const mask = add('Unsqueeze', ['attention_mask', integers('axes', 1, 2)], 'mask4d');
  const padding = add('Sub', [one, add('Cast', [mask], 'maskFloats', { to: ELEMENT.float })], 'padding');
  add('Mul', [padding, number('minusMany', -10_000)], 'mask');

  let state = normalise(embedded, 'embedding');
  for (let i = 0; i < layers; i++) {
    const layer = `layer${i}`;
    const attended = add('Add', [attend(state, layer), state], `${layer}.residual`);
    const middle = normalise(attended, `${layer}.attention`);
    const wide = gelu(dense(middle, `${layer}.wide`, width, feedForward), layer);
    const narrow = dense(wide, `${layer}.narrow`, feedForward, width);
    state = normalise(add('Add', [narrow, middle], `${layer}.output`), `${layer}.end`);
  }
  add('Identity', [state], 'last_hidden_state');

  const ids = ['batch', 'tokens'];
  return onnxFile({
    nodes,
    initializers,
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => ({
      name,
      element: ELEMENT.int64,
      shape: ids,
    })),
    outputs: [{ name: 'last_hidden_state', element: ELEMENT.float, shape: [...ids, width] }],
  });
}
