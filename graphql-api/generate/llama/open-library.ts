import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { getLlama, getLlamaGpuTypes, type Llama } from 'node-llama-cpp';
import { messageOf } from '#shared/errors.ts';
import type { Backend, LeftBackend } from './backend/left-backends.ts';
import { findObstacle, type Obstacle } from './backend/obstacle.ts';
import type { LlamaSettings } from './messages.ts';

/** Child side: opens the prebuilt model library. */

/** The library that was opened. */
export interface Library {
  readonly llama: Llama;
  /**
   * What keeps the library that the setting names from working, or with `auto` the one for a card that is there; null
   * if there is nothing to say, and if it was left.
   */
  readonly failure: Obstacle | null;
}

/** What opening the library needs and reports to. */
export interface LibraryParts {
  /** Backends that are not tried. */
  readonly left: readonly LeftBackend[];
  /** Called before a backend is tried, and with null before the CPU. The process may die in the attempt. */
  onTry(backend: Backend | null): void;
  /** Called with the cause in each error that the library logs. */
  onComplaint(line: string): void;
}

/** Such as `llama_model_load: error loading model: `. */
const LOG_PREFIX = /^\w+: (?:error loading model: )?/;

/**
 * Opens the prebuilt library; builds and downloads nothing. Tries the backends that the setting allows one by one, so
 * that it is known which one a process died on. If none of them works, the CPU is used.
 * @throws Error if the library does not work on this machine at all.
 */
export async function openLibrary(setting: LlamaSettings['gpu'], parts: LibraryParts): Promise<Library> {
  let failure: Obstacle | null = null;
  for (const backend of await backendsFor(setting)) {
    if (parts.left.some((known) => known.backend === backend)) continue;
    parts.onTry(backend);
    try {
      return { llama: await openFor(backend, parts), failure };
    } catch (error) {
      // With `auto`, a library that is not installed or finds no card is no failure.
      if (setting !== 'auto') failure = obstacleOf(backend) ?? { cause: messageOf(error), remedy: 'update the driver' };
    }
  }
  parts.onTry(null);
  if (setting === 'auto' && existsSync(NVIDIA_DEVICE) && parts.left.length === 0) failure = obstacleOf('cuda');
  try {
    return { llama: await openFor(false, parts), failure };
  } catch (error) {
    throw new Error(
      `the model library does not work on this machine: ${messageOf(error)}; use Linux with glibc, macOS or Windows, or set OPENAI_BASE_URL to a model server`,
      { cause: error },
    );
  }
}

/** Exists while NVIDIA's driver is loaded. */
export const NVIDIA_DEVICE = '/dev/nvidiactl';

function obstacleOf(backend: Backend): Obstacle | null {
  const library = fileURLToPath(import.meta.resolve('node-llama-cpp'));
  return findObstacle(backend, path.join(library, '..', '..', '..'));
}

/** Returns the backends that the setting allows, in the order in which they are tried. */
async function backendsFor(setting: LlamaSettings['gpu']): Promise<Backend[]> {
  if (setting === 'none') return [];
  if (setting !== 'auto') return [setting];
  // Those whose driver and libraries are found, best first.
  return (await getLlamaGpuTypes('supported')).filter((type) => type !== false);
}

function openFor(gpu: Llama['gpu'], parts: LibraryParts): Promise<Llama> {
  return getLlama({
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    gpu,
    maxThreads: 0, // no limit: only the context's `threads` decides
    logger: (level, message) => {
      if (level === 'error' || level === 'fatal') parts.onComplaint(message.replace(LOG_PREFIX, '').trim());
    },
  });
}
