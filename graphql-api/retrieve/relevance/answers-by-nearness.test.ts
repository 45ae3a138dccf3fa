import { expect, test } from 'vitest';
import type { Chunk, PublishedDocument } from '#shared/document.ts';
import { askedWords } from '#shared/text/asked-words.ts';
import { answeringByNearness, lacksWhatIsAsked } from './answers-by-nearness.ts';
import { contentWords } from './content-words.ts';
import { RELEVANCE_FLOOR } from './relevance-floor.ts';
import { wordsOfPassage } from './word-relevance.ts';

const wordsOf = (text: string) =>
  // What the function reads of a chunk and a document.
  wordsOfPassage({ text, headings: [] } as unknown as Chunk, { title: '', path: '' } as PublishedDocument, new Set());

const lacks = (question: string, text: string, isInOtherLanguage = false, start?: string): boolean =>
  lacksWhatIsAsked(contentWords(question, askedWords(question)), {
    words: wordsOf(text),
    start: start === undefined ? undefined : wordsOf(start),
    isInOtherLanguage,
  });

test('only the two nearest passages may answer by their nearness', () => {
  const [first, second, third, far] = answeringByNearness([0.7, 0.6, 0.55, 0.2], () => false);
  expect([first, second, far]).toEqual([0.7, 0.6, 0.2]);
  expect(third).toBeLessThan(RELEVANCE_FLOOR);
  // It may still be a source.
  expect(third).toBeGreaterThan(RELEVANCE_FLOOR / 2);
  expect(answeringByNearness([0.6, 0.6, 0.6], () => false)).toEqual([0.6, 0.6, 0.6]);
  expect(answeringByNearness([], () => false)).toEqual([]);
});

test('a near passage that lacks what is asked for does not answer', () => {
  const [near] = answeringByNearness([0.7, 0.1], (index) => index === 0);
  expect(near).toBeLessThan(RELEVANCE_FLOOR);
  expect(answeringByNearness([0.4], () => true)).toEqual([0.4]);
});

test('what is asked for is the first noun, in the passage or at the start of its document', () => {
  const text = 'A betoneira Duna 7 tem garantia de dois anos.';
  expect(lacks('qual a altura da betoneira Duna 7', text)).toBe(true);
  expect(lacks('qual a garantia da betoneira Duna 7', text)).toBe(false);
  expect(lacks('qual a altura da betoneira Duna 7', text, false, 'Ficha: altura, largura e peso')).toBe(false);
  expect(lacks('Quando?', text)).toBe(false);
});

test('across languages, and of a long question, a missing word proves nothing', () => {
  expect(lacks('what is the height of the mixer', 'A betoneira mede dois metros.', true)).toBe(false);
  const long = 'qual a altura da rampa que leva a betoneira até o galpão novo da oficina';
  expect(lacks(long, 'A betoneira sobe ao galpão novo da oficina.')).toBe(false);
});
