import { expect, test } from 'vitest';
import { suggest, type TitledDocument } from './suggest.ts';

function titled(title: string, headings: readonly string[], language: string | null = 'pt-BR'): TitledDocument {
  return { title, language, chunks: { nodes: headings.map((heading) => ({ headings: [heading] })) } };
}

test('asks about a heading that is not the title, in the language of the document', () => {
  expect(
    suggest([titled('Política de RH', ['Política de RH', 'Férias']), titled('Lease', ['Late fees'], 'en')]),
  ).toEqual(['O que diz “Férias” em Política de RH?', 'What does “Late fees” say in Lease?']);
});

test('suggests summaries where there are no headings, after the questions about headings', () => {
  expect(suggest([titled('ata', []), titled('RH', ['Férias'])])).toEqual(['Resuma ata']);
  expect(suggest([titled('ata de março', []), titled('Manual', ['Garantia'])])).toEqual([
    'O que diz “Garantia” em Manual?',
    'Resuma ata de março',
  ]);
});

test('header rows of tables, numbers and whole sentences make no suggestion', () => {
  const long = 'x'.repeat(61);
  expect(suggest([titled('Gastos', ['Data;Valor', '2026', long])])).toEqual(['Resuma Gastos']);
  expect(suggest([titled(long, ['Garantia']), titled('12', [])])).toEqual([]);
  expect(suggest([titled('x'.repeat(60), [])])).toHaveLength(1);
});

test('there are at most three, and none twice', () => {
  expect(suggest(['a1a', 'b2b', 'c3c', 'd4d'].map((title) => titled(title, [])))).toHaveLength(3);
  expect(suggest([titled('igual', []), titled('igual', [])])).toEqual(['Resuma igual']);
  const alike = ['Recibo nº 59', 'Recibo nº 60', 'Recibo de táxi'].map((title) => titled(title, []));
  expect(suggest(alike)).toEqual(['Resuma Recibo nº 59', 'Resuma Recibo de táxi']);
});
