import { open } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, messageOf } from '../../errors.ts';
import { ModelError } from '../model-error.ts';
import { MalformedHeader, parseHeader, type GgufHeader } from './parse-header.ts';
import { shapeOf, type ModelShape } from './model-shape.ts';

/** A model on the disk. */
export interface ModelOnDisk {
  readonly shape: ModelShape;
  /** All its files: one, or the parts of a split model in their order. */
  readonly files: readonly string[];
  /** Of all its files. */
  readonly sizeBytes: number;
}

const FIRST_READ_BYTES = 1024 ** 2;
// Most of a header is the vocabulary: 8 MB for Llama 3 (128,000 tokens), 17 MB for Gemma 4 (262,000).
const MAX_HEADER_BYTES = 64 * 1024 ** 2;
const MAX_PARTS = 500;

/**
 * Reads the shape of a model from the beginning of its file, without loading anything, and checks that all the weights
 * that the header lists are there. Of a split model it takes the first part and reads the beginnings of all of them.
 *
 * Own code, because a vocabulary is skipped here and not built: @huggingface/gguf blocks the event loop for 285 ms and
 * takes 33 MB for 49,000 tokens (here 8 to 30 ms in short pieces), and node-llama-cpp's reader takes 350 ms and 45 MB to import and has no
 * bounds: 24 bytes that state 2^40 keys fill the memory.
 * @throws ModelError MODEL_UNUSABLE, retryable when more bytes may still come: the file or one of its parts is
 * incomplete.
 */
export async function readModelShape(file: string): Promise<ModelOnDisk> {
  const first = await readPart(file);
  try {
    const own = shapeOf(first.header, first.header.tensors);
    if (own.split === null) return { shape: own, files: [file], sizeBytes: first.sizeBytes };
    const files = partsOf(file, own.split);
    const parts = [first, ...(await Promise.all(files.slice(1).map(readPart)))];
    const shape = shapeOf(
      first.header,
      parts.flatMap(({ header }) => header.tensors),
    );
    return { shape, files, sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  } catch (error) {
    throw error instanceof MalformedHeader ? damaged(file, error) : error;
  }
}

interface Part {
  readonly header: GgufHeader;
  readonly sizeBytes: number;
}

async function readPart(file: string): Promise<Part> {
  try {
    await using handle = await open(file);
    const { size: sizeBytes } = await handle.stat();
    let wanted = FIRST_READ_BYTES;
    for (;;) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(wanted, sizeBytes)), { position: 0 });
      const header = parseHeader(buffer.subarray(0, bytesRead));
      if (header !== undefined) {
        if (header.endBytes > sizeBytes) throw incomplete(file, `it has ${sizeBytes} of ${header.endBytes} bytes`);
        return { header, sizeBytes };
      }
      if (bytesRead >= sizeBytes) throw incomplete(file, `it ends in its header, after ${sizeBytes} bytes`);
      if (wanted >= MAX_HEADER_BYTES) throw new MalformedHeader('its header is longer than that of any model');
      wanted = Math.min(MAX_HEADER_BYTES, wanted * 2);
    }
  } catch (error) {
    if (error instanceof ModelError) throw error;
    if (codeOf(error) === 'ENOENT') throw incomplete(file, 'the file does not exist', error);
    if (error instanceof MalformedHeader) throw damaged(file, error);
    throw new ModelError('MODEL_UNUSABLE', `cannot load ${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** Returns the files of a split model: `name-00001-of-00008.gguf` and its siblings. */
function partsOf(file: string, { part, parts }: { readonly part: number; readonly parts: number }): readonly string[] {
  const name = path.basename(file);
  const match = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/.exec(name);
  if (part !== 0) throw new MalformedHeader(`it is part ${part + 1} of ${parts} of a split model; name its first part`);
  if (match === null || Number(match[3]) !== parts || Number(match[2]) !== 1 || parts > MAX_PARTS) {
    throw new MalformedHeader(
      `it is the first of ${parts} parts, but its name does not end in -00001-of-${five(parts)}.gguf`,
    );
  }
  return Array.from({ length: parts }, (_, index) =>
    path.join(path.dirname(file), `${match[1]}-${five(index + 1)}-of-${five(parts)}.gguf`),
  );
}

function five(number: number): string {
  return String(number).padStart(5, '0');
}

function incomplete(file: string, what: string, cause?: unknown): ModelError {
  const message = `cannot load ${file}: ${what}; wait until it is copied completely, or download it again`;
  return new ModelError('MODEL_UNUSABLE', message, { isRetryable: true, cause });
}

function damaged(file: string, cause: MalformedHeader): ModelError {
  return new ModelError('MODEL_UNUSABLE', `cannot load ${file}: ${cause.message}; download it again`, { cause });
}
