import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findCard } from './find-card.ts';

const CARD = { freeBytes: 11e9, totalBytes: 12e9, cards: 1, isShared: false };
const readMemory = async () => ({ ramBytes: 8e9, card: CARD });
let modules: string;
beforeEach(() => {
  modules = mkdtempSync(path.join(os.tmpdir(), 'askbox-modules-'));
});
afterEach(() => rmSync(modules, { recursive: true }));

function install(kind: string, folder = 'bins'): void {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  mkdirSync(path.join(modules, '@node-llama-cpp', `${system}-${process.arch}-${kind}`, folder), { recursive: true });
}

test('a card counts only if a library for it is installed, and the settings allow it', async () => {
  install('cuda', 'empty');
  expect(await findCard({ gpu: 'auto' }, modules, readMemory)).toBeNull();
  install('vulkan');
  expect(await findCard({ gpu: 'auto' }, modules, readMemory)).toEqual(CARD);
  expect(await findCard({ gpu: 'vulkan' }, modules, readMemory)).toEqual(CARD);
  expect(await findCard({ gpu: 'cuda' }, modules, readMemory)).toBeNull();
  expect(await findCard({ gpu: 'none' }, modules, readMemory)).toBeNull();
  install('cuda');
  expect(await findCard({ gpu: 'cuda' }, modules, readMemory)).toEqual(CARD);
});
