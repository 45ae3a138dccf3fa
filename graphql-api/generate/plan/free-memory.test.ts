import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFreeMemory } from './free-memory.ts';

const MIB = 1024 ** 2;
const NO_PROGRAM = async (): Promise<string> => Promise.reject(new Error('ENOENT'));
let drm: string;

beforeAll(() => {
  drm = mkdtempSync(path.join(os.tmpdir(), 'askbox-drm-'));
});
afterAll(() => rmSync(drm, { recursive: true }));

it('adds up the cards of NVIDIA', async () => {
  const { card, ramBytes } = await readFreeMemory(async () => '11264, 12288\n3000, 4096\n', drm);
  expect(card).toEqual({ freeBytes: 14_264 * MIB, totalBytes: 16_384 * MIB, cards: 2, isShared: false });
  expect(ramBytes).toBeGreaterThan(0);
});

it('leaves out what a driver cannot say, and lines that are no cards', async () => {
  const text = 'No devices were found\n[N/A], [N/A]\n0, 8192\n';
  expect((await readFreeMemory(async () => text, drm)).card).toMatchObject({ freeBytes: 0, cards: 1 });
  expect((await readFreeMemory(async () => 'Failed to initialize NVML', drm)).card).toBeNull();
});

it('finds the cards of AMD where there is none of NVIDIA', async () => {
  expect((await readFreeMemory(NO_PROGRAM, drm)).card).toBeNull();
  for (const name of ['card0', 'card1', 'card1-HDMI-A-1'])
    mkdirSync(path.join(drm, name, 'device'), { recursive: true });
  for (const name of ['card1', 'card1-HDMI-A-1']) {
    writeFileSync(path.join(drm, name, 'device', 'mem_info_vram_total'), `${8192 * MIB}\n`);
    writeFileSync(path.join(drm, name, 'device', 'mem_info_vram_used'), `${1024 * MIB}\n`);
  }
  expect((await readFreeMemory(NO_PROGRAM, drm)).card).toEqual({
    freeBytes: 7168 * MIB,
    totalBytes: 8192 * MIB,
    cards: 1,
    isShared: false,
  });
});

it('finds nothing where Linux lists no cards', async () => {
  expect((await readFreeMemory(NO_PROGRAM, path.join(drm, 'missing'))).card).toBeNull();
});
