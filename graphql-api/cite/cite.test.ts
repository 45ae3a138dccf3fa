import { expect, test } from 'vitest';
import type { Chunk } from '#shared/document.ts';
import { cite } from './cite.ts';

const TEXT = 'O aparelho é azul. O prazo de garantia é de 27 meses.\nA garantia não cobre quedas. Dois [4] casos.';

const chunk: Chunk = {
  id: 'chunk',
  contentId: 'content',
  ordinal: 0,
  text: TEXT,
  startChar: 1000,
  endChar: 1000 + TEXT.length,
  headings: [],
  marks: [
    { startChar: 1000, pageNumber: 3 },
    { startChar: 1000 + TEXT.indexOf('A garantia'), pageNumber: 4 },
  ],
};
const other: Chunk = { ...chunk, id: 'other', text: 'A loja abre às nove.', startChar: 0, endChar: 20, marks: [] };
const passages = [
  { rank: 1, chunk },
  { rank: 2, chunk: other },
];

test.each([
  ['a claim', 'A garantia dura 27 meses [1].', ['O prazo de garantia é de 27 meses.']],
  ['a marker after the full stop', 'A cor é outra. O azul é do aparelho. [1] Fim.', ['O aparelho é azul.']],
  ['two claims', 'Ele é azul [1]. Quedas ele não cobre [1].', ['O aparelho é azul.', 'A garantia não cobre quedas.']],
  ['a quotation', '“O prazo de garantia” é longo para quedas [1].', ['O prazo de garantia']],
  [
    'a quotation of two sentences',
    '“meses.\nA garantia não cobre quedas.” [1] (Manual)',
    ['meses.\nA garantia não cobre quedas.'],
  ],
  ['a quotation with a number of its own', '“Dois [4] casos.” [1]', ['Dois [4] casos.']],
  ['straight quotation marks', 'Diz: "não cobre quedas" [1].', ['não cobre quedas']],
  ['a quotation that is not in the passage', '“O azul cobre quedas não” [1].', ['A garantia não cobre quedas.']],
  ['one word in quotation marks', 'O "azul" é do aparelho [1].', ['O aparelho é azul.']],
  ['several numbers in a marker', 'A loja, azul [1, 2].', ['O aparelho é azul.', 'A loja abre às nove.']],
  ['neighbouring markers', 'A loja, azul [2][1].', ['A loja abre às nove.', 'O aparelho é azul.']],
  ['words that are nowhere in the passage', 'Nada [2].', ['A loja abre às nove.']],
  ['a number twice in a marker', 'Azul [1, 1].', ['O aparelho é azul.']],
  ['an invented number', 'Azul [3].', []],
  ['a marker before any word', '[1] Azul', [TEXT]],
  ['no marker', 'Azul.', []],
])('locates %s', (_, text, quotes) => {
  const citations = cite(text, passages);
  expect(citations.map(({ quote }) => quote)).toEqual(quotes);
  for (const { rank, start, end, quote, startChar, endChar } of citations) {
    const cited = rank === 1 ? chunk : other;
    expect(cited.text.slice(startChar - cited.startChar, endChar - cited.startChar)).toBe(quote);
    expect(text.slice(start, end)).toMatch(/^\[[\d, ]+\]$/);
  }
});

test('gives the place where the quoted words stand', () => {
  expect(cite('Garantia de 27 meses [1]. Não cobre quedas [1]. Loja [2].', passages).map(({ place }) => place)).toEqual(
    [{ pageNumber: 3 }, { pageNumber: 4 }, {}],
  );
});
