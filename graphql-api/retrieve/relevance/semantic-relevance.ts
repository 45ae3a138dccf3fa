import { RELEVANCE_FLOOR } from './relevance-floor.ts';

/** With fewer candidates there is no telling how near a passage about something else would be. */
const MIN_CANDIDATES = 20;
/** The best candidates may all be about the question; those after them show what unrelated passages get. */
const SKIPPED_CANDIDATES = 10;
/**
 * A passage that stands out this far may be answered from by its nearness alone, so it gets the relevance floor.
 * Chosen with caution, not measured with a model: none was available. With latent semantics of 150 dimensions instead,
 * which knows only the words of the documents, 40 % of foreign questions have a passage that stands out this far.
 */
const STANDOUT_AT_FLOOR = 0.45;

/**
 * Measures how near in meaning a passage is to the question; 0 means as near as passages about something else. Each
 * model crowds its cosines into its own band, around .8 for one and .3 for another. What counts is therefore how far a
 * passage stands out from the other candidates of the same question. On the scale of word relevance: a passage that
 * stands out by STANDOUT_AT_FLOOR gets the relevance floor.
 * @param cosines of all candidates, best first.
 * @returns the relevance for a cosine; 0 for undefined, and for every cosine when there are too few candidates to
 * compare.
 */
export function semanticRelevanceMeasure(cosines: readonly number[]): (cosine: number | undefined) => number {
  if (cosines.length < MIN_CANDIDATES) return () => 0;
  const others = cosines.slice(SKIPPED_CANDIDATES);
  const usual = others.reduce((sum, cosine) => sum + cosine, 0) / others.length;
  return (cosine) =>
    cosine === undefined ? 0 : Math.max(0, (cosine - usual) / (1 - usual) / STANDOUT_AT_FLOOR) * RELEVANCE_FLOOR;
}
