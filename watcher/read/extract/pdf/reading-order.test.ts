import { expect, test } from 'vitest';
import type { PdfLine } from './pdf-lines.ts';
import { inReadingOrder } from './reading-order.ts';

const line = (text: string, left: number, baseline: number, width = 150, angle = 0): PdfLine => {
  return { text, angle, left, right: left + width, baseline, size: 10, longest: text.length, isRow: false };
};
/** Five lines of a column. */
const column = (name: string, left: number, top = 700): PdfLine[] =>
  [1, 2, 3, 4, 5].map((n) => line(`${name}${n}`, left, top - 12 * (n - 1)));
const order = (lines: readonly PdfLine[]): string =>
  inReadingOrder(lines)
    .map(({ text }) => text)
    .join(' ');
const read = (name: string): string => [1, 2, 3, 4, 5].map((n) => `${name}${n}`).join(' ');

test('reads three columns from left to right, whatever the order in which they are drawn', () => {
  const drawn = [...column('a', 50), ...column('c', 390), ...column('b', 220), line('título', 50, 740, 490)];
  expect(order(drawn)).toBe(`título ${read('a')} ${read('b')} ${read('c')}`);
});

test('reads what is above a heading across the columns before what is below', () => {
  const [above, below] = [[...column('a', 50), ...column('b', 300)], column('c', 50, 500)];
  const drawn = [line('meio', 50, 600, 400), ...column('d', 300, 500), ...below, ...above];
  expect(order(drawn)).toBe(`${read('a')} ${read('b')} meio ${read('c')} ${read('d')}`);
});

test('keeps the order of drawing where it never goes back', () => {
  // An aside beside the text, drawn after it.
  expect(order([...column('a', 50), ...column('b', 50, 600), ...column('c', 300, 690)])).toBe(
    `${read('a')} ${read('b')} ${read('c')}`,
  );
});

test('keeps the cells of a row together on a page that has to be sorted', () => {
  const row = (n: number): PdfLine[] => [line(`r${n}`, 50, 400 - 20 * n, 40), line(`s${n}`, 150, 400 - 20 * n, 30)];
  const drawn = [...column('b', 50, 300), ...row(1), ...row(2), ...row(3), ...column('a', 50)];
  expect(order(drawn)).toBe(`${read('a')} r1 s1 r2 s2 r3 s3 ${read('b')}`);
});

test('leaves text from right to left in its order', () => {
  const hebrew = [...column('ב', 300), ...column('א', 50)];
  expect(inReadingOrder(hebrew)).toEqual(hebrew);
});

test('puts a stamp along the margin after the text around it', () => {
  expect(order([line('pelo', 50, 700), line('ASSINADO', 400, -30, 150, 90), line('conselho', 50, 685)])).toBe(
    'pelo conselho ASSINADO',
  );
});
