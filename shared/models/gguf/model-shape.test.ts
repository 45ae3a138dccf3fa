import { describe, expect, it } from 'vitest';
import { kvBytes, shapeOf, type KvSize } from './model-shape.ts';
import { MalformedHeader, type MetaValue } from './parse-header.ts';
import { headerOf, KNOWN, knownShape } from './testing/known-shapes.ts';

const [KIB, GB] = [1024, 1e9];
const ONE: KvSize = { contextTokens: 1, sequences: 1, bytesPerNumber: 2 };

/** The shape of Llama 3.1 8B with other metadata. */
function changed(entries: Readonly<Record<string, MetaValue>>): ReturnType<typeof shapeOf> {
  const { metadata, tensors } = headerOf(KNOWN['Llama 3.1 8B']);
  return shapeOf({ metadata: new Map([...metadata, ...Object.entries(entries)]), tensors, endBytes: 0 }, tensors);
}

describe('keys and values', () => {
  it.each([
    ['Llama 3.1 8B', 128],
    ['Llama 3.2 3B', 112],
    ['Llama 3.2 1B', 32],
    ['SmolLM2 135M', 22.5],
    ['Phi-3-mini', 384],
    ['Llama 2 7B', 512],
    ['Qwen3 14B', 160],
  ] as const)('%s keeps %d KiB of a token in f16', (name, kib) => {
    expect(kvBytes(knownShape(name), ONE) / KIB).toBe(kib);
  });

  it('of two sequences of 4,096 tokens take 3.2 GB for Phi-3-mini and 1.07 GB for Llama 3.1 8B', () => {
    const two = { ...ONE, contextTokens: 4096, sequences: 2 };
    expect(kvBytes(knownShape('Phi-3-mini'), two) / GB).toBeCloseTo(3.2, 1);
    expect(kvBytes(knownShape('Llama 3.1 8B'), two) / GB).toBeCloseTo(1.07, 2);
  });

  it('in q8_0 take 17/32 of f16', () => {
    const shape = knownShape('Llama 3.1 8B');
    expect(kvBytes(shape, { ...ONE, bytesPerNumber: 34 / 32 }) / kvBytes(shape, ONE)).toBe(17 / 32);
  });

  it('are counted from a layer on', () => {
    const shape = knownShape('Llama 3.1 8B');
    expect(kvBytes(shape, ONE, 24) * 4).toBe(kvBytes(shape, ONE));
    expect(kvBytes(shape, ONE, 32)).toBe(0);
  });

  it('may differ from layer to layer', () => {
    const kvHeads = Array.from({ length: 32 }, (_, layer) => (layer < 8 ? 8 : 0));
    expect(kvBytes(changed({ 'llama.attention.head_count_kv': kvHeads }), ONE) / KIB).toBe(32);
  });

  it('are kept by every fourth layer of a hybrid model', () => {
    expect(kvBytes(changed({ 'llama.full_attention_interval': 4 }), ONE) / KIB).toBe(32);
  });

  it('default to one head of keys and values per head', () => {
    const { metadata, tensors } = headerOf(KNOWN['Phi-3-mini']);
    const without = new Map([...metadata].filter(([key]) => key !== 'phi3.attention.head_count_kv'));
    expect(kvBytes(shapeOf({ metadata: without, tensors, endBytes: 0 }, tensors), ONE) / KIB).toBe(384);
  });

  it('end at the window in the layers that have one', () => {
    const pattern = Array.from({ length: 32 }, (_, layer) => (layer % 2 === 0 ? 1 : 0));
    const shape = changed({ 'llama.attention.sliding_window': 512, 'llama.attention.sliding_window_pattern': pattern });
    expect(kvBytes(shape, { ...ONE, contextTokens: 8192 }) / KIB).toBe(64 * 8192 + 64 * 1024);
    expect(kvBytes(shape, { ...ONE, contextTokens: 256 }) / KIB).toBe(128 * 256);
  });

  it('are all kept where the file does not say which layers have the window', () => {
    const shape = changed({ 'llama.attention.sliding_window': 512 });
    expect(kvBytes(shape, { ...ONE, contextTokens: 8192 }) / KIB).toBe(128 * 8192);
  });
});

describe('weights', () => {
  it('are those of Llama 3.1 8B at Q4_K_M', () => {
    const { layers, output, tokenEmbedding, total } = knownShape('Llama 3.1 8B').weights;
    expect(total / GB).toBeCloseTo(4.9, 1);
    expect(layers).toHaveLength(32);
    expect(layers.reduce((sum, bytes) => sum + bytes, 0) + output + tokenEmbedding).toBe(total);
  });

  it('have an output matrix even if the token embedding serves as one', () => {
    const { output, tokenEmbedding } = knownShape('Llama 3.2 3B').weights;
    expect(output - tokenEmbedding).toBe(3072 * 4); // the norm
  });
});

describe('the kind of a model', () => {
  it('is one that writes', () => {
    const { hasChatTemplate, pooling, isCausal, split } = knownShape('Llama 3.1 8B');
    expect({ hasChatTemplate, pooling, isCausal, split }).toEqual({
      hasChatTemplate: true,
      pooling: null,
      isCausal: true,
      split: null,
    });
  });

  it('is one that embeds', () => {
    const shape = changed({ 'llama.pooling_type': 2, 'llama.attention.causal': false, 'general.type': 'model' });
    expect([shape.pooling, shape.isCausal, shape.type]).toEqual([2, false, 'model']);
  });

  it('is a part of a split one', () => {
    expect(changed({ 'split.count': 8, 'split.no': 2 }).split).toEqual({ part: 2, parts: 8 });
    expect(changed({ 'split.count': 1, 'split.no': 0 }).split).toBeNull();
  });

  it.each([4097, -1, 1.5])('is none with %d layers', (layers) => {
    expect(() => changed({ 'llama.block_count': layers })).toThrow(MalformedHeader);
  });

  it('may have 4,096 layers', () => {
    expect(changed({ 'llama.block_count': 4096 }).layers).toBe(4096);
  });
});
