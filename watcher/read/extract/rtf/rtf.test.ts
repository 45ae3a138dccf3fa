import { expect, test } from 'vitest';
import { extract } from '../extract.ts';
import type { Extraction } from '../extraction.ts';

const read = (body: string, header = '\\ansi\\ansicpg1252'): Promise<Extraction> =>
  extract({ path: 'a.rtf', bytes: Buffer.from(`{\\rtf1${header} ${body}}`, 'latin1') });

const blocksOf = ({ text, blocks }: Extraction): string[] =>
  blocks.map(({ kind, level, startChar, endChar }) => `${kind}${level ?? ''}: ${text.slice(startChar, endChar)}`);

test('headings, paragraphs, tables, footnotes and comments are kept', async () => {
  const extraction = await read(
    String.raw`{\stylesheet{\s1\outlinelevel0 T\'edtulo;}}{\info{\title Contrato}{\author Ana}}
\pard\s1 Do prazo\par\pard Trinta dias{\footnote \'fateis} e{\*\annotation conferir}\line fim.\par
\trowd\pard\intbl a\cell b\cell\row\pard\intbl\cell 2\par dois\cell\row\pard Fim\emdash  sim.\par`,
  );
  expect(blocksOf(extraction)).toEqual([
    'heading1: Do prazo',
    'paragraph: Trinta dias e\nfim.',
    'paragraph: úteis',
    'paragraph: conferir',
    'table: a | b\n| 2 dois',
    'paragraph: Fim— sim.',
  ]);
  expect(extraction).toMatchObject({ title: 'Contrato', mediaType: 'application/rtf' });
});

test.each([
  ['the code page of the file', String.raw`a\'e7\'e3o`, '\\ansicpg1252', 'ação'],
  ['another code page', String.raw`\'c0\'e1`, '\\ansicpg1251', 'Аб'],
  ['the character set of a font', String.raw`{\fonttbl{\f0\fcharset204 Arial;}}\f0\'c0\plain\'e7`, '', 'Аç'],
  ['two bytes of one character', String.raw`{\fonttbl{\f3\fcharset128 Gothic;}}\f3\'93\'fa`, '', '日'],
  ['\\u and what stands for it', String.raw`\u231?\uc2\u8212\'2d\'2d.\uc0\u-4051 x`, '', 'ç—.\uF02Dx'],
  ['a character of two \\u', String.raw`\u-10179?\u-8704?`, '', '😀'],
  ['escaped signs', String.raw`\{a\}\\b\~c\_d`, '', '{a}\\b c‑d'],
])('reads %s', async (_, body, header, text) => {
  expect((await read(body, header)).text).toBe(text.trim());
});

test('pictures, instructions of fields, headers and what follows the document are no text', async () => {
  const body = String.raw`{\header topo}{\pict\wmetafile8 0102ff}{\*\desconhecido x}{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt o link}}\bin4 {{{{ fim}depois`;
  expect((await read(body)).text).toBe('o link fim');
});

test('hidden text is left out and counted', async () => {
  const extraction = await read(String.raw`visto {\v segredo}\v oculto\v0  fim`);
  expect(extraction.text).toBe('visto fim');
  expect(extraction.warnings).toMatchObject([{ code: 'HIDDEN_TEXT_LEFT_OUT', count: 13 }]);
});

test.each([
  ['a hundred thousand groups', '{'.repeat(100_000) + 'fundo'],
  ['groups that were never opened', 'fundo' + '}'.repeat(100_000)],
  ['a number out of range', String.raw`\u99999999999999999999 \bin999999999999 fundo`.replace(/^/, 'fundo ')],
])('reads a file with %s up to there', async (_, body) => {
  expect((await read(body)).text).toContain('fundo');
});

test('a file without text says so', async () => {
  await expect(read(String.raw`{\pict 00}\par`)).rejects.toMatchObject({ code: 'NO_TEXT' });
});
