import { expect, test } from 'vitest';
import type { Chunk, PublishedDocument } from '#shared/document.ts';
import type { ContentWord } from './content-words.ts';
import { hasSameNames } from './same-names.ts';
import { wordsOfPassage } from './word-relevance.ts';

const wordsOf = (text: string) =>
  // What the function reads of a chunk and a document.
  wordsOfPassage({ text, headings: [] } as unknown as Chunk, { title: '', path: '' } as PublishedDocument, new Set());
const name = (term: string, isCode: boolean): ContentWord =>
  // The members that are read.
  ({ term, role: 'NAME', isCode, forms: new Map([[term, 1]]), isOrdinal: false, unit: null }) as unknown as ContentWord;
const near = (text: string, wordRelevance: number, isInOtherLanguage: boolean, start?: string) => ({
  words: wordsOf(text),
  start: start === undefined ? undefined : wordsOf(start),
  wordRelevance,
  isInOtherLanguage,
});

test('in the language of the question, a passage without its names is not near', () => {
  expect(hasSameNames([name('77', true)], near('O contrato 73 vence em maio.', 0, false))).toBe(false);
  expect(hasSameNames([name('77', true)], near('O contrato 77 vence em maio.', 0.4, false))).toBe(true);
  expect(hasSameNames([], near('O contrato 73 vence em maio.', 0, false))).toBe(true);
});

test('in another language, numbers must be there, in the passage or at the start of its document', () => {
  expect(hasSameNames([name('77', true)], near('Contract 73 ends in May.', 0, true))).toBe(false);
  expect(hasSameNames([name('77', true)], near('It ends in May.', 0, true, 'Contract 77'))).toBe(true);
  expect(hasSameNames([name('alemanha', false)], near('Germany has sixteen states.', 0, true))).toBe(true);
});
