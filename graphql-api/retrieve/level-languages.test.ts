import { expect, test } from 'vitest';
import type { Hit } from '#shared/store/store.ts';
import { languageHandicap } from './level-languages.ts';

/** Hits in one language; they have only what is read, language and score. */
const hits = (language: string | null, count: number, score: number): Hit[] =>
  Array.from({ length: count }, () => ({ score, documents: [{ content: { language } }] }) as unknown as Hit);

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
