import path from 'node:path';
import { GeneratorError } from '../generator-error.ts';
import type { Generator } from '../generator.ts';

/** Returns a generator for a model file that cannot answer: each request fails with the reason, and so does `health`. */
export function openRefused(file: string, message: string): Generator {
  return {
    kind: 'LOCAL',
    model: path.basename(file, '.gguf'),
    health: () => ({ status: 'DOWN', message }),
    state: () => ({ state: 'FAILED', contextTokens: null }),
    // oxlint-disable-next-line require-yield -- it has nothing to yield
    async *generate() {
      throw new GeneratorError('MODEL_UNAVAILABLE', message);
    },
    async [Symbol.asyncDispose]() {},
  };
}
