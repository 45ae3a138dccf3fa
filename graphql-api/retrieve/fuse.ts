import type { ChunkId } from '#shared/document.ts';

/** What one arm of the search found. */
export interface Arm {
  /** How much its ranks count against those of other arms; above 0. */
  readonly weight: number;
  /** Best first, each once. */
  readonly chunks: readonly ChunkId[];
}

/** How slowly a place loses worth; the 60 of the paper on reciprocal rank fusion, which counts ranks from 1. */
const K = 61;

/**
 * Weighted reciprocal rank fusion, by Qdrant's formula: an arm gives the chunk at `position` (from 0)
 * 1 / ((position + 1) / weight + k - 1), and a chunk has the sum over all arms. Only ranks count, because the scores of
 * different arms are not comparable.
 * @returns the sum for every chunk of any arm, best first; ties by chunk id, so that results repeat.
 */
export function fuse(arms: readonly Arm[]): ReadonlyMap<ChunkId, number> {
  const scores = new Map<ChunkId, number>();
  for (const { weight, chunks } of arms) {
    chunks.forEach((chunk, position) => {
      scores.set(chunk, (scores.get(chunk) ?? 0) + 1 / ((position + 1) / weight + K - 1));
    });
  }
  return new Map([...scores].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}
