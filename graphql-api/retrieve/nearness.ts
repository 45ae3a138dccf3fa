/** Fewer candidates do not tell what a passage about something else looks like. */
const MIN_CANDIDATES = 20;
/** The best may all be about the question; those after them are taken for what chance gives. */
const ABOUT_IT = 10;

/**
 * How near in meaning a passage is to the question, from 0, as near as passages about something else, to 1, the same. The
 * cosines of a model are crowded into a band of its own, around .8 for one and .3 for another, so what counts is how far
 * a passage stands out of the other candidates of the same question.
 * @param cosines of all candidates, best first.
 * @returns for a cosine; 0 for undefined, and for all when there are too few candidates to compare with.
 */
export function nearnessMeasure(cosines: readonly number[]): (cosine: number | undefined) => number {
  if (cosines.length < MIN_CANDIDATES) return () => 0;
  const others = cosines.slice(ABOUT_IT);
  const usual = others.reduce((sum, cosine) => sum + cosine, 0) / others.length;
  return (cosine) => (cosine === undefined ? 0 : Math.max(0, (cosine - usual) / (1 - usual)));
}
