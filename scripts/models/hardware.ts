import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '#shared/config.ts';
import type { Hardware } from '#shared/models/recommend-generator.ts';

const MIB = 1024 ** 2;
/** What Apple's chip lends to Metal of the machine's memory, about. */
const METAL_SHARE = 2 / 3;

/** What a Llama could run on. Asks nvidia-smi, since the libraries that could look for themselves may not be installed. */
export async function detectHardware({ gpu }: Pick<Config, 'gpu'>): Promise<Hardware> {
  return { gpuBytes: gpu === 'none' ? 0 : await findGpuBytes(), freeBytes: process.availableMemory() };
}

async function findGpuBytes(): Promise<number> {
  if (process.platform === 'darwin' && process.arch === 'arm64') return os.totalmem() * METAL_SHARE;
  const query = ['--query-gpu=memory.total', '--format=csv,noheader,nounits'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 3000 });
    return Math.max(0, ...stdout.split('\n').map(Number).filter(Number.isFinite)) * MIB;
  } catch {
    return 0; // no such program: no such card
  }
}

/** Whether NVIDIA cards are of use: their libraries weigh half a gigabyte and are replaced by an empty package at first. */
export function hasCudaLibraries(root: string): boolean {
  const name = `@node-llama-cpp/${process.platform === 'win32' ? 'win' : process.platform}-x64-cuda`;
  try {
    const found = JSON.parse(readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
      name: string;
    };
    return found.name === name;
  } catch {
    return false; // not a platform that has them
  }
}
