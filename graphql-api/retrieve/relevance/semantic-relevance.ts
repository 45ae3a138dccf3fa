import type { QuestionScale } from '../../models/embedded-question.ts';
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
 * multilingual-e5-small .41 in the language of the question and .26 in another one. Measured with 110 passages of FaQuAD
 * and 110 of XQuAD-en, by nearness alone: of the Spanish questions about them .82 are answered, and .04 of those about
 * other articles of XQuAD; of the Portuguese ones about FaQuAD .56, and none of those of SQuAD-pt. With 3 to 50 passages
 * .74 to .94, and at most .09. Shares of .75 and .85 answer .85 and .74 of the Spanish ones, and .05 and .03.
 */
const SHARE_AT_FLOOR = 0.8;
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
    return Math.max(0, standout / standoutAtFloor(language, questionLanguage, scale)) * RELEVANCE_FLOOR;
  };
}

/** Returns the cosine of an unrelated passage in this language; null when nothing shows it. */
function usualCosine(
  language: string | null,
  group: readonly NearCandidate[],
  scale: QuestionScale | null,
): number | null {
  const cosines = group.map(({ cosine }) => cosine).toSorted((a, b) => b - a);
  const others = cosines.length < MIN_CANDIDATES ? [] : cosines.slice(FIRST_USUAL, LAST_USUAL);
  const known = others.length === 0 ? [] : [others.reduce((sum, cosine) => sum + cosine, 0) / others.length];
  if (scale !== null) known.push(scale.unrelated.get(language ?? '') ?? Math.max(...scale.unrelated.values()));
  return known.length === 0 ? null : Math.max(...known);
}

function standoutAtFloor(language: string | null, questionLanguage: string, scale: QuestionScale | null): number {
  if (scale === null) return UNMEASURED_AT_FLOOR;
  const isOther = language !== null && language !== questionLanguage;
  const typical = isOther ? scale.standout.otherLanguage : scale.standout.sameLanguage;
  return typical < MIN_STANDOUT ? Infinity : typical * SHARE_AT_FLOOR;
}
