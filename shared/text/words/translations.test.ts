import { describe, expect, it, test } from 'vitest';
import { askedWords, shareHeld } from '../asked-words.ts';
import { wordTerms } from '../analyser.ts';
import { fold } from '../fold.ts';
import { TRANSLATIONS } from './translations.ts';

const PAIRS = TRANSLATIONS.flatMap((line) => line.split('; ')).map((pair) =>
  pair.split(' / ').map((words) => words.split(' ')),
);

/** How much of each word of a question a text in the other language holds. */
const sharesIn = (question: string, text: string): readonly number[] => {
  const terms = new Set(wordTerms(text));
  return askedWords(question).map((word) => shareHeld(word, terms));
};

describe('a word meets its translation, in any form, but never as well as itself', () => {
  it.each([
    ['Quantos ovos leva o bolo?', 'The cake takes four eggs.'],
    ['eggs cake', 'Quatro ovos para o bolo.'],
    ['telhado garagem', 'The garage has a new roof.'],
    ['vaccines puppies', 'A vacina do filhote vence em maio.'],
    ['alugaram o apartamento', 'They rent the flat.'],
  ])('%s', (question, text) => {
    for (const share of sharesIn(question, text).filter((each) => each > 0)) expect(share).toBeLessThanOrEqual(0.5);
    expect(sharesIn(question, text).filter((share) => share >= 0.3).length).toBeGreaterThanOrEqual(2);
  });
});

test('a word without a translation meets nothing in the other language', () => {
  expect(sharesIn('moqueca', 'The fish stew, the coconut milk and the palm oil.')).toEqual([0]);
});

test('each pair is written as the table says', () => {
  for (const pair of PAIRS) {
    expect(pair).toHaveLength(2);
    for (const word of pair.flat()) expect(word).toMatch(/^[a-z]{2,}$/);
    for (const word of pair.flat()) expect(fold(word)).toBe(word);
  }
  const written = PAIRS.map((pair) => pair.map((words) => words.join(' ')).join(' / '));
  expect(new Set(written).size).toBe(written.length);
});
