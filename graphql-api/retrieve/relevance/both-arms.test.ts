import { expect, test } from 'vitest';
import { farPassages, relevanceOfFirst, wordsByMeaning } from './both-arms.ts';
import { RELEVANCE_FLOOR } from './relevance-floor.ts';

const here = { wordRelevance: 0.2, nearness: 0.37, isInOtherLanguage: false };
const abroad = { wordRelevance: 0.3, nearness: 0.37, isInOtherLanguage: true };

test('words and nearness that are not enough alone are enough together', () => {
  expect(relevanceOfFirst(here, 0.3)).toBeGreaterThanOrEqual(RELEVANCE_FLOOR);
  expect(relevanceOfFirst({ ...here, wordRelevance: 0.16 }, 0.3)).toBeLessThan(RELEVANCE_FLOOR);
  expect(relevanceOfFirst({ ...here, nearness: 0.35 }, 0.3)).toBeLessThan(RELEVANCE_FLOOR);
  expect(relevanceOfFirst({ ...here, nearness: 1 }, 0.3)).toBe(1);
});

test('where the second passage is as near, nearness says nothing', () => {
  expect(relevanceOfFirst(here, 0.32)).toBeGreaterThanOrEqual(RELEVANCE_FLOOR);
  expect(relevanceOfFirst(here, 0.34)).toBe(0);
});

test('a passage in another language shares more than a chance word', () => {
  expect(relevanceOfFirst(abroad, 0.3)).toBeGreaterThanOrEqual(RELEVANCE_FLOOR);
  expect(relevanceOfFirst({ ...abroad, wordRelevance: 0.29, nearness: 0.5 }, 0.3)).toBe(0);
});

test('the words of a passage that is far in meaning must hold more of the question, and are a source as before', () => {
  expect(wordsByMeaning({ wordRelevance: 0.6, isFar: true })).toBeLessThan(RELEVANCE_FLOOR);
  expect(wordsByMeaning({ wordRelevance: 0.63, isFar: true })).toBeGreaterThanOrEqual(RELEVANCE_FLOOR);
  expect(wordsByMeaning({ wordRelevance: 0.3, isFar: true })).toBe(0.3);
  expect(wordsByMeaning({ wordRelevance: 0.6, isFar: false })).toBe(0.6);
});

test('a passage is far if it is as far as texts about something else, or behind one that is nearly so', () => {
  const pt = (id: string, relevance: number) => ({ id, language: 'pt', relevance });
  const isFar = farPassages([pt('near', 0.4), pt('far', 0), { id: 'en', language: 'en', relevance: 0 }]);
  expect(['near', 'far', 'not found'].map((id) => isFar({ id, language: 'pt' }))).toEqual([false, true, true]);
  expect(farPassages([pt('near', 0.4), pt('last', 0.1)])({ id: 'not found', language: 'pt' })).toBe(true);
  expect(farPassages([pt('near', 0.4), pt('last', 0.11)])({ id: 'not found', language: 'pt' })).toBe(false);
  // The model may not know English.
  expect(isFar({ id: 'en', language: 'en' })).toBe(false);
  expect(farPassages([])({ id: 'not found', language: null })).toBe(false);
});
