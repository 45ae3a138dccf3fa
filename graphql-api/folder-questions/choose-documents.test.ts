import { expect, test } from 'vitest';
import { documentIdOf } from '#shared/document.ts';
import { testDocument } from '#shared/watcher-api/testing/watcher.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { EVERYWHERE, type PassageFilter } from '../filters/passage-filter.ts';
import { inTurns } from '../turns/turns.ts';
import { chooseDocuments } from './choose-documents.ts';
import { recogniseFolderQuestion } from './recognise.ts';

const NOW = new Date(2026, 2, 18, 15, 0); // a Wednesday, local time

const document = (path: string, change: Partial<DocumentState> = {}): DocumentState =>
  testDocument({ id: documentIdOf(path), path, title: path.slice(path.lastIndexOf('/') + 1), ...change });

async function choose(question: string, documents: readonly DocumentState[], filter: PassageFilter = EVERYWHERE) {
  const asked = recogniseFolderQuestion(question);
  expect(asked).not.toBeNull();
  return inTurns(
    chooseDocuments(asked!, filter, () => documents, NOW),
    new AbortController().signal,
  );
}

/** Returns the paths that were chosen; null if the question is about what documents say. */
async function pathsFor(...input: Parameters<typeof choose>): Promise<readonly string[] | null> {
  const chosen = await choose(...input);
  if (chosen === null) return null;
  return chosen.type === 'one' ? [chosen.document.path] : chosen.documents.map(({ path }) => path);
}

test('a kind is found by the words of name, title and folder, or by the extension, in either language', async () => {
  const documents = [
    document('contrato_sala-3.pdf'),
    document('Contratos/2024/acme.docx'),
    document('x.pdf', { title: 'Contrato social' }),
    document('nf 123.pdf'),
    document('Fatura março.pdf'),
    document('gastos.xlsx'),
  ];
  expect(await pathsFor('Quantos contratos?', documents)).toEqual([
    'Contratos/2024/acme.docx',
    'contrato_sala-3.pdf',
    'x.pdf',
  ]);
  expect(await pathsFor('How many invoices?', documents)).toEqual(['Fatura março.pdf', 'nf 123.pdf']);
  expect(await pathsFor('Quais planilhas você tem?', documents)).toEqual(['gastos.xlsx']);
  expect(await pathsFor('Quantos arquivos?', documents)).toHaveLength(6);
});

test('a kind of which there is no document, or a list with its plural in the name, is a question about content', async () => {
  expect(await pathsFor('Quantos contratos?', [document('receita.md')])).toBeNull();
  const list = document('Relação de contratos.csv');
  expect(await pathsFor('Quantos contratos?', [document('contrato 1.pdf'), list])).toBeNull();
  expect(await pathsFor('Quantos contratos?', [document('contrato 1.pdf'), document('contratos/a.md')])).toHaveLength(
    2,
  );
});

test('what came in is chosen by when the file was first seen, in local time, newest first', async () => {
  const seen = (path: string, ...at: [number, number, number]): DocumentState =>
    document(path, { createdAt: new Date(2026, ...at).toISOString() });
  const documents = [
    seen('today.md', 2, 18, 9),
    seen('yesterday.md', 2, 17, 23),
    seen('monday.md', 2, 16, 0),
    seen('sunday.md', 2, 15, 23),
    seen('february.md', 1, 20, 12),
  ];
  expect(await pathsFor('O que chegou hoje?', documents)).toEqual(['today.md']);
  expect(await pathsFor('What came in yesterday?', documents)).toEqual(['yesterday.md']);
  expect(await pathsFor('O que chegou esta semana?', documents)).toEqual(['today.md', 'yesterday.md', 'monday.md']);
  expect(await pathsFor('Which files arrived last week?', documents)).toEqual(['sunday.md']);
  expect(await pathsFor('Quais arquivos chegaram no mês passado?', documents)).toEqual(['february.md']);
  expect(await pathsFor('Quais são os documentos mais recentes?', documents)).toHaveLength(5);
  expect(await pathsFor('O que chegou nos últimos 2 dias?', documents)).toEqual([
    'today.md',
    'yesterday.md',
    'monday.md',
  ]);
});

test('failed and unread files are chosen by their state', async () => {
  const documents = [
    document('a.md'),
    document('b.zip', { status: 'FAILED', contentId: null }),
    document('c.pdf', { status: 'STABLE', contentId: null }),
  ];
  expect(await pathsFor('Quais arquivos falharam?', documents)).toEqual(['b.zip']);
  expect(await pathsFor('Which files are still being read?', documents)).toEqual(['c.pdf']);
  expect(await pathsFor('Quais arquivos não foram lidos?', documents)).toEqual(['b.zip', 'c.pdf']);
});

test('the filter leaves documents out of every answer', async () => {
  const documents = [document('rh/a.md'), document('b.md'), document('rh/contrato.md'), document('contrato.md')];
  const filter = { ...EVERYWHERE, paths: ['rh/**'] };
  expect(await pathsFor('Quais arquivos você tem?', documents, filter)).toEqual(['rh/a.md', 'rh/contrato.md']);
  expect(await pathsFor('Resuma o contrato', [...documents.slice(0, 2), documents[3]!], filter)).toBeNull();
});

test('a document to summarise is the one that has every word of the name', async () => {
  const documents = [
    document('contratos/contrato-77.pdf'),
    document('contratos/contrato-78.pdf'),
    document('vendas 2025.md', { title: 'Resultado' }),
    document('vazio.pdf', { status: 'FAILED', contentId: null }),
  ];
  expect(await pathsFor('Resuma o contrato 77', documents)).toEqual(['contratos/contrato-77.pdf']);
  expect(await pathsFor('Do que trata o contrato 78?', documents)).toEqual(['contratos/contrato-78.pdf']);
  expect(await pathsFor('Resuma o relatório de vendas', documents)).toEqual(['vendas 2025.md']);
  expect(await pathsFor('Resuma o contrato 79', documents)).toBeNull();
  expect(await pathsFor('Resuma a multa por atraso', documents)).toBeNull();
  expect(await pathsFor('Resuma o capítulo 2 do contrato 77', documents)).toBeNull();
  expect(await pathsFor('Resuma o vazio', documents)).toBeNull();
});

test('several documents of one name are listed if only a summary can be meant; copies count once', async () => {
  const documents = [document('contrato-77.pdf'), document('contrato-78.pdf')];
  expect(await choose('Resuma o contrato', documents)).toMatchObject({ type: 'several' });
  expect(await choose('Do que trata o contrato?', documents)).toBeNull();
  const copies = [document('a/ata.md', { contentId: 'same' }), document('b/ata.md', { contentId: 'same' })];
  expect(await choose('Resuma a ata', copies)).toMatchObject({ type: 'one' });
  const project = Array.from({ length: 30 }, (_, n) => document(`projeto ${n}.md`));
  expect(await choose('Resuma o projeto', project)).toBeNull();
});
