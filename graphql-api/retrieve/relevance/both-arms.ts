import { RELEVANCE_FLOOR } from './relevance-floor.ts';

/** What is known of a passage by its words and by its meaning. */
export interface JudgedByBoth {
  /** 0 to 1. */
  readonly wordRelevance: number;
  /** How near it is by itself, 0 to 1, whatever it lacks. */
  readonly nearness: number;
  /** Whether its meaning is known, and no nearer than that of texts about something else. */
  readonly isFar: boolean;
  readonly isInOtherLanguage: boolean;
}

/** What the words of the first passage add to its nearness. */
const WORDS_SHARE = 0.3;
/** Nearness and words together that reach the floor if both arms place a passage first: less than either needs alone. */
const ENOUGH_TOGETHER = 0.42;
/** By how much it must be nearer than the second: in a folder about one thing, every passage is near. */
const MIN_LEAD = 0.04;
/** A passage in another language must share more than a chance word, such as the telephone number of somebody else. */
const MIN_WORDS_ABROAD = 0.3;
/** What the words of a passage count that is no nearer than texts about something else. */
const FAR_SHARE = 0.8;
/** A passage that the semantic arm did not return is far if the last one it returned is no nearer than this. */
const FAR = 0.1;
/** They are doubted only as an answer: what may be a source beside a better passage, still may. */
const UNDOUBTED = RELEVANCE_FLOOR * 0.96;

/**
 * Returns how relevant a passage is that is first by words and by meaning together, and nearest in meaning, where neither
 * may be enough alone: "my work computer got stolen" and "loss or theft of a laptop". Calibrated with multilingual-e5-small on
 * golden questions and 90 of another folder: of these, 2 and 3 more are answered, and none without an answer. Of everyday
 * questions it answers one more, of SQuAD-pt one of 150, and none without an answer; nor of XQuAD and FaQuAD.
 * @param secondNearness that of the second nearest passage.
 */
export function relevanceOfFirst(
  { wordRelevance, nearness, isInOtherLanguage }: Omit<JudgedByBoth, 'isFar'>,
  secondNearness: number,
): number {
  if (nearness - secondNearness < MIN_LEAD) return 0;
  if (isInOtherLanguage && wordRelevance < MIN_WORDS_ABROAD) return 0;
  return Math.min(1, nearness + WORDS_SHARE * wordRelevance + RELEVANCE_FLOOR - ENOUGH_TOGETHER);
}

/**
 * Returns what the words of a passage count when meaning is known too: less if it is far, since a question about another
 * matter may use the same words. Of 150 questions each that FaQuAD, SQuAD-pt and, in Spanish, XQuAD over English cannot answer,
 * one, two and one fewer are answered; of those with an answer, none.
 */
export function wordsByMeaning({ wordRelevance, isFar }: Pick<JudgedByBoth, 'wordRelevance' | 'isFar'>): number {
  return isFar ? Math.min(wordRelevance, Math.max(UNDOUBTED, wordRelevance * FAR_SHARE)) : wordRelevance;
}

/** A passage that the semantic arm returned. */
interface Found {
  readonly id: string;
  /** Null when it is unknown. */
  readonly language: string | null;
  /** Its nearness, 0 to 1. */
  readonly relevance: number;
}

/**
 * Returns a function that tells whether a passage is far from the question in meaning. One that the semantic arm did not return is no
 * nearer than the last one of its language that it returned. Where nothing in a language is near, the model may not know it.
 */
export function farPassages(found: readonly Found[]): (passage: Omit<Found, 'relevance'>) => boolean {
  const relevanceOf = new Map(found.map(({ id, relevance }) => [id, relevance]));
  const leastOf = new Map<string | null, number>();
  for (const [language, group] of Map.groupBy(found, (each) => each.language)) {
    const relevances = group.map(({ relevance }) => relevance);
    if (Math.max(...relevances) > 0) leastOf.set(language, Math.min(...relevances));
  }
  return ({ id, language }) => {
    const [least, relevance] = [leastOf.get(language), relevanceOf.get(id)];
    return least !== undefined && (relevance === undefined ? least <= FAR : relevance === 0);
  };
}
