import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { randomNumbers } from '../../../testing/random-numbers.ts';
import { openPlainScan, openScan } from './scan-kernel.ts';

const LARGEST_QUERY = 2047;

/** A query, 50 rows of numbers between -127 and 127, and room for the products. */
function makeMemory(stride: number, numberAt: (limit: number) => number) {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65_536 });
  const [query, rows] = [0, stride * 2];
  const [rowCount, products] = [50, rows + 50 * stride];
  new Int16Array(memory.buffer, query, stride).forEach((_, i, all) => (all[i] = numberAt(LARGEST_QUERY)));
  new Int8Array(memory.buffer, rows, rowCount * stride).forEach((_, i, all) => (all[i] = numberAt(127)));
  return { memory, at: [query, rows, rowCount, stride, products] as const };
}

function productsOf(open: typeof openScan, { memory, at }: ReturnType<typeof makeMemory>): number[] {
  const results = new Int32Array(memory.buffer, at[4], at[2]).fill(0);
  open(memory)(...at);
  return [...results];
}

it('gives what the plain loop gives, for random vectors of any stride', () => {
  const seed = randomInt(2 ** 31);
  process.stdout.write(`seed ${seed}\n`);
  const next = randomNumbers(seed);
  for (const stride of [32, 96, 384, 1024]) {
    const made = makeMemory(stride, (limit) => Math.round((next() * 2 - 1) * limit));
    expect(productsOf(openScan, made)).toEqual(productsOf(openPlainScan, made));
  }
});

it('neither overflows nor forgets a number where all are as large as they may be', () => {
  const expected = Array.from({ length: 50 }, () => 1024 * 127 * LARGEST_QUERY);
  const made = makeMemory(1024, (limit) => limit);
  expect(productsOf(openScan, made)).toEqual(expected);
  expect(productsOf(openPlainScan, made)).toEqual(expected);
});

it('runs the compiled kernel here, not the plain loop', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
  expect(String(openScan(memory))).toContain('[native code]');
});
