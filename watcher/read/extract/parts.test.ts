import { expect, test } from 'vitest';
import { ExtractError } from './extract-error.ts';
import type { Extraction, SourceFile } from './extraction.ts';
import { openParts } from './parts.ts';
import { openTextBuilder } from './text-builder.ts';

const file: SourceFile = { path: 'caixa/mensagem.eml', bytes: Buffer.alloc(0) };
const rest = { title: null, mediaType: 'message/rfc822', pageCount: null, warnings: [] };

function textOf(text: string, lines: readonly number[] = []): Extraction {
  const blocks = [{ kind: 'paragraph', startChar: 0, endChar: text.length }] as const;
  return { ...rest, text, blocks, marks: lines.map((startChar, index) => ({ startChar, line: index + 1 })) };
}

test('the text of a part follows the text before it, and each of its places names the part', async () => {
  const builder = openTextBuilder(file.path);
  builder.addBlock('paragraph', 'Segue o contrato.', { firstLine: 1 });
  const asked: string[] = [];
  const parts = openParts(
    file,
    builder,
    async ({ path }) => (asked.push(path), textOf('Multa:\ndois por cento', [0, 7])),
    0,
  );
  await parts.add('anexos/contrato.txt', Buffer.from('x'));
  expect(asked).toEqual(['caixa/mensagem.eml/anexos/contrato.txt']);
  const { text, blocks, marks } = builder.build(rest);
  expect(blocks.map(({ startChar, endChar }) => text.slice(startChar, endChar))).toEqual([
    'Segue o contrato.',
    'Multa:\ndois por cento',
  ]);
  expect(marks).toEqual([
    { startChar: 0, line: 1 },
    { startChar: 19, line: 1, part: 'anexos/contrato.txt' },
    { startChar: 26, line: 2, part: 'anexos/contrato.txt' },
  ]);
  expect(parts.warnings()).toEqual([]);
});

test('a part that cannot be read is left out and named; the others are read', async () => {
  const builder = openTextBuilder(file.path);
  const parts = openParts(
    file,
    builder,
    async ({ path }) => {
      if (path.endsWith('.bin')) throw new ExtractError('UNSUPPORTED_TYPE', path, 'it is a program; drop a text');
      return textOf('lido');
    },
    0,
  );
  for (const name of ['a.bin', 'b.txt', 'c.bin', 'd.bin', 'e.bin']) await parts.add(name, Buffer.from('x'));
  expect(builder.build(rest).text).toBe('lido');
  expect(parts.warnings()).toMatchObject([{ code: 'PARTS_LEFT_OUT', count: 4 }]);
  expect(parts.warnings()[0]!.message).toMatch(/a\.bin: it is a program; drop a text; c\.bin.*d\.bin.*and 1 more/);
});

test.for([
  [1, 'read'],
  [2, 'left out'],
] as const)('a part of a file that is %i deep is %s', async ([depth, outcome]) => {
  const builder = openTextBuilder(file.path);
  const parts = openParts(file, builder, async () => textOf('fundo'), depth);
  await parts.add('x.txt', Buffer.from('x'));
  expect(builder.build(rest).text).toBe(outcome === 'read' ? 'fundo' : '');
  expect(parts.warnings()).toHaveLength(outcome === 'read' ? 0 : 1);
});

test('a part that is too large makes the whole file too large', async () => {
  const parts = openParts(
    file,
    openTextBuilder(file.path),
    async ({ path }) => Promise.reject(new ExtractError('TOO_LARGE', path, 'split it')),
    0,
  );
  await expect(parts.add('x.zip', Buffer.from('x'))).rejects.toMatchObject({ code: 'TOO_LARGE' });
});

test('parts with the same warning have one together', async () => {
  const parts = openParts(
    file,
    openTextBuilder(file.path),
    async () => ({ ...textOf('x'), warnings: [{ code: 'ENCODING_GUESSED', count: 2, message: 'guessed' }] }),
    0,
  );
  for (const name of ['a.txt', 'b.txt', 'c.txt']) await parts.add(name, Buffer.from('x'));
  expect(parts.warnings()).toEqual([
    { code: 'ENCODING_GUESSED', count: 6, message: 'a.txt: guessed; and 2 more parts like it' },
  ]);
});
