import { execFile } from 'node:child_process';
import os from 'node:os';
import { promisify } from 'node:util';
import type { Hardware } from './recommend-generator.ts';

const MIB = 1024 ** 2;
/** Approximate share of the machine's memory that an Apple chip lets Metal use. */
const METAL_SHARE = 2 / 3;

/**
 * Returns the memory that a Llama can use on this machine. Asks nvidia-smi, because the libraries that could detect the
 * card themselves may not be installed. Never throws: a card that is not found counts as none.
 * @param config.gpu `none` leaves out the graphics card.
 */
export async function detectHardware({ gpu }: { readonly gpu: string }): Promise<Hardware> {
  return { gpuBytes: gpu === 'none' ? 0 : await findGpuBytes(), freeBytes: process.availableMemory() };
}

async function findGpuBytes(): Promise<number> {
  if (process.platform === 'darwin' && process.arch === 'arm64') return os.totalmem() * METAL_SHARE;
  const query = ['--query-gpu=memory.total', '--format=csv,noheader,nounits'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 3000 });
    return Math.max(0, ...stdout.split('\n').map(Number).filter(Number.isFinite)) * MIB;
  } catch {
    return 0; // without the program there is no card
  }
}
