import { expect, test } from 'vitest';
import { suggestQuestion } from './suggest-question.ts';

const SAMPLE = { path: 'LEIA-ME.md', title: 'Como funciona o askbox' };
const FILE = { path: 'notas/nota.txt', title: 'nota.txt' };
const TITLED = { path: 'c.pdf', title: 'Contrato de aluguel' };

test('the first question is about a document of the user, best one with a title of its own', () => {
  expect(suggestQuestion([SAMPLE, FILE, TITLED], 'pt')).toBe('Resuma Contrato de aluguel');
  expect(suggestQuestion([SAMPLE, FILE], 'en')).toBe('Summarize nota.txt');
});

test('it is about askbox only while nothing but the sample is there, and without documents there is none', () => {
  expect(suggestQuestion([SAMPLE], 'pt')).toBe('Como funciona o askbox?');
  expect(suggestQuestion([SAMPLE], 'en')).toBe('How does askbox work?');
  expect(suggestQuestion([], 'pt')).toBeNull();
});

test('nothing in a title is read by a shell, and a title that is too long or empty is passed over', () => {
  const titled = (title: string) => suggestQuestion([{ path: 'x.md', title }], 'en');
  expect(titled('"; rm $HOME `id` \\ \u001b[2J!')).toBe('Summarize ; rm HOME id [2J');
  expect(titled('x'.repeat(60))).toContain('xxx');
  expect(titled('x'.repeat(61))).toBeNull();
  expect(titled('ab')).toBeNull();
});
