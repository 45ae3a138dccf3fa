import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findGraphicsCards } from './graphics-cards.ts';

const MIB = 1024 ** 2;
const NO_PROGRAM = async (): Promise<string> => Promise.reject(new Error('ENOENT'));
let drm: string;

beforeAll(() => {
  drm = mkdtempSync(path.join(os.tmpdir(), 'askbox-drm-'));
});
afterAll(() => rmSync(drm, { recursive: true }));

it('finds the cards of NVIDIA', async () => {
  expect(await findGraphicsCards(async () => '11264, 12288\n3000, 4096\n', drm)).toEqual([
    { freeBytes: 11_264 * MIB, totalBytes: 12_288 * MIB },
    { freeBytes: 3000 * MIB, totalBytes: 4096 * MIB },
  ]);
});

it('leaves out what a driver cannot say, and lines that are no cards', async () => {
  const text = 'No devices were found\n[N/A], [N/A]\n0, 8192\n';
  expect(await findGraphicsCards(async () => text, drm)).toEqual([{ freeBytes: 0, totalBytes: 8192 * MIB }]);
  expect(await findGraphicsCards(async () => 'Failed to initialize NVML', drm)).toEqual([]);
});

it('finds the cards of AMD where there is none of NVIDIA', async () => {
  expect(await findGraphicsCards(NO_PROGRAM, drm)).toEqual([]);
  for (const name of ['card0', 'card1', 'card1-HDMI-A-1'])
    mkdirSync(path.join(drm, name, 'device'), { recursive: true });
  for (const name of ['card1', 'card1-HDMI-A-1']) {
    writeFileSync(path.join(drm, name, 'device', 'mem_info_vram_total'), `${8192 * MIB}\n`);
    writeFileSync(path.join(drm, name, 'device', 'mem_info_vram_used'), `${1024 * MIB}\n`);
  }
  const found = [{ freeBytes: 7168 * MIB, totalBytes: 8192 * MIB }];
  expect(await findGraphicsCards(NO_PROGRAM, drm)).toEqual(found);
});

it('finds nothing where Linux lists no cards', async () => {
  expect(await findGraphicsCards(NO_PROGRAM, path.join(drm, 'missing'))).toEqual([]);
});
