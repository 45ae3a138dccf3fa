import os from 'node:os';
import type { Config } from '../config.ts';

/**
 * Returns the number of threads for embedding and reranking: ASKBOX_THREADS if set, else all cores but one, which stays
 * free for everything else.
 */
export function modelThreads({ threads }: Pick<Config, 'threads'>): number {
  return threads ?? Math.max(1, os.availableParallelism() - 1);
}
