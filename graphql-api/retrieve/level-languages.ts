import type { Hit } from '#shared/store/store.ts';
import { likelierLanguage } from '#shared/text/language.ts';

/**
 * How much of a language's lead is taken away in both arms. Measured with FaQuAD, SQuAD-pt and XQuAD-en in one index, nDCG@10 with
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

/**
 * Makes cosines comparable between languages: a model puts all texts in the language of the question nearer to it than
 * those in other ones. Most of the difference between unrelated texts of the languages found is subtracted, so that it
 * does not depend on what the documents are about. A language that was not measured is treated like the nearest one.
 * Measured with multilingual-e5-small, 110 passages of FaQuAD and 110 of XQuAD-en in one index, nDCG@10 of the semantic
 * arm with 0, .7 and 1: Spanish questions over English .910, .948 and .948; Portuguese over Portuguese .884, .883 and
 * .882. With the means of the documents themselves, as far as languages are about the same, .944 and .882 with .7.
 * @param unrelated the cosine of unrelated texts, by language.
 * @returns what to subtract from a hit's cosine; never negative.
 */
export function semanticHandicap(hits: readonly Hit[], unrelated: ReadonlyMap<string, number>): (hit: Hit) => number {
  const found = new Set(hits.map(likelyLanguageOf));
  const known = [...unrelated].flatMap(([language, cosine]) => (found.has(language) ? [cosine] : []));
  if (found.size < 2 || known.length === 0) return () => 0;
  const [lowest, highest] = [Math.min(...known), Math.max(...known)];
  return (hit) => LEVELLING * ((unrelated.get(likelyLanguageOf(hit) ?? '') ?? highest) - lowest);
}

/** Returns the language of a hit's content; null when it is unknown. */
export function languageOf({ documents }: Pick<Hit, 'documents'>): string | null {
  return documents[0]?.content.language ?? null;
}

/** Returns the language of a hit; of a note that is too short to tell, the likelier one. */
export function likelyLanguageOf({ chunk, documents }: Pick<Hit, 'chunk' | 'documents'>): string | null {
  return languageOf({ documents }) ?? likelierLanguage(chunk.text);
}
