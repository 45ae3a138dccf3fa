import { tensorBytes } from './tensor-types.ts';

/** A value of the metadata. Other values, such as the vocabulary, are skipped; of a skipped array the length is kept. */
export type MetaValue = number | boolean | string | readonly number[] | { readonly length: number };

/** A matrix or vector of the model. */
export interface TensorEntry {
  readonly name: string;
  /** Of the whole file, in bytes. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** What comes before the weights in a GGUF file. */
export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, MetaValue>;
  readonly tensors: readonly TensorEntry[];
  /** Where the last tensor ends. A shorter file has not been copied completely. */
  readonly endBytes: number;
}

/** What a header may not have: it is damaged, or made to cost its reader memory. */
export class MalformedHeader extends Error {
  override readonly name = 'MalformedHeader';
}

// Real files have about 40 keys and 300 to 2,000 tensors.
const MAX_KEYS = 10_000;
const MAX_TENSORS = 100_000;
const MAX_DIMENSIONS = 4; // GGML_MAX_DIMS
/** Longer strings are skipped. The longest one that is read is the chat template: up to 30,000 characters. */
const MAX_STRING_BYTES = 256 * 1024;
const MAX_NAME_BYTES = 65_535; // as in llama.cpp
/** Longer arrays are skipped. The longest ones that are read have one number per layer. */
const MAX_NUMBERS = 4096;
const DEFAULT_ALIGNMENT = 32;

const [BOOL, STRING, ARRAY] = [7, 8, 9];
/** Bytes of a value, by the id of its type. */
const SIZES: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };

/**
 * Parses the beginning of a GGUF file, version 2 or 3 (docs/gguf.md in ggml). Takes time and memory in proportion to
 * the bytes it is given, whatever counts and lengths they state.
 * @returns undefined when the header goes on after these bytes.
 * @throws MalformedHeader
 */
export function parseHeader(bytes: Buffer): GgufHeader | undefined {
  try {
    return parse(bytes);
  } catch (error) {
    if (error instanceof BytesEnd) return undefined;
    throw error;
  }
}

/** Thrown by a read behind the last byte. */
class BytesEnd extends Error {
  override readonly name = 'BytesEnd';
}

function parse(bytes: Buffer): GgufHeader {
  const read = openReader(bytes);
  const magic = bytes.toString('latin1', 0, 4);
  if (!'GGUF'.startsWith(magic)) {
    throw new MalformedHeader(
      `it is not a GGUF file, it begins with ${JSON.stringify(bytes.toString('latin1', 0, 12))}`,
    );
  }
  read.skip(4);
  const version = read.scalar(4);
  if (version !== 2 && version !== 3) throw new MalformedHeader(`its GGUF version ${version} is not supported`);
  const tensorCount = read.count('tensors', MAX_TENSORS);
  const keyCount = read.count('keys', MAX_KEYS);

  const metadata = new Map<string, MetaValue>();
  for (let key = 0; key < keyCount; key++) {
    const name = read.name();
    const value = readValue(read);
    if (value !== undefined) metadata.set(name, value);
  }
  const entries = Array.from({ length: tensorCount }, () => readTensor(read));
  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (typeof alignment !== 'number' || !Number.isInteger(alignment) || alignment < 1) {
    throw new MalformedHeader('its alignment is not a positive number');
  }
  return { metadata, ...place(entries, Math.ceil(read.at() / alignment) * alignment) };
}

interface RawTensor {
  readonly name: string;
  readonly type: number;
  readonly numbers: number;
  /** From the end of the header. */
  readonly start: number;
}

function readTensor(read: Reader): RawTensor {
  const name = read.name();
  const dimensions = read.scalar(4);
  if (dimensions > MAX_DIMENSIONS) throw new MalformedHeader(`its tensor ${name} has ${dimensions} dimensions`);
  let numbers = 1;
  for (let dimension = 0; dimension < dimensions; dimension++) numbers *= read.scalar(10);
  return { name, numbers, type: read.scalar(4), start: read.scalar(10) };
}

function place(entries: readonly RawTensor[], dataStart: number): Omit<GgufHeader, 'metadata'> {
  let endBytes = dataStart;
  const tensors = entries.map(({ name, type, numbers, start }, index): TensorEntry => {
    const next = entries[index + 1]?.start ?? start;
    const sizeBytes = tensorBytes(type, numbers) ?? Math.max(0, next - start);
    endBytes = Math.max(endBytes, dataStart + start + sizeBytes);
    return { name, offset: dataStart + start, sizeBytes };
  });
  if (!Number.isSafeInteger(endBytes)) throw new MalformedHeader('its tensors are larger than any file');
  return { tensors, endBytes };
}

/** Returns undefined for what is not kept. */
function readValue(read: Reader): MetaValue | undefined {
  const type = read.scalar(4);
  if (type === STRING) return read.string();
  if (type !== ARRAY) return type === BOOL ? read.scalar(type) !== 0 : read.scalar(type);
  const elementType = read.scalar(4);
  const length = read.scalar(10);
  if (elementType === STRING) {
    for (let index = 0; index < length; index++) read.skip(read.scalar(10));
    return { length };
  }
  const size = SIZES[elementType];
  if (size === undefined) throw new MalformedHeader(`it has an array of the unknown type ${elementType}`);
  if (length <= MAX_NUMBERS) return Array.from({ length }, () => read.scalar(elementType));
  read.skip(length * size);
  return { length };
}

interface Reader {
  at(): number;
  skip(bytes: number): void;
  /** A number or boolean; 64-bit integers lose digits beyond 2^53. */
  scalar(type: number): number;
  count(what: string, most: number): number;
  name(): string;
  /** Undefined if it is too long to be kept. */
  string(): string | undefined;
}

function openReader(bytes: Buffer): Reader {
  let position = 0;
  function skip(length: number): number {
    const start = position;
    if (length > bytes.length - start) throw new BytesEnd();
    position += length;
    return start;
  }
  function text(): string | undefined {
    const length = scalar(10);
    const start = skip(length);
    return length > MAX_STRING_BYTES ? undefined : bytes.toString('utf8', start, position);
  }
  function scalar(type: number): number {
    const start = skip(SIZES[type] ?? 0);
    switch (type) {
      case 0:
      case 7:
        return bytes.readUInt8(start);
      case 1:
        return bytes.readInt8(start);
      case 2:
        return bytes.readUInt16LE(start);
      case 3:
        return bytes.readInt16LE(start);
      case 4:
        return bytes.readUInt32LE(start);
      case 5:
        return bytes.readInt32LE(start);
      case 6:
        return bytes.readFloatLE(start);
      case 10:
        return bytes.readUInt32LE(start) + bytes.readUInt32LE(start + 4) * 2 ** 32;
      case 11:
        return Number(bytes.readBigInt64LE(start));
      case 12:
        return bytes.readDoubleLE(start);
      default:
        throw new MalformedHeader(`it has a value of the unknown type ${type}`);
    }
  }
  return {
    at: () => position,
    skip: (length) => void skip(length),
    scalar,
    count(what, most) {
      const number = scalar(10);
      if (number > most) throw new MalformedHeader(`its header states ${number} ${what}, more than any model has`);
      return number;
    },
    name() {
      const length = scalar(10);
      if (length > MAX_NAME_BYTES) throw new MalformedHeader(`its header has a name of ${length} bytes`);
      const start = skip(length);
      return bytes.toString('utf8', start, position);
    },
    string: text,
  };
}
