import { expect, it } from 'vitest';
import { knownShape } from '#shared/models/gguf/testing/known-shapes.ts';
import { memoryNeed } from './memory-need.ts';

const MIB = 1024 ** 2;
/** What the driver takes for a process before it loads anything; the free memory that is planned with lacks it already. */
const DRIVER_MIB = 280;

// Files of the true shapes at Q4_K_M with four sequences, on an H100: what nvidia-smi showed for the process.
it.each([
  ['Llama 3.1 8B', 33, 4096, 7310],
  ['Llama 3.1 8B', 32, 8192, 9100],
  ['Llama 3.1 8B', 22, 4096, 5228],
  ['Llama 3.1 8B', 11, 4096, 3176],
  ['Llama 3.2 3B', 29, 4096, 4588],
] as const)(
  '%s with %d layers and 4 x %d tokens was measured to take %d MiB',
  (name, layersOnCard, contextTokens, mib) => {
    const { cardBytes } = memoryNeed(knownShape(name), { layersOnCard, contextTokens, sequences: 4 });
    expect(Math.abs(cardBytes / MIB + DRIVER_MIB - mib)).toBeLessThan(30);
  },
);

it('is the whole model in memory without a card, and only its token embedding when all layers are on one', () => {
  const shape = knownShape('Llama 3.1 8B');
  const size = { contextTokens: 4096, sequences: 1 };
  const [none, half, all] = [0, 17, 33].map((layersOnCard) => memoryNeed(shape, { ...size, layersOnCard }));
  expect(none!.cardBytes).toBe(0);
  expect(none!.ramBytes).toBeGreaterThan(shape.weights.total + 512 * MIB);
  expect(half!.ramBytes).toBeGreaterThan(all!.ramBytes);
  expect(all!.ramBytes).toBeLessThan(1100 * MIB);
});

it('has buffers on each card', () => {
  const layout = { layersOnCard: 33, contextTokens: 4096, sequences: 1 };
  const [one, two] = [1, 2].map((cards) => memoryNeed(knownShape('Llama 3.1 8B'), layout, cards).cardBytes);
  expect(two! - one!).toBeGreaterThan(500 * MIB);
});
