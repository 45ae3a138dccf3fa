import type { QuestionScale } from '../../models/embedded-question.ts';
import type { ContentWord } from './content-words.ts';
import { RELEVANCE_FLOOR } from './relevance-floor.ts';

/** A candidate of the semantic arm. */
export interface NearCandidate {
  /** Null when it is unknown. */
  readonly language: string | null;
  readonly cosine: number;
}

/** With fewer candidates there is no telling from them how near a passage about something else would be. */
const MIN_CANDIDATES = 20;
/** The best candidates may all be about the question; those after them show what unrelated passages get. */
const FIRST_USUAL = 10;
const LAST_USUAL = 50;
/**
 * A passage that stands out by this share of what an answering passage does on average gets the relevance floor: with
 * multilingual-e5-small .47 in the language of the question and .30 in another one. Measured by nearness alone. Spanish
 * questions over 3, 12, 50 and 110 English passages of XQuAD: .90, .91, .88 and .84 answered, and of those about other
 * articles of XQuAD .00, .03, .04 and .04. Portuguese questions over FaQuAD: .72, .71, .65 and .56, and none of SQuAD-pt.
 * With a share of .86, .92, .92, .92 and .88 of the Spanish ones, and .00, .05, .06 and .07. A threshold for the cosine
 * itself (.82 with this model) answers .66 of them where it answers .05 of the others.
 */
const SHARE_AT_FLOOR = 0.92;
/**
 * What the words that a near passage in another language shares with the question add: names, numbers and words of the same
 * origin. Of 150 Spanish questions of XQuAD over its English passages among those of FaQuAD, .21 are refused instead of .26,
 * and of those about other articles .060 are answered instead of .053.
 */
const SHARED_WORDS_SHARE = 0.4;
/** Of a question with fewer, one shared word would be half of it: every telephone number has "telefone". */
const MIN_SHARING_WORDS = 3;
/** A model that sees less of a difference than this does not know what answers a question, as in a foreign language. */
const MIN_STANDOUT = 0.2;
/** For a model without a scale, chosen with caution. */
const UNMEASURED_AT_FLOOR = 0.45;

/**
 * Measures how near in meaning a passage is to the question; 0 means as near as passages about something else. What
 * counts is how far it stands out from unrelated texts of its language: from the other candidates, and from the
 * reference texts, which alone decide in a folder of a few notes. On the scale of word relevance.
 * @param scale null without a measured model; then candidates of all languages are compared, and only with each other.
 * @returns the relevance of a candidate; 0 when there is nothing to compare it with.
 */
export function semanticRelevanceMeasure(
  candidates: readonly NearCandidate[],
  scale: QuestionScale | null,
  questionLanguage: string,
): (candidate: NearCandidate) => number {
  const groupOf = (language: string | null): string | null => (scale === null ? null : language);
  const groups = Map.groupBy(candidates, ({ language }) => groupOf(language));
  const usual = new Map([...groups].map(([language, group]) => [language, usualCosine(language, group, scale)]));
  return ({ language, cosine }) => {
    const usualHere = usual.get(groupOf(language)) ?? null;
    if (usualHere === null) return 0;
    const standout = (cosine - usualHere) / (1 - usualHere);
    const relevance = (standout / standoutAtFloor(language, questionLanguage, scale)) * RELEVANCE_FLOOR;
    return Math.min(1, Math.max(0, relevance));
  };
}

/**
 * Returns the relevance of a passage in another language by its nearness and the words it shares with the question; 0 if it
 * is not near, whatever the words.
 * @param asked the content words of the question.
 */
export function withSharedWords(nearness: number, wordRelevance: number, asked: readonly ContentWord[]): number {
  const said = asked.filter(({ role }) => role !== 'MEASURE' && role !== 'KIND');
  return nearness === 0 || said.length < MIN_SHARING_WORDS
    ? nearness
    : Math.min(1, nearness + SHARED_WORDS_SHARE * wordRelevance);
}

/**
 * Returns the cosine of an unrelated passage in this language; null when nothing shows it. The other candidates of the
 * question are nearer to it than the reference texts are, and say how alike the documents are; both count the same.
 */
function usualCosine(
  language: string | null,
  group: readonly NearCandidate[],
  scale: QuestionScale | null,
): number | null {
  const others = usualOfOthers(group.map(({ cosine }) => cosine));
  if (scale === null) return others;
  const reference = scale.unrelated.get(language ?? '') ?? Math.max(...scale.unrelated.values());
  return others === null ? reference : Math.max(reference, (reference + others) / 2);
}

function usualOfOthers(cosines: readonly number[]): number | null {
  if (cosines.length < MIN_CANDIDATES) return null;
  const others = cosines.toSorted((a, b) => b - a).slice(FIRST_USUAL, LAST_USUAL);
  return others.reduce((sum, cosine) => sum + cosine, 0) / others.length;
}

function standoutAtFloor(language: string | null, questionLanguage: string, scale: QuestionScale | null): number {
  if (scale === null) return UNMEASURED_AT_FLOOR;
  const isOther = language !== null && language !== questionLanguage;
  const typical = isOther ? scale.standout.otherLanguage : scale.standout.sameLanguage;
  return typical < MIN_STANDOUT ? Infinity : typical * SHARE_AT_FLOOR;
}
