import { randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { locate, type LocatorMark } from '#shared/document.ts';
import type { Block, BlockKind, Extraction } from '../extract/extraction.ts';
import { chunk, CHUNK_LIMITS, type ChunkDraft } from './chunk.ts';

interface Part {
  readonly kind?: BlockKind;
  readonly level?: number;
  readonly text: string;
}

const extractionOf = (parts: readonly Part[], marks: readonly LocatorMark[] = []): Extraction => {
  const blocks: Block[] = [];
  let text = '';
  for (const { kind = 'paragraph', level, text: words } of parts) {
    if (text !== '') text += '\n\n';
    const startChar = text.length;
    text += words;
    blocks.push({ kind, startChar, endChar: text.length, ...(level === undefined ? {} : { level }) });
  }
  return { text, blocks, marks, title: null, mediaType: 'text/plain', pageCount: null, warnings: [] };
};
/** A sentence of `wordCount` words, different for each number. */
const sentence = (number: number, wordCount = 10): string => `Frase ${number} ${'casa '.repeat(wordCount - 3)}fim.`;
const sentences = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => sentence(from + i)).join(' ');
const wordsIn = (text: string): number => text.match(/\S+/g)?.length ?? 0;
const heading = (text: string, level: number): Part => ({ kind: 'heading', level, text });

test('gives no chunks for an empty text and one for a short one', () => {
  expect(chunk(extractionOf([]))).toEqual([]);
  expect(chunk(extractionOf([{ text: 'Oi.' }]))).toEqual([
    { ordinal: 0, text: 'Oi.', startChar: 0, endChar: 3, headings: [], marks: [] },
  ]);
});

test('starts a chunk at a heading, which opens it and is in the path of everything below it', () => {
  const chunks = chunk(
    extractionOf([
      heading('Contrato', 1),
      heading('Prazo', 2),
      { text: 'Trinta dias.' },
      heading('Multa', 2),
      { text: 'Dois por cento.' },
      heading('Anexo', 1),
    ]),
  );
  expect(chunks.map(({ text, headings }) => [text.trim(), headings])).toEqual([
    ['Contrato\n\nPrazo\n\nTrinta dias.', ['Contrato', 'Prazo']],
    ['Multa\n\nDois por cento.', ['Contrato', 'Multa']],
    ['Anexo', ['Anexo']],
  ]);
});

test('starts a chunk at a block of 80 words, and keeps it whole up to 150', () => {
  const chunks = chunk(extractionOf([{ text: 'Curto.' }, { text: sentences(1, 8) }, { text: sentences(20, 14) }]));
  expect(chunks.map(({ text }) => wordsIn(text))).toEqual([1, 80, 140]);
});

test('fills the chunk of a heading with what follows, even if that must be split', () => {
  const chunks = chunk(extractionOf([heading('Um título de cinco palavras', 1), { text: sentences(1, 15) }]));
  expect(chunks.map(({ text }) => wordsIn(text))).toEqual([145, 30]);
});

test('splits a long block between sentences and repeats whole ones', () => {
  const chunks = chunk(extractionOf([{ text: sentences(1, 40) }]));
  expect(chunks.map(({ text }) => wordsIn(text))).toEqual([150, 150, 140]);
  for (const { text } of chunks) expect(text).toMatch(/^Frase .*fim\.\s*$/s);
  expect(chunks[1]?.text.startsWith(sentence(14))).toBe(true);
});

test('never repeats a sentence across blocks', () => {
  const chunks = chunk(
    extractionOf([{ text: sentences(1, 9) }, { text: sentences(20, 9) }, { text: sentences(40, 9) }]),
  );
  for (const [i, { startChar }] of chunks.entries()) expect(startChar).toBe(chunks[i - 1]?.endChar ?? 0);
});

test('splits source code and tables between lines', () => {
  const lines = Array.from({ length: 300 }, (_, i) => `linha(${i}); // um. dois`).join('\n');
  for (const { text } of chunk(extractionOf([{ kind: 'code', text: lines }]))) {
    expect(text).toMatch(/^linha\(.*dois\n*$/s);
  }
});

describe('a table that is divided', () => {
  const rows = (cells: (n: number) => string): string => Array.from({ length: 120 }, (_, n) => cells(n)).join('\n');
  const headingsOf = (text: string): readonly (readonly string[])[] =>
    chunk(extractionOf([heading('Estoque', 1), { kind: 'table', text }])).map(({ headings }) => headings);

  test.each([
    ['Código;Produto;Preço', (n: number) => `${n};Peça ${n};R$ ${n},50`],
    ['| Dia | Aula | 2024 |\n|---|---|---|', (n: number) => `| ${n} | nós | ${n} |`],
    ['Nome | Cargo', (n: number) => `Ana ${n} | chefe`],
  ])('has its header in the headings of every chunk below the first: %s', (header, cells) => {
    const [first, ...others] = headingsOf(`${header}\n${rows(cells)}`);
    expect(first).toEqual(['Estoque']);
    expect(others.length).toBeGreaterThan(0);
    for (const headings of others) expect(headings).toEqual(['Estoque', header.split('\n')[0]]);
  });

  test('has none if its first row is one of values', () => {
    for (const headings of headingsOf(rows((n) => `${n};Peça ${n};R$ ${n},50`))) expect(headings).toEqual(['Estoque']);
  });
});

test('never cuts off the white space after a word that is too long for one chunk', () => {
  const word = 'x'.repeat(CHUNK_LIMITS.chars);
  const chunks = chunk(extractionOf([{ text: word }, { kind: 'code', text: `${word}\n${word}` }]));
  expect(chunks.filter(({ text }) => text.trim() === '')).toEqual([]);
});

test('puts the location of its first character first', () => {
  const long = sentences(1, 40);
  const page2 = long.indexOf('Frase 10');
  const page3 = long.indexOf('Frase 30');
  const marks = [
    { startChar: 0, pageNumber: 1 },
    { startChar: page2, pageNumber: 2 },
    { startChar: page3, pageNumber: 3 },
  ];
  const [first, second, third] = chunk(extractionOf([{ text: long }], marks));
  expect(first?.marks).toEqual(marks.slice(0, 2));
  expect(second?.marks).toEqual([{ startChar: second?.startChar, pageNumber: 2 }]);
  expect(third?.marks).toEqual([
    { startChar: third?.startChar, pageNumber: 2 },
    { startChar: page3, pageNumber: 3 },
  ]);
});

test('an edit changes few chunks of a long text', () => {
  const paragraphs = Array.from({ length: 200 }, (_, i) => ({ text: sentence(i, 10 + (i % 7)) }));
  const before = chunk(extractionOf(paragraphs));
  const after = chunk(extractionOf(paragraphs.with(20, { text: 'Outra coisa, mais longa do que antes.' })));
  const known = new Set(before.map(({ text }) => text));
  expect(before.length).toBeGreaterThan(20);
  expect(after.filter(({ text }) => !known.has(text)).length).toBeLessThanOrEqual(3);
});

test('random extractions: chunks cover every character within their limits, and know their locations', () => {
  for (let round = 0; round < 150; round++) {
    const seed = randomInt(2 ** 31);
    const extraction = randomExtraction(seed);
    expect({ seed, problems: problemsOf(extraction, chunk(extraction)) }).toEqual({ seed, problems: [] });
  }
});

function problemsOf({ text, marks }: Extraction, chunks: readonly ChunkDraft[]): readonly string[] {
  const problems: string[] = [];
  let covered = 0;
  for (const [ordinal, draft] of chunks.entries()) {
    const { startChar, endChar } = draft;
    const promises = {
      'is counted': draft.ordinal === ordinal,
      'is the slice': draft.text === text.slice(startChar, endChar),
      'divides no surrogate pair': draft.text.isWellFormed(),
      'leaves nothing out': startChar <= covered,
      continues: endChar > covered,
      'has at most 1,000 characters': endChar - startChar <= CHUNK_LIMITS.chars,
      'has at most 150 words': wordsIn(draft.text) <= CHUNK_LIMITS.words,
      'begins with a mark': draft.marks[0]?.startChar === (marks.length === 0 ? undefined : startChar),
      'knows its locations': [startChar, Math.floor((startChar + endChar) / 2), endChar - 1].every(
        (char) => locate(draft.marks, char).pageNumber === locate(marks, char).pageNumber,
      ),
    };
    problems.push(
      ...Object.entries(promises).flatMap(([promise, isKept]) => (isKept ? [] : [`${ordinal}: ${promise}`])),
    );
    covered = endChar;
  }
  return covered === text.length ? problems : [...problems, 'the end is left out'];
}

function randomExtraction(seed: number): Extraction {
  const next = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)]!;
  const word = (): string =>
    pick([
      'a',
      'prazo',
      'Sr.',
      'fim.',
      'não;',
      '😀'.repeat(1 + below(40)),
      '中文。',
      'x'.repeat(below(30) ** 2),
      '\n',
      '   ',
    ]);
  const parts = Array.from({ length: below(30) }, (): Part => {
    const text =
      `${pick(['Um', '😀', 'ç'])} ${Array.from({ length: below(pick([5, 60, 400])) }, word).join(' ')}`.trimEnd();
    const kind = pick<BlockKind>(['heading', 'paragraph', 'paragraph', 'list', 'table', 'code']);
    return kind === 'heading' ? { kind, text, level: 1 + below(6) } : { kind, text };
  });
  const extraction = extractionOf(parts);
  const places = new Set([0, ...Array.from({ length: below(40) }, () => below(extraction.text.length))]);
  const marks = [...places].toSorted((a, b) => a - b).map((startChar, i) => ({ startChar, pageNumber: i + 1 }));
  return { ...extraction, marks: below(4) === 0 ? [] : marks };
}

/** Mulberry32: the same numbers for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
