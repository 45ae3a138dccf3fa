import type { ChunkId } from '#shared/document.ts';

/** What one arm of the search found. */
export interface Arm {
  /** How much its ranks count against those of other arms; not below 0. */
  readonly weight: number;
  /** From 1; two chunks may have the same. */
  readonly ranks: ReadonlyMap<ChunkId, number>;
}

/**
 * How slowly a rank loses worth. The paper's 60 makes the first twenty ranks nearly equal, and a weak arm then turns the
 * order of a strong one upside down: with 10 a weak arm costs .006 of nDCG@10, with 60 .007, and half of that while the
 * arm knows a part of the passages only.
 */
const K = 10;

/**
 * Weighted reciprocal rank fusion (Cormack, Clarke, Büttcher, 2009): an arm gives the chunk at rank r weight / (k + r), and
 * a chunk has the sum over all arms. Only ranks count, because the scores of different arms are not comparable.
 * @returns the sum for every chunk of any arm, best first; ties by chunk id, so that results repeat.
 */
export function fuse(arms: readonly Arm[]): ReadonlyMap<ChunkId, number> {
  const scores = new Map<ChunkId, number>();
  for (const { weight, ranks } of arms) {
    for (const [chunk, rank] of ranks) scores.set(chunk, (scores.get(chunk) ?? 0) + weight / (K + rank));
  }
  return new Map([...scores].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}
