import type { ContentWord } from './content-words.ts';
import { holdsNames, type PassageWords } from './word-relevance.ts';

/** A passage that is near in meaning. */
interface NearPassage {
  readonly words: PassageWords;
  /** The first chunk of its document, if that is a candidate too. */
  readonly start: PassageWords | undefined;
  /** 0 if it lacks names of the question. */
  readonly wordRelevance: number;
  readonly isInOtherLanguage: boolean;
}

/**
 * Whether a passage has the names of a question, so that its nearness means something: to a model, contract 73 is as
 * near as contract 77. In another language names may be translated (Germany, Alemanha), so only numbers and codes count.
 */
export function hasSameNames(asked: readonly ContentWord[], passage: NearPassage): boolean {
  const names = asked.filter(({ role }) => role === 'NAME');
  if (!passage.isInOtherLanguage) return names.length === 0 || passage.wordRelevance > 0;
  return holdsNames(
    names.filter(({ isCode }) => isCode),
    passage.words,
    passage.start,
  );
}
