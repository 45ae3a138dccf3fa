import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '#shared/config.ts';
import type { Hardware } from '#shared/models/recommend-generator.ts';

const MIB = 1024 ** 2;
/** Approximate share of the machine's memory that an Apple chip lets Metal use. */
const METAL_SHARE = 2 / 3;

/**
 * Returns the memory that a Llama can use on this machine. Asks nvidia-smi, because the libraries that could detect the
 * card themselves may not be installed. Never throws: a card that is not found counts as none.
 */
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
    return 0; // without the program there is no card
  }
}

/**
 * Whether the libraries for NVIDIA cards are installed. They weigh half a gigabyte, so `npm install` puts an empty
 * package in their place.
 * @param root folder that contains node_modules.
 */
export function hasCudaLibraries(root: string): boolean {
  const name = `@node-llama-cpp/${process.platform === 'win32' ? 'win' : process.platform}-x64-cuda`;
  try {
    // Sound: npm writes a package.json with a name into every package.
    const found = JSON.parse(readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
      name: string;
    };
    return found.name === name;
  } catch {
    return false; // this platform has no such package
  }
}
