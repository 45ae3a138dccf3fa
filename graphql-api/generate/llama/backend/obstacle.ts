import { existsSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '#shared/errors.ts';
import type { Backend } from './left-backends.ts';
import { findMissing } from './needed-libraries.ts';

/** What keeps a backend from being opened on this machine, for people. */

/** A cause, and what to do about it. */
export interface Obstacle {
  /** Such as `libcudart.so.13 and libcublas.so.13 are missing`. */
  readonly cause: string;
  /** Such as `update the driver`, to be continued with an alternative. */
  readonly remedy: string;
}

/** The file that needs the system's libraries, in each package of node-llama-cpp for Linux that has one, best first. */
const LIBRARIES = {
  cuda: [
    '@node-llama-cpp/linux-x64-cuda/bins/linux-x64-cuda/libggml-cuda.so',
    '@node-llama-cpp/linux-x64-cuda-ext/bins/linux-x64-cuda/fallback/libggml-cuda.so',
  ],
  vulkan: ['@node-llama-cpp/linux-x64-vulkan/bins/linux-x64-vulkan/libggml-vulkan.so'],
} as const;

/** The package that brings a missing library, and where it is. `$1` is the library's version. */
const BROUGHT_BY: readonly (readonly [library: RegExp, bringer: string, where: string])[] = [
  [/^libcuda\.so\.1$/, "NVIDIA's driver", ''],
  [/^lib(cudart|cublas)\.so\.12$/, 'lib$112', ' of Debian 13, Ubuntu 24.04 or newer'],
  [/^libcudart\.so\.(\d+)$/, 'cuda-cudart-$1-1', " from NVIDIA's repository for Debian and Ubuntu"],
  [/^libcublas\.so\.(\d+)$/, 'libcublas-$1-1', " from NVIDIA's repository for Debian and Ubuntu"],
  [/^libvulkan\.so\.1$/, 'libvulkan1', ' of Debian or Ubuntu'],
];

/**
 * Returns what is known to be in the way of a backend; null if nothing is found, and on systems other than Linux x64.
 * @param modules the folder node_modules with the packages of node-llama-cpp.
 */
export function findObstacle(backend: Backend, modules: string): Obstacle | null {
  if (process.platform !== 'linux' || process.arch !== 'x64' || backend === 'metal') return null;
  const files = LIBRARIES[backend].map((name) => path.join(modules, name)).filter((file) => existsSync(file));
  const [best] = files;
  if (best === undefined) {
    return { cause: 'its library is not installed', remedy: installWith(backend) };
  }
  try {
    const missing = files.map(findMissing);
    if (missing.some((names) => names.length === 0)) return null;
    const [names = []] = missing;
    return {
      cause: `${names.join(', ').replace(/, (?=[^,]*$)/, ' and ')} ${names.length === 1 ? 'is' : 'are'} missing`,
      remedy: remedyFor(names),
    };
  } catch (error) {
    return {
      cause: `${best} cannot be read: ${messageOf(error)}`,
      remedy: installWith(backend),
    };
  }
}

/** CUDA does not suit every card that has it. */
function installWith(backend: Backend): string {
  return `install what suits this card with npm run models -- gpu${backend === 'vulkan' ? ' vulkan' : ''}`;
}

/** Returns what to do about missing libraries, such as `install libvulkan1 of Debian or Ubuntu`. */
export function remedyFor(names: readonly string[]): string {
  const bringers = new Map<string, string[]>();
  for (const name of names) {
    const [library, bringer, where] = BROUGHT_BY.find(([pattern]) => pattern.test(name)) ?? [name, name, ''];
    bringers.set(where, [...(bringers.get(where) ?? []), name.replace(library, bringer)]);
  }
  return `install ${[...bringers].map(([where, packages]) => packages.join(' and ') + where).join(', and ')}`;
}
