import { messageOf } from '#shared/errors.ts';
import type { ModelShape } from '#shared/models/gguf/model-shape.ts';
import { readModelShape } from '#shared/models/gguf/read-shape.ts';
import { ModelError } from '#shared/models/model-error.ts';
import type { ModelFile } from './model-file.ts';

/** What the header of a model file says. */
export type Header =
  | { readonly shape: ModelShape }
  /** Why it cannot be used, and what to do. */
  | { readonly shape: null; readonly message: string; /** It may only be incomplete. */ readonly isArriving: boolean };

/** The headers of model files; each version of a file is read once. */
export interface Headers {
  /** Returns what was read of a file as it is now; undefined if it was not read yet. */
  find(file: ModelFile): Header | undefined;
  /** Reads one. Resolves when `find` returns it; never rejects. */
  read(file: ModelFile): Promise<void>;
  /** Forgets all other files. */
  keepOnly(files: readonly ModelFile[]): void;
}

/** Opens the headers. Nothing is read before `read`. */
export function openHeaders(readShape: typeof readModelShape = readModelShape): Headers {
  const headers = new Map<string, Header>();
  return {
    find: ({ stamp }) => headers.get(stamp),
    async read({ file, stamp }) {
      try {
        const { shape } = await readShape(file);
        headers.set(stamp, { shape });
      } catch (error) {
        const isArriving = error instanceof ModelError && error.isRetryable;
        headers.set(stamp, { shape: null, message: messageOf(error), isArriving });
      }
    },
    keepOnly(files) {
      const stamps = new Set(files.map(({ stamp }) => stamp));
      for (const stamp of headers.keys()) if (!stamps.has(stamp)) headers.delete(stamp);
    },
  };
}
