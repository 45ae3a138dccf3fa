import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { IS_LINUX } from '../../../../tests/fixtures/platform.ts';
import { findMissing, isLoadable, readNeeded } from './needed-libraries.ts';
import { findObstacle, remedyFor } from './obstacle.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-obstacle-'));
afterAll(() => rmSync(folder, { recursive: true }));
const NO_LOADER = 'only on Linux x64 are the needed libraries looked for';

/** Writes an ELF file that says which libraries it needs, and holds nothing else. */
function writeElf(file: string, needed: readonly string[]): void {
  const strings = Buffer.from(`\0${needed.join('\0')}\0`);
  const entries = needed.map((name): [number, number] => [1, strings.indexOf(`\0${name}\0`) + 1]);
  const dynamicAt = 64 + 2 * 56;
  const address = 0x4000;
  const stringsAt = dynamicAt + 16 * (entries.length + 2);
  const bytes = Buffer.alloc(stringsAt + strings.length);
  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(2, 56);
  const segment = (at: number, type: number, offset: number, size: number): void => {
    bytes.writeUInt32LE(type, at);
    bytes.writeBigUInt64LE(BigInt(offset), at + 8);
    bytes.writeBigUInt64LE(BigInt(address + offset), at + 16);
    bytes.writeBigUInt64LE(BigInt(size), at + 32);
  };
  segment(64, 1, 0, bytes.length);
  segment(120, 2, dynamicAt, stringsAt - dynamicAt);
  for (const [index, [tag, value]] of [...entries, [5, address + stringsAt]].entries()) {
    bytes.writeBigInt64LE(BigInt(tag!), dynamicAt + 16 * index);
    bytes.writeBigUInt64LE(BigInt(value!), dynamicAt + 16 * index + 8);
  }
  strings.copy(bytes, stringsAt);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

const CUDA = 'linux-x64-cuda/bins/linux-x64-cuda/libggml-cuda.so';
const CUDA_12 = 'linux-x64-cuda-ext/bins/linux-x64-cuda/fallback/libggml-cuda.so';

describe('what a library needs', () => {
  const file = path.join(folder, 'needs.so');

  test('is read from its file', () => {
    writeElf(file, ['libggml-base.so', 'libcudart.so.99', 'libc.so.6']);
    expect(readNeeded(file)).toEqual(['libggml-base.so', 'libcudart.so.99', 'libc.so.6']);
    writeFileSync(file, 'MZ');
    expect(() => readNeeded(file)).toThrow('no 64-bit ELF file');
  });

  test('is looked for where the system looks, except for the parts of the library itself', ({ skip }) => {
    skip(!IS_LINUX, NO_LOADER);
    expect(isLoadable('libc.so.6')).toBe(true);
    expect(isLoadable('libcudart.so.99')).toBe(false);
    writeElf(file, ['libggml-base.so', 'libcudart.so.99', 'libc.so.6']);
    expect(findMissing(file)).toEqual(['libcudart.so.99']);
  });
});

describe('what is in the way of a backend', () => {
  let modules = '';
  beforeEach(() => {
    modules = mkdtempSync(path.join(folder, 'modules-'));
  });
  const install = (name: string, needed: readonly string[]): void =>
    writeElf(path.join(modules, '@node-llama-cpp', name), needed);

  test('is its package, if that is not installed', ({ skip }) => {
    skip(!IS_LINUX || process.arch !== 'x64', NO_LOADER);
    expect(findObstacle('vulkan', modules)).toEqual({
      cause: 'its library is not installed',
      remedy: 'install what suits this card with npm run models -- gpu vulkan',
    });
    expect(findObstacle('cuda', modules)?.remedy).toMatch(/ gpu$/);
  });

  test('are the missing libraries, with what brings them', ({ skip }) => {
    skip(!IS_LINUX || process.arch !== 'x64', NO_LOADER);
    install(CUDA, ['libggml-base.so', 'libcudart.so.99', 'libcublas.so.99', 'libc.so.6']);
    expect(findObstacle('cuda', modules)).toEqual({
      cause: 'libcudart.so.99 and libcublas.so.99 are missing',
      remedy: "install cuda-cudart-99-1 and libcublas-99-1 from NVIDIA's repository for Debian and Ubuntu",
    });
  });

  test('is nothing, if one of the two libraries for CUDA has what it needs', ({ skip }) => {
    skip(!IS_LINUX || process.arch !== 'x64', NO_LOADER);
    install(CUDA, ['libcudart.so.99']);
    install(CUDA_12, ['libc.so.6']);
    expect(findObstacle('cuda', modules)).toBeNull();
  });

  test('is a file that cannot be read', ({ skip }) => {
    skip(!IS_LINUX || process.arch !== 'x64', NO_LOADER);
    install(CUDA, []);
    writeFileSync(path.join(modules, '@node-llama-cpp', CUDA), '');
    expect(findObstacle('cuda', modules)?.cause).toContain('cannot be read');
  });

  test('is never known for Metal', () => {
    expect(findObstacle('metal', modules)).toBeNull();
  });
});

test('each missing library is brought by a package of the right version', () => {
  expect(remedyFor(['libcudart.so.13', 'libcublas.so.13', 'libcuda.so.1'])).toBe(
    "install cuda-cudart-13-1 and libcublas-13-1 from NVIDIA's repository for Debian and Ubuntu, and NVIDIA's driver",
  );
  expect(remedyFor(['libcudart.so.12', 'libcublas.so.12'])).toBe(
    'install libcudart12 and libcublas12 of Debian 13, Ubuntu 24.04 or newer',
  );
  expect(remedyFor(['libvulkan.so.1'])).toBe('install libvulkan1 of Debian or Ubuntu');
  expect(remedyFor(['libodd.so.1'])).toBe('install libodd.so.1');
});
