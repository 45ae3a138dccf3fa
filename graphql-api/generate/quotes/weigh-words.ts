import { askedWords, type AskedWord } from '#shared/text/asked-words.ts';
import { withSpellings } from '#shared/text/spellings.ts';

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
  const vocabulary = new Set(pieces.flatMap((words) => [...words]));
  const weights = withSpellings(askedWords(question), vocabulary).map((word) => {
    // A form that only stands for the word counts as much less of a holder.
    const holders = pieces.reduce((sum, words) => sum + shareIn(words, word), 0);
    return { word, weight: holders === 0 ? 0 : Math.log(1 + (pieces.length - holders + 0.5) / (holders + 0.5)) };
  });
  const all = weights.reduce((sum, { weight }) => sum + weight, 0);
  if (all === 0) return () => 0;
  return (places) => {
    let found = 0;
    for (const { word, weight } of weights) {
      let best = 0;
      for (const { words, share } of places) {
        if (share > best) best = Math.max(best, share * shareIn(words, word));
      }
      found += weight * best;
    }
    return found / all;
  };
}

/** Returns how much of a word of the question some words hold: the word itself, another form of it, or its family. */
function shareIn(words: ReadonlySet<string>, { term, forms, isCode }: AskedWord): number {
  if (words.has(term)) return 1;
  let best = 0;
  for (const [form, share] of forms) if (share > best && words.has(form)) best = share;
  if (best > 0 || isCode || term.length < FAMILY_LETTERS) return best;
  const family = term.slice(0, FAMILY_LETTERS);
  for (const word of words) if (word.startsWith(family)) return FAMILY_SHARE;
  return 0;
}
