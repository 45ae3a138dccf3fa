import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeScriptedModel } from '../../../tests/fixtures/tiny-llama.ts';
import { readModelShape } from '#shared/models/gguf/read-shape.ts';
import { OutOfMemory } from '../plan/carry-out.ts';
import { memoryNeed } from '../plan/memory-need.ts';
import type { CardMemory, Memory } from '../plan/plan.ts';
import { loadModel, type LoadedModel, type LoadParts } from './load-model.ts';
import type { LlamaSettings } from './messages.ts';

// The real library on the CPU; what it says of the memory is made up. Without a card it ignores the number of layers.
const [MIB, GIB] = [1024 ** 2, 1024 ** 3];
const PARTS: LoadParts = { left: [], spareCardBytes: 0, onTry() {}, onComplaint() {}, onPercent() {} };
const RESERVE = 0.04 * 8 * GIB + 384 * MIB;
let folder: string;
let settings: LlamaSettings;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-load-'));
  const file = path.join(folder, 'scripted.gguf');
  writeScriptedModel(file);
  settings = { file, threads: 1, contextTokens: 4096, sequences: null, gpu: 'auto' };
});
afterAll(() => rmSync(folder, { recursive: true }));

function cardWith(freeBytes: number): CardMemory {
  return { freeBytes, totalBytes: 8 * GIB, cards: 1, isShared: false };
}

/** What is free on a card that has room for so many answers at once, and for no more. */
async function roomFor(sequences: number): Promise<number> {
  const { shape } = await readModelShape(settings.file);
  return memoryNeed(shape, { layersOnCard: shape.layers + 1, sequences, contextTokens: 4096 }).cardBytes + RESERVE;
}

async function load(memory: Memory, rest: { drivers?: Memory; spare?: number } = {}): Promise<LoadedModel> {
  const parts = { ...PARTS, spareCardBytes: rest.spare ?? 0 };
  const drivers = rest.drivers ?? { card: null, ramBytes: 0 };
  const loaded = await loadModel(
    settings,
    parts,
    async () => memory,
    async () => drivers,
  );
  await loaded.context.dispose();
  await loaded.model.dispose();
  return loaded;
}

describe('a card', () => {
  it.each([
    [4, /^$/],
    [2, /^2 answers at once instead of 4, because it would need 1.0 GiB of graphics memory/],
    [1, /^1 answer at once instead of 4/],
  ])('with room for %d answers at once holds them', async (sequences, note) => {
    const { context, device, shortfall, better } = await load({
      card: cardWith(await roomFor(sequences)),
      ramBytes: GIB,
    });
    expect([context.totalSequences, device.gpuLayers, device.totalLayers]).toEqual([sequences, 2, 2]);
    expect(shortfall?.note ?? '').toMatch(note);
    expect(shortfall?.isWorse ?? false).toBe(false);
    expect(better).toBeNull();
  });

  it('without room for all layers holds a part of them, and what would have to be free is known', async () => {
    const free = (await roomFor(1)) - 1;
    const { device, context, shortfall, better } = await load({ card: cardWith(free), ramBytes: GIB });
    expect([context.totalSequences, device.gpuLayers, device.vramBytes]).toEqual([1, 1, 0]);
    expect(shortfall?.note).toMatch(/^only 1 of 2 layers on the graphics card, /);
    expect(better?.needs[2]).toMatchObject({ cardBytes: await roomFor(1) });
  });

  it('keeps what is to be spared', async () => {
    const memory = { card: cardWith(await roomFor(4)), ramBytes: GIB };
    expect((await load(memory, { spare: GIB })).shortfall?.note).toMatch(/^the CPU instead of the graphics card/);
  });

  it('that the library does not see because it is full counts as full, and one with room does not', async () => {
    const memory = { card: null, ramBytes: GIB };
    const full = await load(memory, { drivers: { card: cardWith(MIB), ramBytes: GIB } });
    expect(full.shortfall?.note).toMatch(/^the CPU instead of the graphics card.* and 0.0 of 8.0 GiB were free$/);
    expect(full.better?.ownCardBytes).toBe(0);
    expect((await load(memory, { drivers: { card: cardWith(7 * GIB), ramBytes: GIB } })).shortfall).toBeNull();
  });
});

describe('too little memory', () => {
  it('is no fault of the file', async () => {
    const failure = load({ card: null, ramBytes: 300 * MIB });
    await expect(failure).rejects.toThrow(OutOfMemory);
    await expect(failure).rejects.toThrow(/^it would need 0.\d GiB of memory, and 0.3 GiB were free$/);
    await expect(failure).rejects.toMatchObject({ needs: [{ cardBytes: 0 }, { cardBytes: 0 }] });
  });
});
