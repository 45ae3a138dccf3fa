import type { ContentWord } from './content-words.ts';
import type { PassageWords } from './word-relevance.ts';

/** A passage that is near in meaning. */
interface NearPassage {
  readonly words: PassageWords;
  /** The first chunk of its document, if that is a candidate too. */
  readonly start: PassageWords | undefined;
  /** 0 if it lacks names of the question. */
  readonly wordRelevance: number;
  readonly isInOtherLanguage: boolean;
}

/** As in word-relevance.ts: a date is not held by another day of its month. */
const HELD_SHARE = 0.5;

/**
 * Whether a passage has the names of a question, so that its nearness means something: to a model, contract 73 is as
 * near as contract 77. In another language names may be translated (Germany, Alemanha), so only numbers and codes count.
 */
export function hasSameNames(asked: readonly ContentWord[], passage: NearPassage): boolean {
  const names = asked.filter(({ role }) => role === 'NAME');
  if (!passage.isInOtherLanguage) return names.length === 0 || passage.wordRelevance > 0;
  const { words, start = words } = passage;
  const places = [words.text, words.around, start.text, start.around].map((place) => place.words);
  return names
    .filter(({ isCode }) => isCode)
    .every(({ forms }) =>
      [...forms].some(([form, share]) => share >= HELD_SHARE && places.some((place) => place.has(form))),
    );
}
