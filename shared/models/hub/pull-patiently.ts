import { setTimeout as sleep } from 'node:timers/promises';
import type { Model } from '../catalogue.ts';
import { ModelError } from '../model-error.ts';
import { pullModel, type PullOptions } from './pull-model.ts';

const BACKOFF_MS = { first: 1000, max: 300_000 };

export interface PatientPullOptions extends PullOptions {
  /** How often in a row it may fail without having brought a byte. */
  readonly attempts: number;
  readonly onRetry: (error: ModelError, waitMs: number) => void;
  /** The first pause; doubled up to five minutes, and begun anew after progress. Default: 1000. */
  readonly firstWaitMs?: number;
}

/**
 * `pullModel`, again and again while what failed may heal.
 * @throws ModelError the last one.
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
