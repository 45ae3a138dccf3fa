import { RELEVANCE_FLOOR } from './relevance.ts';

/** Fewer candidates do not tell what a passage about something else looks like. */
const MIN_CANDIDATES = 20;
/** The best may all be about the question; those after them are taken for what chance gives. */
const ABOUT_IT = 10;
/**
 * A passage that stands so far out is worth answering from by its nearness alone, and so reaches the floor of relevance.
 * Set with care and not measured with a model: none could be had. With latent semantics of 150 dimensions in its place,
 * which knows nothing of words outside the documents, 40 % of the questions of other documents stand out so far.
 */
const FAR_OUT = 0.45;

/**
 * How near in meaning a passage is to the question; 0: as near as passages about something else. The
 * cosines of a model are crowded into a band of its own, around .8 for one and .3 for another, so what counts is how far
 * a passage stands out of the other candidates of the same question. On the scale of relevance: FAR_OUT is its floor.
 * @param cosines of all candidates, best first.
 * @returns for a cosine; 0 for undefined, and for all when there are too few candidates to compare with.
 */
export function nearnessMeasure(cosines: readonly number[]): (cosine: number | undefined) => number {
  if (cosines.length < MIN_CANDIDATES) return () => 0;
  const others = cosines.slice(ABOUT_IT);
  const usual = others.reduce((sum, cosine) => sum + cosine, 0) / others.length;
  return (cosine) =>
    cosine === undefined ? 0 : Math.max(0, (cosine - usual) / (1 - usual) / FAR_OUT) * RELEVANCE_FLOOR;
}
