import { expect, test } from 'vitest';
import type { Chunk, PublishedDocument } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { askedWords } from '#shared/text/asked-words.ts';
import { contentWords } from './content-words.ts';
import { wordRelevanceMeasure, wordsOfPassage } from './word-relevance.ts';

/** Returns the relevance of a passage with this text and title, among candidates with the other texts. */
function relevance(question: string, text: string, about: { title?: string; path?: string; others?: string[] } = {}) {
  const { title = '', path = '', others = [] } = about;
  // The chunk and the document have only the fields that are read.
  const words = (words: string, heading: string) =>
    wordsOfPassage(
      { text: words, headings: [] as readonly string[] } as Chunk,
      { title: heading } as PublishedDocument,
      new Set(wordTerms(path)),
    );
  const passage = words(text, title);
  const candidates = [passage, ...others.map((other) => words(other, ''))];
  return wordRelevanceMeasure(contentWords(question, askedWords(question)), candidates)(passage);
}

test('a passage with every word of the question in one sentence is wholly relevant, however short the question', () => {
  expect(relevance('multa por atraso do aluguel', 'A multa por atraso do aluguel é de 2 %.')).toBeCloseTo(1, 10);
  expect(relevance('multa', 'A multa é de 2 %.')).toBeCloseTo(1, 10);
  expect(relevance('multa', 'Receita de bolo.')).toBe(0);
  expect(relevance('o que é isso', 'O que é isso?')).toBe(0);
});

test('a word that few candidates have counts for more than one that all have', () => {
  const others = Array.from({ length: 20 }, () => 'A multa é alta.');
  const rare = relevance('multa zafira', 'O liquidificador Zafira.', { others });
  const common = relevance('multa zafira', 'A multa é alta.', { others });
  expect(rare).toBeGreaterThan(common);
});

test('words in one statement prove more than the same words far from each other', () => {
  const filler = 'Outra coisa. E mais outra. Ainda uma terceira.';
  const together = relevance('multa atraso', `${filler} A multa por atraso. ${filler}`);
  const neighbours = relevance('multa atraso', `${filler} A multa existe. O atraso também. ${filler}`);
  const apart = relevance('multa atraso', `A multa existe. ${filler} O atraso também.`);
  expect(neighbours).toBe(together);
  expect(apart).toBeLessThan(together);
});

test('words of title and path count with every sentence', () => {
  const inside = relevance('garantia da zafira', 'A garantia da Zafira é longa.');
  expect(relevance('garantia da zafira', 'A garantia é longa.', { title: 'Zafira' })).toBe(inside);
  expect(relevance('garantia da zafira', 'A garantia é longa.', { path: 'manuais zafira' })).toBe(inside);
  expect(relevance('garantia da zafira', 'A garantia é longa.')).toBeLessThan(inside);
});

test('a word of the same family counts in part', () => {
  const same = relevance('imposto municipal', 'O imposto municipal.');
  const kin = relevance('imposto municipal', 'O imposto do município.');
  const other = relevance('imposto municipal', 'O imposto do estado.');
  expect(kin).toBeGreaterThan(other);
  expect(kin).toBeLessThan(same);
});
