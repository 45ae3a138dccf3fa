import { expect, test } from 'vitest';
import type { Chunk } from '#shared/document.ts';
import { NEVER } from '../testing/generator-contract.ts';
import { findTableHeaders } from './table-headers.ts';

/** Returns the words of the header that is found for the last of a content's chunks, or null. */
async function headerOf(...texts: readonly string[]): Promise<string | null> {
  const chunks = texts.map((text, ordinal): Chunk => {
    const startChar = texts.slice(0, ordinal).join('').length;
    const endChar = startChar + text.length;
    return { id: String(ordinal), contentId: 'c', ordinal, text, startChar, endChar, headings: [], marks: [] };
  });
  const neighbours = async (_: string, from: number, to: number) => chunks.slice(from, to + 1);
  const headers = await findTableHeaders([{ rank: 1, chunk: chunks.at(-1)! }], { neighbours }, NEVER);
  const header = headers.get(1);
  return header === undefined ? null : header.chunk.text.slice(header.span.start, header.span.end);
}

const rows = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => `A-${from + index};peça ${from + index};${from + index},50\n`).join('');

test('the header of a CSV is in its first chunk, however far back', async () => {
  const header = 'código;nome;preço';
  expect(await headerOf(`${header}\n${rows(1, 9)}`, rows(10, 9))).toBe(header);
  const chunks = Array.from({ length: 60 }, (_, index) => rows(10 * index + 10, 9));
  expect(await headerOf(`${header}\n${rows(1, 9)}`, ...chunks)).toBe(header);
});

test('the first row of a later chunk is no header, even if it looks like one', async () => {
  const header = 'código;nome;preço';
  expect(await headerOf(`${header}\n${rows(1, 9)}`, `x;sem número;nada\n${rows(20, 5)}`, rows(30, 5))).toBe(header);
  expect(await headerOf(`${header}\n${rows(1, 9)}`, `x;sem número;nada\n${rows(20, 5)}`)).toBe(header);
});

test('the header of a table after prose', async () => {
  const table = '| Dia | Aula |\n|---|---|\n| 3 de maio | nós |\n| 4 de maio | velas |';
  const more = '| 5 de maio | remo |\n| 6 de maio | leme |';
  expect(await headerOf(`Curso de barco.\n\n${table}\n`, more)).toBe('| Dia | Aula |');
});

test.each([
  ['prose before the rows', 'Nada disto é tabela.', rows(1, 4)],
  ['a table with other columns', 'a;b\nc;1\nd;2\ne;3', rows(1, 4)],
  ['a table that ended before', `código;nome;preço\n${rows(1, 4)}\nFim da tabela.`, rows(9, 4)],
  ['rows that have no header anywhere', rows(1, 4), rows(5, 4)],
  ['no table', 'código;nome;preço\nA;b;1', 'Uma frase.'],
])('there is none: %s', async (_, ...texts) => {
  expect(await headerOf(...texts)).toBeNull();
});
