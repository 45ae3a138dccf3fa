import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '#shared/config.ts';
import { readFreeMemory } from '../plan/free-memory.ts';
import type { CardMemory } from '../plan/plan.ts';

const MODULES = path.join(import.meta.dirname, '..', '..', '..', 'node_modules');

/**
 * Returns the memory of the graphics cards that a model would be loaded to now; null if there is none, or none that the
 * settings and the installed libraries allow. Never throws.
 * @param modules where the libraries are installed. Default: node_modules.
 */
export async function findCard(
  { gpu }: Pick<Config, 'gpu'>,
  modules: string = MODULES,
  readMemory: typeof readFreeMemory = readFreeMemory,
): Promise<CardMemory | null> {
  const kinds = gpu === 'auto' ? ['cuda', 'vulkan'] : [gpu];
  return kinds.some((kind) => isInstalled(kind, modules)) ? (await readMemory()).card : null;
}

/** Whether the library of a backend is installed: an empty package without `bins` stands in for one that is not. */
function isInstalled(kind: string, modules: string): boolean {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  return existsSync(path.join(modules, '@node-llama-cpp', `${system}-${process.arch}-${kind}`, 'bins'));
}
