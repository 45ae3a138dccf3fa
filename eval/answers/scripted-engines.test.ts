import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { countEvidence, countPairs } from './count-evidence.ts';
import { countVerdicts } from './count-verdicts.ts';
import { measureAnswers, type MeasuredArm } from './measure-answers.ts';

/** What scripted models write over the whole way, from files to citations. `npm run eval` asks as many questions as wanted. */
const QUESTIONS = 36;
const arms = new Map<string, MeasuredArm>();

beforeAll(async () => {
  const folder = path.join(import.meta.dirname, '../golden/claims');
  const measured = await measureAnswers({ folder, engines: ['faithful', 'inventing', 'endless'], first: QUESTIONS });
  for (const arm of measured.arms) arms.set(arm.engine, arm);
}, 120_000); // a guard for loaded machines

test('a faithful model is right, and each of its sentences is cited with its evidence', () => {
  const { results } = arms.get('faithful')!;
  const { answerable } = countVerdicts(results);
  expect(answerable!.right + answerable!.wronglyRefused).toBe(QUESTIONS);
  expect(answerable!.right).toBeGreaterThan(20);
  expect(countPairs(results)['pt-pt']).toMatchObject({ precision: 1, recall: 1, unsupportedPrecision: null });
  expect(countEvidence(results)).toMatchObject({ verified: 1, loops: 0, unjudged: 0 });
});

describe('a model that invents', () => {
  test('gets citations that verify, and none for a number that no passage has', () => {
    const counts = countEvidence(arms.get('inventing')!.results);
    expect(counts.citations).toBeGreaterThan(20);
    expect(counts).toMatchObject({ verified: 1, foreignCited: 0, loops: 0, unjudged: 0 });
    expect(counts.unmarkedCited).toBeGreaterThanOrEqual(0.8);
  });

  test('has its wrong sentences reported, in the language of the passage, and hardly any right ones', () => {
    for (const pair of ['pt-pt', 'en-en']) {
      const counts = countPairs(arms.get('inventing')!.results)[pair]!;
      expect(counts.sentences).toBeGreaterThan(5);
      expect(counts.unsupportedPrecision).toBeGreaterThanOrEqual(0.9);
      expect(counts.unsupportedRecall).toBeGreaterThanOrEqual(0.8);
      expect(counts.precision).toBeGreaterThanOrEqual(0.9);
    }
  });
});

test('a model that never ends is ended by its loop, and its first round is judged like any answer', () => {
  const { results } = arms.get('endless')!;
  const answered = results.filter(({ answeredBy }) => answeredBy === 'REMOTE');
  expect(answered.length).toBeGreaterThan(20);
  expect(countEvidence(results)).toMatchObject({ loops: answered.length, endInLoop: 0, verified: 1 });
  expect(answered.every(({ verdict }) => verdict === 'RIGHT')).toBe(true);
});

test('a name that no engine has is an error', async () => {
  const folder = path.join(import.meta.dirname, '../golden/claims');
  await expect(measureAnswers({ folder, engines: ['truthful'] })).rejects.toThrow("there is no engine 'truthful'");
});
