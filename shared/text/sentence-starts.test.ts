import { expect, test } from 'vitest';
import { sentenceStarts } from './sentence-starts.ts';

const sentencesOf = (text: string): string[] => {
  const starts = sentenceStarts(text);
  return starts.map((start, i) => text.slice(start, starts[i + 1]));
};

test.each([
  ['Primeira frase. Segunda frase! Terceira?', ['Primeira frase. ', 'Segunda frase! ', 'Terceira?']],
  [
    'Conforme o Sr. Silva, art. 5º, inc. II, da Lei n. 8.666/93. A Dra. Ana discorda.',
    ['Conforme o Sr. Silva, art. 5º, inc. II, da Lei n. 8.666/93. ', 'A Dra. Ana discorda.'],
  ],
  [
    'Mr. J. Smith vs. the State, e.g. in (cf. p. 3). It ended.',
    ['Mr. J. Smith vs. the State, e.g. in (cf. p. 3). ', 'It ended.'],
  ],
  ['“Quem?” perguntou ele. Ninguém.', ['“Quem?” perguntou ele. ', 'Ninguém.']],
  ['Uma frase em\nduas linhas. Outra.', ['Uma frase em\nduas linhas. ', 'Outra.']],
])('%s', (text, sentences) => {
  expect(sentencesOf(text)).toEqual(sentences);
});
