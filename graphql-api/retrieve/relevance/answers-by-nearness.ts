import type { ContentWord } from './content-words.ts';
import { RELEVANCE_FLOOR } from './relevance-floor.ts';
import { holdsWord, LONG_QUESTION_WORDS, type PassageWords } from './word-relevance.ts';

/** A passage that two others are nearer than does not answer by its nearness alone. */
const ANSWERING_PLACES = 2;
/** What a passage counts at most that is near, but may not answer by that alone: just too little. */
const NEAR_ONLY = RELEVANCE_FLOOR * 0.96;

/**
 * Returns how relevant each passage is by its nearness, where only the nearest two may reach the floor, and of these none
 * that lacks what is asked for. With multilingual-e5-small, of 120 and of 293 everyday questions, two without an answer
 * are no longer answered, and no other is refused. Of 150 of XQuAD in English two more are refused, and of 150 in Spanish
 * over English none.
 * @param relevances by nearness alone, in the order of the passages. @param lacksAsked see `lacksWhatIsAsked`.
 */
export function answeringByNearness(
  relevances: readonly number[],
  lacksAsked: (index: number) => boolean,
): readonly number[] {
  const nearest = relevances.toSorted((a, b) => b - a);
  const least = nearest[Math.min(ANSWERING_PLACES, nearest.length) - 1] ?? 0;
  return relevances.map((relevance, index) =>
    relevance >= RELEVANCE_FLOOR && (relevance < least || lacksAsked(index)) ? NEAR_ONLY : relevance,
  );
}

/**
 * Whether a passage in the language of the question lacks the thing that is asked for: to a model, the weight of a machine
 * is as near to its manual as its warranty. Of a long question, which says much that a text does not repeat, and across
 * languages, the word proves nothing.
 */
export function lacksWhatIsAsked(
  asked: readonly ContentWord[],
  {
    words,
    start,
    isInOtherLanguage,
  }: { words: PassageWords; start: PassageWords | undefined; isInOtherLanguage: boolean },
): boolean {
  const said = asked.filter(({ role }) => role !== 'MEASURE' && role !== 'KIND');
  const head = asked.find(({ isHead }) => isHead);
  if (isInOtherLanguage || head === undefined || said.length >= LONG_QUESTION_WORDS) return false;
  return !holdsWord(head, words, start);
}
