import { expect, test } from 'vitest';
import { expectSound } from '../../../testing/expect-sound.ts';
import type { Extraction } from '../extraction.ts';
import { extract } from '../extract.ts';

const read = async (notebook: unknown): Promise<Extraction> => {
  const extraction = await extract({ path: 'a.ipynb', bytes: Buffer.from(JSON.stringify(notebook)) });
  expectSound(extraction);
  return extraction;
};
const outline = ({ text, blocks }: Extraction) =>
  blocks.map(({ kind, level, startChar, endChar }) => `${kind}${level ?? ''}: ${text.slice(startChar, endChar)}`);

test('a notebook is read by its cells, without pictures', async () => {
  const picture = 'iVBORw0KGgoAAAANSUhEUgAA'.repeat(100);
  const extraction = await read({
    nbformat: 4,
    cells: [
      {
        cell_type: 'markdown',
        source: ['# Relatório\n', 'A multa é de 2%.\n', `![](data:image/png;base64,${picture})`],
      },
      {
        cell_type: 'code',
        source: ['import x\n', 'print(1)'],
        outputs: [
          { output_type: 'stream', text: ['\u001b[31mum\u001b[0m\n'] },
          { output_type: 'display_data', data: { 'image/png': picture, 'text/plain': ['<Figure>'] } },
          {
            data: {
              'text/html': ['<table><tr><th>a<th>b</tr><tr><td>1<td>2</tr></table>'],
              'text/plain': ['   a  b\n0  1  2'],
            },
          },
          { output_type: 'error', ename: 'ValueError', evalue: 'não', traceback: ['\u001b[0;31m...'] },
        ],
      },
      { cell_type: 'raw', source: 'solto' },
    ],
  });
  expect(extraction).toMatchObject({ title: 'Relatório', mediaType: 'application/x-ipynb+json' });
  expect(outline(extraction)).toEqual([
    'heading1: Relatório',
    'paragraph: A multa é de 2%.',
    'code: import x\nprint(1)',
    'code: um',
    'code: <Figure>',
    'table: a | b\n1 | 2',
    'code: ValueError: não',
    'code: solto',
  ]);
});

test('an old notebook has its cells in worksheets', async () => {
  const cells = [
    { cell_type: 'heading', level: 2, source: 'Prazo' },
    { cell_type: 'code', input: 'x = 1', outputs: [{ text: '30 dias' }] },
  ];
  const extraction = await read({ nbformat: 3, worksheets: [{ cells }] });
  expect(outline(extraction)).toEqual(['heading2: Prazo', 'code: x = 1', 'code: 30 dias']);
});

test.for([{ cells: [null, 1, { source: { a: 1 } }, { outputs: 'x' }] }, [], 7])('%j has no text', async (notebook) => {
  await expect(read(notebook)).rejects.toMatchObject({ code: 'NO_TEXT' });
});

test('a notebook that is cut short is DAMAGED', async () => {
  const cut = extract({ path: 'a.ipynb', bytes: Buffer.from('{"cells": [') });
  await expect(cut).rejects.toMatchObject({ code: 'DAMAGED', reason: expect.stringContaining('save it again') });
});
