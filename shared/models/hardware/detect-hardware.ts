import os from 'node:os';
import { findGraphicsCards } from './graphics-cards.ts';
import type { Hardware } from '../recommend-generator.ts';

/** Approximate share of the machine's memory that an Apple chip lets Metal use. */
const METAL_SHARE = 2 / 3;

/**
 * Returns the memory that a Llama can use on this machine. Never throws: a card that is not found counts as none.
 * @param config.gpu `none` leaves out the graphics card.
 */
export async function detectHardware({ gpu }: { readonly gpu: string }): Promise<Hardware> {
  return { gpuBytes: gpu === 'none' ? 0 : await findGpuBytes(), freeBytes: process.availableMemory() };
}

async function findGpuBytes(): Promise<number> {
  if (process.platform === 'darwin' && process.arch === 'arm64') return os.totalmem() * METAL_SHARE;
  const cards = await findGraphicsCards();
  return Math.max(0, ...cards.map(({ totalBytes }) => totalBytes));
}
