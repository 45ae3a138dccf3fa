import { getLlama, type Llama } from 'node-llama-cpp';
import { messageOf } from '#shared/errors.ts';
import type { LlamaSettings } from './messages.ts';

/** Child side: opens the prebuilt model library. */

/** The library that was opened. */
export interface Library {
  readonly llama: Llama;
  /** Why the library that the setting names does not work; null if it does. */
  readonly failure: string | null;
}

/** Such as `llama_model_load: error loading model: `. */
const LOG_PREFIX = /^\w+: (?:error loading model: )?/;

/**
 * Opens the prebuilt library; builds and downloads nothing. If the named graphics card does not work, the CPU is used.
 * @param complain called with the cause in each error that the library logs.
 * @throws Error if the library does not work on this machine at all.
 */
export async function openLibrary(setting: LlamaSettings['gpu'], complain: (cause: string) => void): Promise<Library> {
  let failure: string | null = null;
  if (setting !== 'auto' && setting !== 'none') {
    try {
      return { llama: await openFor(setting, complain), failure };
    } catch (error) {
      failure = messageOf(error);
    }
  }
  try {
    return { llama: await openFor(setting === 'auto' ? 'auto' : false, complain), failure };
  } catch (error) {
    throw new Error(
      `the model library does not work on this machine: ${messageOf(error)}; use Linux with glibc, macOS or Windows, or set OPENAI_BASE_URL to a model server`,
      { cause: error },
    );
  }
}

function openFor(gpu: 'auto' | Llama['gpu'], complain: (cause: string) => void): Promise<Llama> {
  return getLlama({
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    gpu,
    maxThreads: 0, // no limit: only the context's `threads` decides
    logger: (level, message) => {
      if (level === 'error' || level === 'fatal') complain(message.replace(LOG_PREFIX, '').trim());
    },
  });
}
