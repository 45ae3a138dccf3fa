import { expect, test } from 'vitest';
import type { PdfLine } from './pdf-lines.ts';
import { runningLines } from './running-lines.ts';

const line = (text: string, baseline: number, { left = 50, size = 10, angle = 0, isRow = false } = {}): PdfLine => {
  const right = left + (text.length * size) / 2;
  return { text, angle, left, right, baseline, size, longest: text.length, isRow };
};
const body = (page: number): PdfLine[] => {
  const letter = 'abcdefgh'[page]!;
  return Array.from({ length: 40 }, (_, i) => line(`${letter.repeat(5)} linha ${i} da página`, 740 - 14 * i));
};
const runningTexts = (pages: readonly (readonly PdfLine[])[]): string[] =>
  [...runningLines(pages.map((lines) => ({ width: 595, height: 842, lines })))].map(({ text }) => text);

test('finds heads and feet that recur at the same height, whatever their page number', () => {
  const pages = [0, 1, 2, 3].map((i) => [
    line('DIÁRIO OFICIAL DO MUNICÍPIO', 800, { size: 16 }),
    ...body(i),
    line(`Página ${i + 1} de 4`, 40),
    line(String(i + 7), 25, { left: 290 }),
  ]);
  expect(new Set(runningTexts(pages))).toEqual(
    new Set(['DIÁRIO OFICIAL DO MUNICÍPIO', ...[0, 1, 2, 3].flatMap((i) => [`Página ${i + 1} de 4`, String(i + 7)])]),
  );
});

test('finds heads of chapters and of every other page', () => {
  const heads = ['Prefácio', 'Prefácio', 'Prefácio', 'O prazo', 'A multa', 'O prazo', 'A multa', 'O prazo'];
  const pages = heads.map((head, i) => [line(head, 800), ...body(i)]);
  expect(runningTexts(pages)).toEqual(heads.filter((head) => head !== 'A multa'));
});

test('finds a stamp along the margin', () => {
  const stamp = { left: 300, size: 8, angle: 90 };
  const pages = [0, 1, 2].map((i) => [...body(i), line('Assinado digitalmente por Fulano', -570, stamp)]);
  expect(runningTexts(pages)).toHaveLength(3);
});

test.each([
  ['the first line of the text, even if it recurs', (i: number) => [line('A mesma linha em cima', 754), ...body(i)]],
  ['numbered headings', (i: number) => [line(`Questão ${i + 1}`, 800, { size: 14 }), ...body(i)]],
  ['figures of a table', (i: number) => [line(String(10 + 3 * i), 800), ...body(i)]],
  ['what moves down the page', (i: number) => [line('Observação do autor', 820 - 15 * i), ...body(i)]],
])('leaves %s', (_, linesOfPage) => {
  expect(runningTexts([0, 1, 2, 3].map(linesOfPage))).toEqual([]);
});

test('leaves the header row of a table that goes over three of eight pages', () => {
  const header = line('Item Vencimento Valor', 790, { size: 12, isRow: true });
  expect(runningTexts([0, 1, 2, 3, 4, 5, 6, 7].map((i) => [...(i < 3 ? [header] : []), ...body(i)]))).toEqual([]);
});

test('leaves most of two copies of a form', () => {
  const copy = (): PdfLine[] => Array.from({ length: 5 }, (_, i) => line(`Campo ${'abcde'[i]!}`, 820 - 20 * i));
  expect(runningTexts([copy(), copy()]).length).toBeLessThanOrEqual(4);
});
