import type { Result } from './measure-answers.ts';

/** How many questions of one kind came out how. */
export interface Counts {
  readonly questions: number;
  /** The evidence is among the first three passages of a search. */
  readonly evidenceIn3: number;
  /** The evidence is among the first ten. */
  readonly evidenceIn10: number;
  /** The first source of the answer is a right document. */
  readonly documentFirst: number;
  readonly right: number;
  readonly wrong: number;
  readonly wronglyRefused: number;
  /** Of those that were wrongly refused: the evidence is among the nearest passages that the refusal shows. */
  readonly evidenceNearest: number;
  readonly rightlyRefused: number;
}

/** Returns the counts of each kind, in the order of the questions, then of all answerable and all other questions. */
export function countVerdicts(results: readonly Result[]): Readonly<Record<string, Counts>> {
  const kinds = Map.groupBy(results, ({ question }) => question.kind);
  return {
    ...Object.fromEntries([...kinds].map(([kind, ofKind]) => [kind, countsOf(ofKind)])),
    answerable: countsOf(results.filter(({ question }) => question.answerable)),
    unanswerable: countsOf(results.filter(({ question }) => !question.answerable)),
  };
}

function countsOf(results: readonly Result[]): Counts {
  const count = (isMeant: (result: Result) => boolean): number => results.filter(isMeant).length;
  return {
    questions: results.length,
    evidenceIn3: count(({ rank }) => rank !== null && rank <= 3),
    evidenceIn10: count(({ rank }) => rank !== null),
    documentFirst: count(({ isRightFirst }) => isRightFirst === true),
    right: count(({ verdict }) => verdict === 'RIGHT'),
    wrong: count(({ verdict }) => verdict === 'WRONG'),
    wronglyRefused: count(({ verdict }) => verdict === 'WRONGLY_REFUSED'),
    evidenceNearest: count(({ verdict, isNearest }) => verdict === 'WRONGLY_REFUSED' && isNearest),
    rightlyRefused: count(({ verdict }) => verdict === 'RIGHTLY_REFUSED'),
  };
}
