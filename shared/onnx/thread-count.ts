import os from 'node:os';
import type { Config } from '../config.ts';

/** Threads for embedding and reranking: as set, else all cores but one, which stays free for everything else. */
export function modelThreads({ threads }: Pick<Config, 'threads'>): number {
  return threads ?? Math.max(1, os.availableParallelism() - 1);
}
