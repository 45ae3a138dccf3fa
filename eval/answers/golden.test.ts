import path from 'node:path';
import { expect, test } from 'vitest';
import { countVerdicts } from './count-verdicts.ts';
import { measureAnswers } from './measure-answers.ts';

/**
 * How many questions of each kind are at least answered rightly, or rightly refused, without any model. The questions
 * were written by somebody who knew no rule of retrieval: raise a number when it is surpassed, and never reword a
 * question.
 */
const RIGHT_AT_LEAST: Readonly<Record<string, number>> = {
  notation: 47,
  table: 21,
  unit: 15,
  entity: 17,
  short: 34,
  plain: 40,
  faq: 8,
  paraphrase: 9,
  cross: 7,
  absent_topic: 17,
  absent_entity: 20,
  near_miss: 13,
};

test('everyday questions are answered no worse than before, and their evidence is found', async () => {
  const { failed, arms } = await measureAnswers({ folder: path.join(import.meta.dirname, '../golden/answers') });
  expect(failed).toEqual([]);
  const { answerable, unanswerable, ...kinds } = countVerdicts(arms[0]!.results);
  expect(Object.keys(kinds)).toEqual(Object.keys(RIGHT_AT_LEAST));
  const worse = Object.entries(kinds)
    .map(([kind, { right, rightlyRefused }]) => ({
      kind,
      right: right + rightlyRefused,
      atLeast: RIGHT_AT_LEAST[kind]!,
    }))
    .filter(({ right, atLeast }) => right < atLeast);
  expect(worse).toEqual([]);
  expect(answerable!.evidenceIn3).toBeGreaterThanOrEqual(219);
  expect(answerable!.evidenceIn10).toBeGreaterThanOrEqual(224);
  expect(unanswerable!.questions).toBe(64);
}, 240_000); // a guard for loaded machines: some 300 questions
