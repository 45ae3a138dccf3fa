import { expect, test } from 'vitest';
import { blocksOfText, markedIn, type TextBlock } from './text-blocks.ts';

const shown = (block: TextBlock): unknown =>
  block.type === 'table' ? block.rows.map((row) => row.map(({ text }) => text)) : [block.isHeading, block.line.text];

const TEXT = 'Despesas\n\nMês | Luz\nMaio | 143,20\numa | barra\tsó | nela\n# Fim\nPreço | único';

test('adjacent lines with the same number of cells are a table, and no other line is', () => {
  expect(blocksOfText(TEXT, 0, new Set(['Despesas'])).map(shown)).toEqual([
    [true, 'Despesas'],
    [
      ['Mês', 'Luz'],
      ['Maio', '143,20'],
    ],
    [false, 'uma | barra\tsó | nela'],
    [true, '# Fim'],
    [false, 'Preço | único'],
  ]);
  expect(blocksOfText('', 0, new Set())).toEqual([]);
});

test('every piece is found where it says that it is', () => {
  const start = 40;
  const pieces = blocksOfText(TEXT, start, new Set()).flatMap((block) =>
    block.type === 'table' ? block.rows.flat() : [block.line],
  );
  for (const piece of pieces)
    expect(TEXT.slice(piece.start - start, piece.start - start + piece.text.length)).toBe(piece.text);
});

test.each([
  [
    { start: 8, end: 12 },
    { from: 0, to: 2 },
  ],
  [
    { start: 11, end: 99 },
    { from: 1, to: 4 },
  ],
  [{ start: 14, end: 20 }, null],
  [{ start: 0, end: 10 }, null],
  [null, null],
])('of 10 to 14, %j has %j', (range, marked) => {
  expect(markedIn({ start: 10, text: 'Luas' }, range)).toEqual(marked);
});
