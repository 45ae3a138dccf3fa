/**
 * Writes ONNX files by hand (the protobuf of onnx.proto3), with as much of the format as the models of tests and
 * benches need.
 */

/** The format's numbers for element types. */
export const ELEMENT = { float: 1, int8: 3, int64: 7 } as const;

type Bytes = Uint8Array<ArrayBuffer>;

/** The graph of a model. */
export interface OnnxGraph {
  /** In the order of computation. */
  readonly nodes: readonly Bytes[];
  /** The weights. */
  readonly initializers: readonly Bytes[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** An input or output. A dimension that is a word is free, and the same wherever that word is used. */
interface OnnxValue {
  readonly name: string;
  readonly element: number;
  readonly shape: readonly (number | string)[];
}

/** A number or a list is of integers; a number in an object is a float. */
type Attribute = number | readonly number[] | { readonly float: number };

/** Returns the bytes of a model's file. The field numbers, here and below, are those of onnx.proto3. */
export function onnxFile({ nodes, initializers, inputs, outputs }: OnnxGraph): Bytes {
  const graph = [
    ...nodes.map((node) => field(1, node)),
    text(2, 'graph'),
    ...initializers.map((initializer) => field(5, initializer)),
    ...inputs.map((value) => field(11, valueOf(value))),
    ...outputs.map((value) => field(12, valueOf(value))),
  ];
  const opset = [text(1, ''), integer(2, 17)];
  return join([integer(1, 8), text(2, 'askbox'), field(7, join(graph)), field(8, join(opset))]);
}

/** Returns the bytes of an operator, which is named after its first output. */
export function onnxNode(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): Bytes {
  return join([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(3, outputs[0] ?? operator),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) => field(5, attributeOf(name, value))),
  ]);
}

/** Returns the bytes of a tensor of weights. @param shape [] for a single number. */
export function onnxTensor(
  name: string,
  shape: readonly number[],
  values: Float32Array | Int8Array | BigInt64Array,
): Bytes {
  const element =
    values instanceof Float32Array ? ELEMENT.float : values instanceof Int8Array ? ELEMENT.int8 : ELEMENT.int64;
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return join([...shape.map((size) => integer(1, size)), integer(2, element), text(8, name), field(9, raw)]);
}

function valueOf({ name, element, shape }: OnnxValue): Bytes {
  const sizes = shape.map((size) => field(1, typeof size === 'string' ? text(2, size) : integer(1, size)));
  const tensorType = join([integer(1, element), field(2, join(sizes))]);
  return join([text(1, name), field(2, field(1, tensorType))]);
}

function attributeOf(name: string, value: Attribute): Bytes {
  if (typeof value === 'number') return join([text(1, name), integer(3, value), integer(20, 2)]);
  if ('float' in value) return join([text(1, name), float(2, value.float), integer(20, 1)]);
  return join([text(1, name), ...value.map((item) => integer(8, item)), integer(20, 7)]);
}

function field(number: number, bytes: Uint8Array): Bytes {
  return join([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function text(number: number, value: string): Bytes {
  return field(number, Buffer.from(value));
}

function integer(number: number, value: number): Bytes {
  return join([varint(number << 3), varint(value)]);
}

function float(number: number, value: number): Bytes {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return join([varint((number << 3) | 5), bytes]);
}

/** Encodes seven bits per byte, the lowest first; a negative number as 64 bits. */
function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
}

function join(parts: readonly Uint8Array[]): Bytes {
  return Buffer.concat(parts);
}
