import { expect, test } from 'vitest';
import type { Hit } from '#shared/store/store.ts';
import { languageHandicap, semanticHandicap } from './level-languages.ts';

/** Hits in one language; they have only what is read: language, text and score. */
const hits = (language: string | null, count: number, score: number): Hit[] =>
  Array.from(
    { length: count },
    () => ({ score, chunk: { text: '' }, documents: [{ content: { language } }] }) as unknown as Hit,
  );

test('takes seven tenths of its lead over the lowest mean from a language', () => {
  const pt = hits('pt', 30, 12);
  const en = hits('en', 20, 2);
  const handicap = languageHandicap([...pt, ...en]);
  expect(handicap(pt[0]!)).toBeCloseTo(7, 10);
  expect(handicap(en[0]!)).toBe(0);
});

test('leaves a collection in one language as it is', () => {
  const pt = hits('pt', 50, 12);
  expect(languageHandicap(pt)(pt[0]!)).toBe(0);
  expect(languageHandicap([])(pt[0]!)).toBe(0);
});

test('a language with few candidates, or an unknown one, wins nothing by being rare', () => {
  const all = [...hits('pt', 30, 12), ...hits('en', 20, 2), ...hits('fr', 19, 1), ...hits(null, 30, 1)];
  const handicap = languageHandicap(all);
  for (const hit of [...hits('fr', 1, 1), ...hits(null, 1, 1)]) expect(handicap(hit)).toBeCloseTo(7, 10);
});

test('takes seven tenths of what a model favours a language by from its cosines', () => {
  const unrelated = new Map([
    ['pt', 0.8],
    ['en', 0.7],
  ]);
  const [pt, en, fr, unknown] = [hits('pt', 1, 0.8), hits('en', 1, 0.8), hits('fr', 1, 0.8), hits(null, 1, 0.8)];
  const handicap = semanticHandicap([...pt, ...en, ...fr, ...unknown], unrelated);
  expect([pt, en, fr, unknown].map(([hit]) => handicap(hit!))).toEqual([0.07, 0, 0.07, 0.07].map(closeTo));
  // Found in one language only, or in none that was measured.
  expect(semanticHandicap(pt, unrelated)(pt[0]!)).toBe(0);
  expect(semanticHandicap([...fr, ...unknown], unrelated)(fr[0]!)).toBe(0);
});

const closeTo = (number: number): unknown => expect.closeTo(number, 10);
