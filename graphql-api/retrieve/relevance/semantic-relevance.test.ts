import { expect, test } from 'vitest';
import { askedWords } from '#shared/text/asked-words.ts';
import { contentWords } from './content-words.ts';
import { RELEVANCE_FLOOR } from './relevance-floor.ts';
import { withSharedWords } from './semantic-relevance.ts';

const contentOf = (question: string) => contentWords(question, askedWords(question));

test('names and words of the same origin help a near passage in another language, and prove nothing alone', () => {
  const asked = contentOf('¿Cuántos puentes cruzan el canal de Lydford?');
  const justTooFar = RELEVANCE_FLOOR * 0.8;
  expect(withSharedWords(justTooFar, 0, asked)).toBe(justTooFar);
  expect(withSharedWords(justTooFar, 0.2, asked)).toBeLessThan(RELEVANCE_FLOOR);
  expect(withSharedWords(justTooFar, 0.3, asked)).toBeGreaterThan(RELEVANCE_FLOOR);
  expect(withSharedWords(0, 1, asked)).toBe(0);
  expect(withSharedWords(0.9, 1, asked)).toBe(1);
});

test('one shared word of a question of two says too little', () => {
  const short = RELEVANCE_FLOOR * 0.8;
  expect(withSharedWords(short, 0.6, contentOf('telefone da serraria'))).toBe(short);
  expect(withSharedWords(short, 0.6, contentOf('telefone da serraria de Lydford'))).toBeGreaterThan(RELEVANCE_FLOOR);
});
