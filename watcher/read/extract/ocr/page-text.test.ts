import { expect, test } from 'vitest';
import { pageTextOf } from './page-text.ts';

/** Writes Tesseract's output: a paragraph of lines, each a list of words with their confidence. */
const tsv = (lines: readonly (readonly [text: string, confidence: number])[][]): string =>
  lines
    .flatMap((words, line) => {
      return words.map(([text, sure], word) => `5\t1\t1\t1\t${line}\t${word}\t0\t0\t9\t9\t${sure}\t${text}`);
    })
    .join('\n');
const PRINT = [
  ['Valor', 95],
  ['total', 95],
] as const;

test.each([
  ['single signs are dropped below 85', [['e', 84] as const, ['*', 84] as const], 'Valor total'],
  ['single signs are kept from 85 on', [['2', 85] as const], 'Valor total\n2'],
  ['words are kept from 40 on', [['12', 40] as const], 'Valor total\n12'],
  ['words are dropped below 40', [['12', 39] as const], 'Valor total'],
])('lines of %s', (_, line, text) => {
  expect(pageTextOf(tsv([[...PRINT], line]))?.paragraphs).toEqual([text]);
});

test('a picture of signs alone has no text', () => {
  expect(
    pageTextOf(
      tsv([
        [['e', 80]],
        [
          ['E', 94],
          ['<', 60],
        ],
      ]),
    ),
  ).toBeNull();
});
