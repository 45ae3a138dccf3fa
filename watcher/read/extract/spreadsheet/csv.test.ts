import { expect, test } from 'vitest';
import { extract } from '../extract.ts';
import type { Extraction } from '../extraction.ts';

const read = (content: string | Buffer, path = 'a.csv'): Promise<Extraction> =>
  extract({ path, bytes: Buffer.from(content) });
const placesOf = ({ text, marks }: Extraction) =>
  marks.map(({ startChar, line }) => [text.slice(startChar).split('\n')[0], line]);

test.each([
  [';', 'a.csv', 'text/csv'],
  [',', 'a.csv', 'text/csv'],
  ['|', 'a.csv', 'text/csv'],
  ['\t', 'a.tsv', 'text/tab-separated-values'],
])('a record with line ends in quotation marks is one line, delimited by %j', async (mark, path, mediaType) => {
  const extraction = await read(`Item${mark}Nota\r\nLuz${mark}"Rua A\r\n""casa"", fundos"\r\nÁgua${mark}\r\n`, path);
  expect(extraction).toMatchObject({ mediaType, warnings: [] });
  expect(extraction.blocks.map(({ kind }) => kind)).toEqual(['table']);
  expect(placesOf(extraction)).toEqual([
    [`Item${mark}Nota`, 1],
    [`Luz${mark}"Rua A ""casa"", fundos"`, 2],
    [`Água${mark}`.trimEnd(), 4],
  ]);
});

test.each(['a;b\n1;"dois\n3;4', 'a;b\n1;"dois\n3;4\n'.padEnd(5_000, 'x;y\n')])(
  'a quotation mark that is never closed joins no lines',
  async (content) => {
    expect((await read(content)).text).toBe(content.trimEnd());
  },
);

test('a quotation mark inside a value is an inch', async () => {
  const content = 'tubo;preço\ncano 5" azul;10\njoelho 3";2';
  expect((await read(content)).text).toBe(content);
});

test('blank lines, and lines of delimiters alone, divide tables', async () => {
  const { text, blocks } = await read('a;b\n1;2\n\n;;\nc;d\n3;4');
  expect(blocks.map(({ startChar, endChar }) => text.slice(startChar, endChar))).toEqual(['a;b\n1;2', 'c;d\n3;4']);
});

test.each([
  ['windows-1252', Buffer.from('Descrição;Preço\nÁgua;1', 'latin1'), 1],
  ['UTF-16', Buffer.from('\uFEFFDescrição;Preço\nÁgua;1', 'utf16le'), 0],
])('is read in %s', async (_, bytes, warnings) => {
  const extraction = await read(bytes);
  expect(extraction.text).toBe('Descrição;Preço\nÁgua;1');
  expect(extraction.warnings).toHaveLength(warnings);
});

test('the line by which Excel declares the delimiter is no text', async () => {
  expect(placesOf(await read('sep=;\na,1;b\n'))).toEqual([['a,1;b', 2]]);
});
