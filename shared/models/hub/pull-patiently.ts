import { setTimeout as sleep } from 'node:timers/promises';
import type { Model } from '../catalogue.ts';
import { ModelError } from '../model-error.ts';
import { pullModel, type PullOptions } from './pull-model.ts';

const BACKOFF_MS = { first: 1000, max: 300_000 };

/** How to pull a model, and how often to try. */
export interface PatientPullOptions extends PullOptions {
  /** Gives up after this many failures in a row without a new byte; Infinity never gives up. */
  readonly attempts: number;
  /** Called before each pause. */
  readonly onRetry: (error: ModelError, waitMs: number) => void;
  /** The first pause in milliseconds; it doubles up to five minutes, and starts again after progress. Default: 1000. */
  readonly firstWaitMs?: number;
}

/**
 * Calls `pullModel` again for as long as its failures are retryable.
 * @returns false when the model was there already.
 * @throws ModelError the last failure; an AbortError when the signal aborts during a pause.
 */
export async function pullPatiently(model: Model, options: PatientPullOptions): Promise<boolean> {
  const { attempts, firstWaitMs = BACKOFF_MS.first, signal } = options;
  let failures = 0;
  let mostBytes = 0;
  const onProgress = (bytes: number, totalBytes: number): void => {
    mostBytes = Math.max(mostBytes, bytes);
    options.onProgress?.(bytes, totalBytes);
  };
  for (;;) {
    const bytesBefore = mostBytes;
    try {
      return await pullModel(model, { ...options, onProgress });
    } catch (error) {
      if (!(error instanceof ModelError) || !error.isRetryable) throw error;
      failures = mostBytes > bytesBefore ? 1 : failures + 1;
      if (failures >= attempts) throw error;
      const waitMs = Math.min(firstWaitMs * 2 ** (failures - 1), BACKOFF_MS.max);
      options.onRetry(error, waitMs);
      await sleep(waitMs, undefined, { signal });
    }
  }
}
