import {
  areFamily,
  askedWords,
  FAMILY_LETTERS,
  FAMILY_SHARE,
  shareHeld,
  type AskedWord,
} from '#shared/text/asked-words.ts';
import { idf } from '#shared/text/idf.ts';
import { withSpellings } from '#shared/text/spellings.ts';

/** Returns how much of a question some words hold: 0 for nothing, 1 for all that any piece holds. */
export type Weigh = (places: readonly WeighedWords[]) => number;

/** Words of one place, and what finding a word there counts, from 0 to 1. */
export interface WeighedWords {
  readonly words: ReadonlySet<string>;
  readonly share: number;
}

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
    return { word, weight: holders === 0 ? 0 : idf(holders, pieces.length) };
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
function shareIn(words: ReadonlySet<string>, word: AskedWord): number {
  const { term, isCode } = word;
  const held = words.has(term) ? 1 : shareHeld(word, words);
  if (held > 0 || isCode || term.length < FAMILY_LETTERS) return held;
  for (const other of words) if (areFamily(term, other)) return FAMILY_SHARE;
  return 0;
}
