import { expect, test } from 'vitest';
import { linesOf, type PdfItem } from './pdf-lines.ts';

/** Pieces of 10 points on one line, each with its left and right edge, in the order in which they are drawn. */
const drawn = (...pieces: readonly (readonly [str: string, left: number, right: number])[]): readonly PdfItem[] =>
  pieces.map(([str, left, right]) => ({ str, transform: [10, 0, 0, 10, left, 700], width: right - left }));
const textsOf = (items: readonly PdfItem[]): readonly string[] => linesOf(items).map(({ text }) => text);

test.each([
  ['words', drawn(['بر', 200, 210], ['اساس', 170, 197], ['قيمت', 140, 167]), ['بر اساس قيمت']],
  ['parts of a word', drawn(['اميد', 250, 267], ['نامه پذيرش', 137, 250]), ['اميدنامه پذيرش']],
  ['Hebrew', drawn(['שלום', 180, 200], ['עולם', 150, 177]), ['שלום עולם']],
  [
    'a date that is drawn from its end',
    drawn(
      ['تاريخ', 190, 220],
      ['19', 176, 187],
      ['/', 174, 176],
      ['09', 163, 174],
      ['/', 160, 163],
      ['1403', 138, 160],
    ),
    ['تاريخ 1403/09/19'],
  ],
  [
    'a figure that is drawn in pieces to the right, with its sign and a word after it',
    drawn(['حداقل', 217, 240], ['5', 202, 208], ['0', 208, 214], ['%', 197, 202], ['از', 180, 194]),
    ['حداقل %50 از'],
  ],
  ['cells that wide gaps separate', drawn(['بلی', 235, 247], ['خير', 197, 211]), ['بلی', 'خير']],
  ['a line in Latin script beside them', drawn(['بلی', 300, 312], ['Page', 50, 70], ['7', 73, 78]), ['بلی', 'Page 7']],
])('from right to left: %s', (_, items, texts) => {
  expect(textsOf(items)).toEqual(texts);
});

test('a line knows how far it reaches to the left', () => {
  expect(linesOf(drawn(['بر', 200, 210], ['اساس', 170, 197]))).toMatchObject([{ left: 170, right: 210 }]);
});

test('pieces to the left are lines of their own where nothing is written from right to left', () => {
  expect(textsOf(drawn(['b', 200, 210], ['a', 188, 198]))).toEqual(['b', 'a']);
});
