import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeGguf, type MetaValue } from '../../../tests/fixtures/gguf.ts';
import { writeScriptedModel } from '../../../tests/fixtures/tiny-llama.ts';
import { ModelError } from '../model-error.ts';
import { parseHeader } from './parse-header.ts';
import { readModelShape } from './read-shape.ts';

let folder: string;
let good: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-gguf-'));
  good = at('good.gguf');
  writeScriptedModel(good);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function failureOf(file: string): Promise<ModelError> {
  const error: unknown = await readModelShape(file).catch((cause: unknown) => cause);
  if (!(error instanceof ModelError)) throw new Error('it was read', { cause: error });
  return error;
}

/** Writes the first bytes of a header that states these counts. */
function writeCounts(file: string, tensors: bigint, keys: bigint, rest = Buffer.alloc(0), version = 3): void {
  const bytes = Buffer.alloc(24);
  bytes.write('GGUF');
  bytes.writeUInt32LE(version, 4);
  bytes.writeBigUInt64LE(tensors, 8);
  bytes.writeBigUInt64LE(keys, 16);
  writeFileSync(file, Buffer.concat([bytes, rest]));
}

describe('a good file', () => {
  it('has a shape', async () => {
    const { shape, files, sizeBytes } = await readModelShape(good);
    expect(shape).toMatchObject({ architecture: 'llama', name: 'scripted', layers: 1, vocabulary: 288, heads: 9 });
    expect(shape).toMatchObject({ trainedTokens: 32_768, hasChatTemplate: true, kvNumbers: [64], split: null });
    expect(files).toEqual([good]);
    expect(sizeBytes).toBe(statSync(good).size);
  });

  it('may have a header of more than one read', async () => {
    const tokens = Array.from({ length: 60_000 }, (_, token) => `a token with the number ${token}`);
    const file = at('large.gguf');
    writeGguf(file, { 'general.architecture': 'llama', 'tokenizer.ggml.tokens': tokens }, []);
    expect(statSync(file).size).toBeGreaterThan(2 ** 20);
    expect((await readModelShape(file)).shape.vocabulary).toBe(60_000);
  });

  it('may end with its last tensor, without padding', async () => {
    const file = at('unpadded.gguf');
    copyFileSync(good, file);
    const end = parseHeader(readFileSync(good))!.endBytes;
    truncateSync(file, end);
    expect((await readModelShape(file)).sizeBytes).toBe(end);
  });
});

describe('a file that is still being copied', () => {
  it.each([0, 3, 23, 24, 5000])('is incomplete after %d bytes', async (size) => {
    const file = at(`head-${size}.gguf`);
    copyFileSync(good, file);
    truncateSync(file, size);
    const error = await failureOf(file);
    expect(error.isRetryable).toBe(true);
    expect(error.message).toContain(`after ${size} bytes`);
  });

  it('is incomplete until the last byte of its last tensor', async () => {
    const file = at('almost.gguf');
    copyFileSync(good, file);
    const end = parseHeader(readFileSync(good))!.endBytes;
    truncateSync(file, end - 1);
    const error = await failureOf(file);
    expect(error.isRetryable).toBe(true);
    expect(error.message).toContain(`it has ${end - 1} of ${end} bytes`);
  });
});

describe('a damaged or hostile header', () => {
  it.each([
    ['another format', Buffer.from('<!DOCTYPE html><html>'), 'it is not a GGUF file, it begins with "<!DOCTYPE ht"'],
    ['one byte of another format', Buffer.from('P'), 'it is not a GGUF file'],
  ])('%s', async (_, bytes, message) => {
    const file = at('other.gguf');
    writeFileSync(file, bytes);
    const error = await failureOf(file);
    expect(error.isRetryable).toBe(false);
    expect(error.message).toContain(message);
  });

  it.each([
    ['too many keys', 0n, 10_001n, 'states 10001 keys'],
    ['too many tensors', 100_001n, 0n, 'states 100001 tensors'],
    ['2^40 keys', 0n, 2n ** 40n, 'states 1099511627776 keys'],
  ])('%s', async (_, tensors, keys, message) => {
    const file = at('counts.gguf');
    writeCounts(file, tensors, keys);
    const error = await failureOf(file);
    expect(error.isRetryable).toBe(false);
    expect(error.message).toContain(message);
  });

  it('the most keys and tensors are only missing bytes', async () => {
    const file = at('counts.gguf');
    writeCounts(file, 100_000n, 10_000n);
    expect((await failureOf(file)).isRetryable).toBe(true);
  });

  it.each([1, 4])('version %d', async (version) => {
    const file = at('version.gguf');
    writeCounts(file, 0n, 0n, Buffer.alloc(0), version);
    expect((await failureOf(file)).message).toContain(`GGUF version ${version} is not supported`);
  });

  it('a string or an array that is longer than the file costs no memory', async () => {
    const file = at('long.gguf');
    const key = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 'k'.codePointAt(0)!]);
    const huge = Buffer.alloc(8, 0xff);
    const [stringType, arrayType, byteType] = [8, 9, 0].map((type) => Buffer.from([type, 0, 0, 0]));
    for (const rest of [
      [key, stringType!, huge],
      [key, arrayType!, stringType!, huge],
      [key, arrayType!, byteType!, huge],
    ]) {
      writeCounts(file, 0n, 1n, Buffer.concat(rest));
      expect((await failureOf(file)).message).toContain('ends in its header');
    }
  });

  it('an array of arrays', async () => {
    const file = at('nested.gguf');
    const array = Buffer.from([9, 0, 0, 0]);
    writeCounts(file, 0n, 1n, Buffer.concat([Buffer.alloc(8), array, array, Buffer.alloc(8)]));
    expect((await failureOf(file)).message).toContain('an array of the unknown type 9');
  });

  it('a header of more than 64 MiB', async () => {
    const file = at('endless.gguf');
    // A string that is skipped, and is longer than what is read.
    const rest = Buffer.alloc(8 + 4 + 8);
    rest.writeUInt32LE(8, 8);
    rest.writeBigUInt64LE(65n * 2n ** 20n, 12);
    writeCounts(file, 0n, 1n, rest);
    truncateSync(file, 70 * 2 ** 20); // sparse
    expect((await failureOf(file)).message).toContain('longer than that of any model');
  });
});

describe('a split model', () => {
  const part = (index: number, parts = 2, name = 'split'): string =>
    at(`${name}-${String(index + 1).padStart(5, '0')}-of-${String(parts).padStart(5, '0')}.gguf`);
  const tensor = (name: string) => ({ name, rowLength: 32, rows: 4, type: 'F32', fill: () => {} }) as const;
  const write = (file: string, index: number, parts: number, layer: number): void => {
    const own: Record<string, MetaValue> = { 'general.architecture': 'llama', 'llama.block_count': 2 };
    writeGguf(file, { ...(index === 0 ? own : {}), 'split.no': index, 'split.count': parts }, [
      tensor(`blk.${layer}.attn_q.weight`),
    ]);
  };

  it('has the weights of all its parts', async () => {
    write(part(0), 0, 2, 0);
    write(part(1), 1, 2, 1);
    const { shape, files, sizeBytes } = await readModelShape(part(0));
    expect(shape.weights.layers).toEqual([512, 512]);
    expect(files).toEqual([part(0), part(1)]);
    expect(sizeBytes).toBe(statSync(part(0)).size + statSync(part(1)).size);
  });

  it('is incomplete while a part is missing', async () => {
    write(part(0, 3, 'lacking'), 0, 3, 0);
    const error = await failureOf(part(0, 3, 'lacking'));
    expect(error.isRetryable).toBe(true);
    expect(error.message).toContain('lacking-00002-of-00003.gguf');
  });

  it('is not named by another part, nor by another name', async () => {
    write(part(1), 1, 2, 1);
    expect((await failureOf(part(1))).message).toContain('it is part 2 of 2 of a split model');
    write(at('renamed.gguf'), 0, 2, 0);
    expect((await failureOf(at('renamed.gguf'))).message).toContain('does not end in -00001-of-00002.gguf');
  });
});
