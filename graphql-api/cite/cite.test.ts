import { describe, expect, test } from 'vitest';
import type { Chunk } from '#shared/document.ts';
import { randomNumbers } from '#shared/testing/random-numbers.ts';
import type { Citation } from './citation.ts';
import { createCiter } from './cite.ts';
import type { Span } from './sentence-spans.ts';

const TEXT = 'O aparelho é azul. O prazo de garantia é de 27 meses.\nA garantia não cobre quedas. Dois [4] casos.';

const FIRST = 'O aparelho é azul.';

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
  { rank: 1, chunk, context: '' },
  { rank: 2, chunk: other, context: '' },
];

test.each([
  ['a claim', 'A garantia dura 27 meses [1].', ['O prazo de garantia é de 27 meses.']],
  ['a marker after the full stop', 'A cor é outra. O azul é do aparelho. [1] Fim.', ['O aparelho é azul.']],
  ['two claims', 'Ele é azul [1]. Quedas ele não cobre [1].', ['O aparelho é azul.', 'A garantia não cobre quedas.']],
  ['a quotation', '“O prazo de garantia” é longo [1].', ['O prazo de garantia']],
  [
    'a quotation that is only a part of what is said',
    '“O prazo de garantia” é longo para quedas [1].',
    ['O prazo de garantia é de 27 meses.\nA garantia não cobre quedas.'],
  ],
  [
    'a quotation of two sentences',
    '“meses.\nA garantia não cobre quedas.” [1] (Manual)',
    ['O prazo de garantia é de 27 meses.', 'meses.\nA garantia não cobre quedas.'],
  ],
  ['a quotation with a number of its own', '“Dois [4] casos.” [1]', ['Dois [4] casos.']],
  [
    'a quotation of an earlier sentence',
    '“O prazo de garantia” é outro. Não cobre quedas [1].',
    ['O prazo de garantia', 'A garantia não cobre quedas.'],
  ],
  [
    'a quotation after the marker',
    'Azul é o aparelho [1], “O prazo de garantia” não.',
    ['O aparelho é azul.', 'O prazo de garantia é de 27 meses.\nA garantia não cobre quedas.'],
  ],
  ['straight quotation marks', 'Diz: "não cobre quedas" [1].', ['não cobre quedas']],
  ['a quotation that is not in the passage', '“Quedas não cobre a garantia” [1].', ['A garantia não cobre quedas.']],
  ['one word in quotation marks', 'O "azul" é do aparelho [1].', ['O aparelho é azul.']],
  ['several numbers in a marker', 'A loja, azul [1, 2].', ['O aparelho é azul.', 'A loja abre às nove.']],
  ['neighbouring markers', 'A loja, azul [2][1].', ['A loja abre às nove.', 'O aparelho é azul.']],
  ['words that are nowhere in the passage', 'Nada [2].', []],
  ['words that are in another passage', 'A garantia não cobre quedas [2].', ['A garantia não cobre quedas.']],
  ['a number twice in a marker', 'Azul [1, 1].', ['O aparelho é azul.']],
  ['a range', 'A loja, azul [1-2].', ['O aparelho é azul.', 'A loja abre às nove.']],
  ['an invented number', 'Azul [3].', ['O aparelho é azul.']],
  ['a marker before any word', '[1] Azul.', ['O aparelho é azul.']],
  [
    'markers that begin lines',
    'Segundo eles:\n- [1] Não cobre quedas.\n- [2] Abre às nove.',
    ['A garantia não cobre quedas.', 'A loja abre às nove.'],
  ],
  [
    'markers that stand before their sentences',
    'Ele é azul.\n[1] Não cobre quedas.\n[2] Abre às nove.',
    ['O aparelho é azul.', 'A garantia não cobre quedas.', 'A loja abre às nove.'],
  ],
  [
    'a marker on a line of its own',
    'Ele é azul.\n[1]\nA loja abre às nove [2].',
    ['O aparelho é azul.', 'A loja abre às nove.'],
  ],
  ['a marker without words', '[1]', []],
  ['no marker', 'Azul.', ['O aparelho é azul.']],
  [
    'two statements in one sentence',
    'É azul o aparelho [1], e a loja abre às nove [2].',
    [FIRST, 'A loja abre às nove.'],
  ],
  [
    'two statements, of which one has a wrong mark',
    'É azul o aparelho [2], e a garantia não cobre quedas [1].',
    ['A garantia não cobre quedas.', FIRST],
  ],
  ['two statements, of which one has no evidence', 'É azul o aparelho [1], e a loja fecha às dez [2].', []],
])('locates %s', (_, answer, quotes) => {
  const { text, citations } = cite([answer]);
  expect(citations.map(({ quote }) => quote)).toEqual(quotes);
  for (const { rank, start, end, quote, startChar, endChar } of citations) {
    const cited = rank === 1 ? chunk : other;
    expect(cited.text.slice(startChar - cited.startChar, endChar - cited.startChar)).toBe(quote);
    expect(text.slice(start, end)).toMatch(/^(?:\[[\d, ]+\])?$/);
  }
});

test('gives the place of the quoted words', () => {
  const { citations } = cite(['Garantia de 27 meses [1]. Não cobre quedas [1]. Loja [2].']);
  expect(citations.map(({ place }) => place)).toEqual([{ pageNumber: 3 }, { pageNumber: 4 }, {}]);
});

test('gives a citation as soon as the next sentence has begun, and the last ones at the end', () => {
  const citer = createCiter(passages);
  const located = ['Ele é azul [1]', '. ', 'Não', ' cobre quedas [1]', '. [1]', ' ', '“'].map(
    (delta) => citer.push(delta).located.length,
  );
  expect(located).toEqual([0, 0, 1, 0, 0, 0, 0]);
  expect(citer.end().located.map(({ rank }) => rank)).toEqual([1, 1]);
});

test('a sentence without evidence is unsupported, as soon as it has ended', () => {
  const citer = createCiter(passages);
  const ended = ['A multa é de 2% [1]', '.', ' Ele é azul. ', 'Custa caro'].map(
    (delta) => citer.push(delta).unsupported,
  );
  expect(ended).toEqual([[], [], [{ start: 0, end: 20 }], []]);
  expect(citer.support).toBe(0.5);
  expect(citer.end().unsupported).toEqual([{ start: 33, end: 43 }]);
  expect(citer.support).toBeCloseTo(1 / 3);
});

test('text without sentences has neither evidence nor a lack of it', () => {
  const citer = createCiter(passages);
  expect(
    [citer.push('\n— [1]\n***\n'), citer.end()].flatMap(({ located, unsupported }) => [located, unsupported]),
  ).toEqual([[], [], [], []]);
  expect(citer.support).toBeNull();
});

test('what repeats the instructions is not cited, and what says that there is no answer claims nothing', () => {
  const instructions =
    'Termine cada frase assim. Exemplo: O aparelho é azul [1].\nOs trechos não respondem a essa pergunta.';
  for (const [answer, unsupported] of [
    ['O aparelho é azul [1].', ['O aparelho é azul [1].']],
    ['**Exemplo: o aparelho é azul** [1]', ['**Exemplo: o aparelho é azul**']],
    ['O aparelho azul é [1].', []],
    ['Os trechos não respondem a essa pergunta [1].', []],
  ] as const) {
    const citer = createCiter(passages, [instructions]);
    const parts = [citer.push(answer), citer.end()];
    const spans = parts.flatMap((part) => part.unsupported).map(({ start, end }) => answer.slice(start, end));
    expect(spans).toEqual(unsupported);
    expect(parts.flatMap(({ located }) => located)).toHaveLength(answer === 'O aparelho azul é [1].' ? 1 : 0);
  }
});

test('counts invented numbers', () => {
  const citer = createCiter(passages);
  citer.push('Azul [3], [1, 4]. ');
  citer.end();
  expect(citer.inventedCount).toBe(2);
});

describe('of random texts', () => {
  const seed = Date.now() % 1_000_000;
  const next = randomNumbers(seed);
  const random = (below: number): number => Math.floor(next() * below);
  const words =
    'azul|Garantia|quedas|loja|27 meses|O Dr. João|art. 5|1.500,00|ação|ac\u{327}a\u{303}o|😀|👩‍👧|𝒙|. |.|! |? |… |\r\n|\n|\n\n|\n- | |“|”|«|»|"|(|)'.split(
      '|',
    );
  const marks = '[1]|[2]|[1, 2]|[1-2]|[9]|【1】|[^2]|[Trecho 1'.split('|');
  const textOf = (parts: readonly string[], count: number): string =>
    Array.from({ length: 1 + random(count) }, () => parts[random(parts.length)]! + ' '.repeat(random(2))).join('');

  test('every citation is verbatim, and the same wherever the deltas are cut', () => {
    for (let round = 0; round < 300; round++) {
      const contents = [textOf(words, 80), textOf(words, 80)];
      const made = contents.map((content, index) => {
        const [startChar, endChar] = [random(content.length), content.length];
        return {
          rank: index + 1,
          context: '',
          chunk: { ...chunk, text: content.slice(startChar), startChar, endChar },
        };
      });
      const answer = textOf([...words, ...marks], 60);
      const whole = cite([answer], made);
      expect(cite(cutAtRandom(answer, random), made), `seed ${seed}: ${JSON.stringify(answer)}`).toEqual(whole);
      for (const { rank, start, end, quote, startChar, endChar } of whole.citations) {
        expect(contents[rank - 1]!.slice(startChar, endChar), `seed ${seed}`).toBe(quote);
        expect(whole.text.slice(start, end), `seed ${seed}`).toMatch(/^(?:\[\d(, \d)*\])?$/);
      }
      for (const { start, end } of whole.unsupported) {
        expect(whole.text.slice(start, end), `seed ${seed}`).toMatch(/[\p{L}\p{N}]/u);
      }
    }
  });
});

test('is not held up by sentences, quotations, brackets or empty lines that never end', { timeout: 60_000 }, () => {
  // Each of these takes minutes if the work for a delta grows with the text before it.
  for (const endless of ['palavra sem fim ', '“a ', '"a ', '[1, ', '\n', 'Dr. João ', 'a [1] ']) {
    const citer = createCiter(passages);
    let shownChars = 0;
    for (let i = 0; i < 10_000; i++) shownChars += citer.push(endless).text.length;
    expect(shownChars + citer.end().text.length).toBeGreaterThanOrEqual(endless.trim().length * 10_000);
  }
});

function cite(
  deltas: readonly string[],
  given = passages,
): { readonly text: string; readonly citations: readonly Citation[]; readonly unsupported: readonly Span[] } {
  const citer = createCiter(given);
  const parts = [...deltas.map((delta) => citer.push(delta)), citer.end()];
  return {
    text: parts.map(({ text }) => text).join(''),
    citations: parts.flatMap(({ located }) => located),
    unsupported: parts.flatMap(({ unsupported }) => unsupported),
  };
}

/** Cuts a text into deltas of zero to five characters. */
function cutAtRandom(text: string, random: (below: number) => number): readonly string[] {
  const deltas: string[] = [];
  for (let at = 0; at < text.length;) deltas.push(text.slice(at, (at += random(6))));
  return deltas;
}
