import { expect, test } from 'vitest';
import type { documentStateFromStore } from '../documents/replica.ts';
import { kindOf, wordsOfKind } from './kinds-of-documents.ts';

const called = (path: string, title = path) =>
  // Only these two fields are read.
  ({ path, title }) as ReturnType<typeof documentStateFromStore>;

test('what people call a document is a kind in both languages, in singular and plural', () => {
  expect(kindOf('contratos')).toBe(kindOf('agreement'));
  expect(kindOf('nota')).toBe(kindOf('invoices'));
  expect(kindOf('reuniao')).toBe(kindOf('minutes'));
  for (const word of ['casa', 'prazo', 'conta', '']) expect(kindOf(word)).toBeNull();
});

test('a document is of a kind by its own name or title; a folder, and a plural in the name, say nothing', () => {
  const contracts = kindOf('contrato')!;
  expect(wordsOfKind(contracts, called('a/Service Agreement - Acme.docx'))).toContain('agreement');
  expect(wordsOfKind(contracts, called('x.pdf', 'Contrato de locação'))).toEqual(['contrato', 'locacao']);
  expect(wordsOfKind(contracts, called('contrato/x.pdf', 'x'))).toEqual([]);
  expect(wordsOfKind(contracts, called('backup-contratos.zip'))).toEqual([]);
});
