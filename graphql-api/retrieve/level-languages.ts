import type { Hit } from '#shared/store/store.ts';

/**
 * How much of a language's lead is taken away. Measured with FaQuAD, SQuAD-pt and XQuAD-en in one index, nDCG@10 with
 * 0, .7 and 1: Spanish questions, whose answers are English, .614, .683 and .707; Portuguese ones .807, .804 and .801.
 */
const LEVELLING = 0.7;

/** With fewer candidates than this, the chance level of a language cannot be estimated. */
const MIN_CANDIDATES = 20;

/**
 * Makes keyword scores comparable between languages. Words and letter groups of a language match those of a question in
 * the same or a sister language by chance, which lifts all of its passages above the right one in another language. The
 * mean score of a language's candidates shows this chance level; most of its excess over the lowest mean is subtracted.
 * Changes nothing when there is only one language. A language with few candidates is treated like the one with the
 * highest mean, so it gains nothing by being rare.
 * @returns what to subtract from a hit's score; never negative.
 */
export function languageHandicap(hits: readonly Hit[]): (hit: Hit) => number {
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
