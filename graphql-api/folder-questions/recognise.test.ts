import { expect, test } from 'vitest';
import { recogniseFolderQuestion } from './recognise.ts';

const LISTED = [
  'Quais arquivos você tem?',
  'quais documentos existem',
  'Que documentos há na pasta?',
  'Quais são os arquivos da pasta?',
  'quais sao os meus documentos',
  'Liste os documentos',
  'lista de arquivos',
  'Pode listar todos os arquivos, por favor?',
  'me mostre os documentos que você tem',
  'Quantos contratos?',
  'quantos arquivos tem aqui',
  'Quantas notas fiscais eu tenho?',
  'Qual é o número de documentos na pasta?',
  'Bom dia, quantas planilhas temos?',
  'Quais PDFs você tem?',
  'Do que tratam os meus documentos?',
  'sobre o que falam os documentos',
  'O que tem nesta pasta?',
  'O que há nos meus arquivos?',
  'Qual é o assunto dos documentos?',
  'Resuma os meus documentos',
  'Que tipos de documentos você tem?',
  'O que você sabe?',
  'q arquivos vc tem',
  'oq tem na pasta',
  'qtos contratos',
  'Quais são os arquivos?',
  'meus documentos',
  'my files',
  'What files do you have?',
  'which documents are in the folder',
  'What are my documents about?',
  "What's in this folder?",
  'List all files, please',
  'Could you show me my documents?',
  'How many invoices?',
  'how many contracts do we have',
  'How many files are there?',
  'What kinds of documents do you have?',
  'Give me an overview of my files',
];

test.each(LISTED)('is about the folder: %s', (question) => {
  expect(recogniseFolderQuestion(question)).toMatchObject({ type: 'documents', state: 'ANY', period: null });
});

const NEW: readonly (readonly [string, unknown])[] = [
  ['O que chegou esta semana?', 'THIS_WEEK'],
  ['o que chegou hoje', 'TODAY'],
  ['Quais arquivos chegaram ontem?', 'YESTERDAY'],
  ['quais os arquivos novos', null],
  ['Quais são os documentos mais recentes?', null],
  ['Tem algum documento novo hoje?', 'TODAY'],
  ['O que chegou nos últimos 10 dias?', { lastDays: 10 }],
  ['Quantos contratos chegaram este mês?', 'THIS_MONTH'],
  ['O que há de novo na pasta?', null],
  ['What came in today?', 'TODAY'],
  ['Which files arrived last week?', 'LAST_WEEK'],
  ['What is new this month?', 'THIS_MONTH'],
  ['Any new documents?', null],
  ['show me the latest files', null],
  ['What came in over the last 3 days?', { lastDays: 3 }],
];

test.each(NEW)('is about what came in: %s', (question, period) => {
  expect(recogniseFolderQuestion(question)).toMatchObject({ type: 'documents', isAboutNew: true, period });
});

const STATES = [
  ['Quais arquivos falharam?', 'FAILED'],
  ['que documentos deram erro', 'FAILED'],
  ['Quais arquivos estão com erro?', 'FAILED'],
  ['Quais arquivos não foram lidos?', 'UNREAD_OR_FAILED'],
  ['Quais documentos você não conseguiu ler?', 'UNREAD_OR_FAILED'],
  ['Quantos arquivos ainda estão sendo lidos?', 'UNREAD'],
  ['Algum arquivo falhou?', 'FAILED'],
  ['Tem algum arquivo com problema?', 'FAILED'],
  ['Did any files fail?', 'FAILED'],
  ['List the unreadable files', 'FAILED'],
  ['Which files failed?', 'FAILED'],
  ['How many documents could not be read?', 'UNREAD_OR_FAILED'],
  ["Which files can't be read?", 'UNREAD_OR_FAILED'],
  ['Which files are still being read?', 'UNREAD'],
] as const;

test.each(STATES)('is about reading: %s', (question, state) => {
  expect(recogniseFolderQuestion(question)).toMatchObject({ type: 'documents', state });
});

const ABOUT_CONTENT = [
  'Quais arquivos preciso enviar para a matrícula?',
  'Quais documentos são necessários para alugar?',
  'Que documentos o inquilino tem de apresentar?',
  'Quais documentos faltam no processo da Ana?',
  'quais documentos preciso levar',
  'Quantos contratos o cliente assinou?',
  'Quantos contratos vencem em março?',
  'Quantos relatórios o auditor pediu?',
  'Quais contratos têm multa por atraso?',
  'Quantas páginas tem o contrato?',
  'Quantas notas tirou a Helena?',
  'Quantos dias?',
  'Quantos funcionários?',
  'Quantas cartas tem o baralho?',
  'Quais notas fiscais estão com erro?',
  'Quais contratos falharam?',
  'Quem tem os documentos?',
  'Onde estão os arquivos da obra?',
  'Quando chegaram os documentos?',
  'O que chegou com defeito?',
  'O que chegou?',
  'O que há de novo na versão 2?',
  'O que dizem os contratos?',
  'O que tem no contrato?',
  'Liste os documentos exigidos no edital',
  'Liste os direitos do inquilino',
  'Lista de materiais',
  'Qual é o número do documento?',
  'Qual é o total da nota fiscal?',
  'Quantos documentos preciso ter?',
  'Quais são os prazos?',
  'Quais são os documentos?',
  'Quantas propostas recebemos?',
  'Me mostre o contrato da padaria',
  'Quais arquivos o cliente mandou ontem?',
  'Quantas pessoas chegaram hoje?',
  'O que chegou da loja hoje?',
  'Meus documentos venceram?',
  'O que falta nos documentos?',
  'Quem chegou hoje?',
  'How many people came in today?',
  'My files are gone',
  'Qual é o assunto do e-mail do Paulo?',
  'What documents do I need to bring?',
  'What documents do I have to send?',
  'Which files must be uploaded by Friday?',
  'How many contracts did the client sign?',
  'How many reports are there per year?',
  'How many invoices are overdue?',
  'How many minutes?',
  'How many employees do we have?',
  'What came with the washing machine?',
  "What's new in version 3?",
  'Which documents failed the audit?',
  'List the tenants',
  'What is in the contract?',
  'What is the document number?',
  'What are the files for?',
  'Who wrote the documents?',
  '',
  '???',
];

test.each(ABOUT_CONTENT)('is about what documents say: %s', (question) => {
  expect(recogniseFolderQuestion(question)).toBeNull();
});

const SUMMARIES: readonly (readonly [string, readonly string[], boolean])[] = [
  ['Resuma o contrato da sala 3', ['contrato', 'sala', '3'], true],
  ['Você pode me resumir o relatório de vendas?', ['relatorio', 'vendas'], true],
  ['Faça um resumo do manual Zafira em poucas palavras', ['manual', 'zafira'], true],
  ['Resumo da ata de março, por favor', ['ata', 'marco'], true],
  ['Do que trata o contrato 77?', ['contrato', '77'], false],
  ['Resuma o arquivo plano-2026.docx', ['plano', '2026', 'docx'], true],
  ['Summarise the Q3 report', ['q', '3', 'report'], true],
  ['Can you summarize the lease for me?', ['lease'], true],
  ['Give me a short summary of the Harper lease', ['harper', 'lease'], true],
  ['What is the onboarding guide about?', ['onboarding', 'guide'], false],
];

test.each(SUMMARIES)('asks for one document from its start: %s', (question, name, isExplicit) => {
  expect(recogniseFolderQuestion(question)).toMatchObject({ type: 'summary', name, isExplicit });
});

test('a kind is known by its name in either language', () => {
  expect(recogniseFolderQuestion('Quantas notas fiscais?')).toMatchObject({ kind: { names: expect.any(Array) } });
  expect(recogniseFolderQuestion('Quantas planilhas?')).toMatchObject({
    kind: { extensions: expect.arrayContaining(['.xlsx']) },
  });
  expect(recogniseFolderQuestion('Quantos documentos?')).toMatchObject({ kind: null });
});

test('a long or hostile question takes no time to speak of, and is about what documents say', () => {
  expect(recogniseFolderQuestion(`Quais ${'os meus '.repeat(2_000)}arquivos?`)).toBeNull();
  expect(recogniseFolderQuestion(`quais ${'os '.repeat(60)}x`)).toBeNull();
  expect(recogniseFolderQuestion(`quantos arquivos ${'aqui '.repeat(36)}x`)).toBeNull();
});
