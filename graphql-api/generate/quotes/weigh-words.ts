import { wordTerms } from '#shared/text/analyser.ts';

/** Returns how much of a question some words hold: 0 for nothing, 1 for all that any piece holds. */
export type Weigh = (places: readonly WeighedWords[]) => number;

/** Words of one place, and what finding a word there counts, from 0 to 1. */
export interface WeighedWords {
  readonly words: ReadonlySet<string>;
  readonly share: number;
}

/** What a word of the same family counts, as in ../../retrieve/relevance/word-relevance.ts. */
const FAMILY_SHARE = 0.4;
const FAMILY_LETTERS = 5;

/**
 * Creates the measure for one question. A word weighs more the fewer pieces have it, so that in "o prazo do contrato 77"
 * the number decides between ten contracts. A word that no piece has weighs nothing: it distinguishes none of them.
 * @param pieces the words of each piece of all passages, and of what is above each passage.
 */
export function weigher(question: string, pieces: readonly ReadonlySet<string>[]): Weigh {
  const asked = [...new Set(wordTerms(question))].map((word) => ({ word, family: word.slice(0, FAMILY_LETTERS) }));
  const weights = asked.map(({ word, family }) => {
    const count = pieces.filter((words) => words.has(word)).length;
    const countOfFamily = count > 0 ? count : pieces.filter((words) => hasFamily(words, family)).length;
    const weight =
      countOfFamily === 0 ? 0 : Math.log(1 + (pieces.length - countOfFamily + 0.5) / (countOfFamily + 0.5));
    return { word, family, weight: count > 0 ? weight : weight * FAMILY_SHARE };
  });
  const all = weights.reduce((sum, { weight }) => sum + weight, 0);
  if (all === 0) return () => 0;
  return (places) => {
    let found = 0;
    for (const { word, family, weight } of weights) {
      let share = 0;
      for (const place of places) {
        if (place.share <= share) continue;
        if (place.words.has(word)) share = place.share;
        else if (place.share * FAMILY_SHARE > share && hasFamily(place.words, family))
          share = place.share * FAMILY_SHARE;
      }
      found += weight * share;
    }
    return found / all;
  };
}

function hasFamily(words: ReadonlySet<string>, family: string): boolean {
  if (family.length < FAMILY_LETTERS) return false;
  for (const word of words) if (word.startsWith(family)) return true;
  return false;
}
