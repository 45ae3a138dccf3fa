import type { Hit } from '#shared/store/store.ts';

/**
 * How much of the lead of one language is taken away. Measured with FaQuAD, SQuAD-pt and XQuAD-en in one index, nDCG@10:
 * Spanish questions, whose answers are English, .614 with 0, .683 with .7, .707 with 1; Portuguese ones .807, .804, .801.
 */
const LEVELLING = 0.7;

/** Fewer candidates than this do not tell how well chance does in a language. */
const MIN_CANDIDATES = 20;

/**
 * Puts the candidates of several languages on one level. Words and letter groups of a language meet those of a question in
 * the same or a sister language by chance, which lifts all of its passages above the right one in another language. What
 * chance does shows in the mean score of a language's candidates: most of its excess over the lowest mean is taken off.
 * Changes nothing while there is one language only. A language with few candidates is treated as the one with the highest
 * mean: it wins nothing by being rare.
 * @returns what to take off a hit's score, never below 0.
 */
export function chanceLead(hits: readonly Hit[]): (hit: Hit) => number {
  const scores = Map.groupBy(hits, languageOf);
  const means = new Map<string | null, number>();
  for (const [language, group] of scores) {
    if (language === null || group.length < MIN_CANDIDATES) continue;
    means.set(language, group.reduce((sum, { score }) => sum + score, 0) / group.length);
  }
  const lowest = Math.min(...means.values());
  const highest = Math.max(...means.values());
  if (means.size < 2) return () => 0;
  return (hit) => LEVELLING * ((means.get(languageOf(hit)) ?? highest) - lowest);
}

function languageOf({ documents }: Hit): string | null {
  return documents[0]?.content.language ?? null;
}
