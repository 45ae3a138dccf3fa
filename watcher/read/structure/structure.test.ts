import { describe, expect, test } from 'vitest';
import { chunk } from '../chunk/chunk.ts';
import type { Block, BlockKind, Extraction } from '../extract/extraction.ts';
import { withStructure } from './structure.ts';

type Part = string | { readonly kind: BlockKind; readonly level?: number; readonly text: string };

const extractionOf = (parts: readonly Part[], title: string | null = null): Extraction => {
  const blocks: Block[] = [];
  let text = '';
  for (const part of parts) {
    const { text: words, ...rest } = typeof part === 'string' ? { kind: 'paragraph' as const, text: part } : part;
    if (text !== '') text += '\n\n';
    blocks.push({ ...rest, startChar: text.length, endChar: text.length + words.length });
    text += words;
  }
  return { text, blocks, marks: [], title, mediaType: 'text/plain', pageCount: null, warnings: [] };
};

/** The beginning of each block, with the kind of those that are headings and the name of its unit. */
const outline = (parts: readonly Part[]): readonly (readonly string[])[] => {
  const { text, blocks } = withStructure(extractionOf(parts));
  return blocks.map(({ kind, startChar, endChar, unit }) => [
    `${kind === 'heading' ? '# ' : ''}${text.slice(startChar, endChar).replaceAll(/\s+/g, ' ').slice(0, 40)}`,
    unit?.name ?? '',
  ]);
};
const titleOf = (parts: readonly Part[], title: string | null = null): string | null =>
  withStructure(extractionOf(parts, title)).title;
/** The headings of the chunk that contains the words. */
const headingsOf = (parts: readonly Part[], words: string): readonly string[] | undefined =>
  chunk(withStructure(extractionOf(parts))).find(({ text }) => text.includes(words))?.headings;

const filler = (count: number): string => 'o texto da norma '.repeat(count).trim();
const heading = (level: number, text: string): Part => ({ kind: 'heading', level, text });

describe('a law', () => {
  const law = [
    'LEI Nº 14.230, DE 25 DE OUTUBRO DE 2021',
    'TÍTULO I',
    'DOS PRINCÍPIOS',
    'CAPÍTULO II – DAS PENAS',
    'Seção I\nDa Multa',
    `Art. 4º A pena ${filler(20)}.`,
    `Art. 5º A multa será aplicada ${filler(30)}:`,
    `I – por atraso ${filler(10)};`,
    `§ 1º O valor ${filler(20)}.`,
    `§ 2º O prazo é de trinta dias ${filler(20)}.`,
    'Art. 6º Esta lei entra em vigor na data de sua publicação.',
  ];

  test('a paragraph knows its article, the article its chapter, and both the law', () => {
    const above = ['LEI Nº 14.230, DE 25 DE OUTUBRO DE 2021', 'TÍTULO I – DOS PRINCÍPIOS', 'CAPÍTULO II – DAS PENAS'];
    expect(headingsOf(law, '§ 2º O prazo')).toEqual([...above, 'Seção I – Da Multa', 'Art. 5º', '§ 2º']);
    expect(headingsOf(law, 'Art. 6º')).toEqual([...above, 'Seção I – Da Multa', 'Art. 6º']);
  });

  test('its divisions are headings, and its articles keep their text', () => {
    expect(outline(law).map(([words]) => words)).toEqual([
      '# LEI Nº 14.230, DE 25 DE OUTUBRO DE 2021',
      '# TÍTULO I DOS PRINCÍPIOS',
      '# CAPÍTULO II – DAS PENAS',
      '# Seção I Da Multa',
      ...law.slice(5).map((words) => words.slice(0, 40)),
    ]);
  });

  test('short articles share a chunk, whose headings are those above all of them', () => {
    const short = [
      'CAPÍTULO I',
      'Art. 1º Fica criado o fundo.',
      'Art. 2º O fundo é público.',
      'Parágrafo único. Não há.',
    ];
    expect(chunk(withStructure(extractionOf(short))).map(({ headings }) => headings)).toEqual([['CAPÍTULO I']]);
  });

  test('lines of a text file are articles too, and so is what a PDF joins to one paragraph', () => {
    const lines = 'Art. 1º Fica criado o fundo.\n§ 1º O fundo é público.\nArt. 2º Revoga-se. Art. 3º Publique-se.';
    expect(outline([lines])).toEqual([
      ['Art. 1º Fica criado o fundo.', 'Art. 1º'],
      ['§ 1º O fundo é público.', '§ 1º'],
      ['Art. 2º Revoga-se.', 'Art. 2º'],
      ['Art. 3º Publique-se.', 'Art. 3º'],
    ]);
  });

  test('articles that it quotes are below the one that quotes them, until the quotation ends', () => {
    const amending = [
      'Art. 1º A Lei nº 8.429 passa a vigorar com a seguinte redação:',
      '“Art. 11. Constitui ato de improbidade:',
      'Art. 12. Aplicam-se as penas.',
      `§ 3º A pena ${filler(40)}.” (NR)`,
      `§ 1º Aplica-se já ${filler(40)}.`,
      'Art. 2º Esta lei entra em vigor.',
    ];
    expect(headingsOf(amending, '§ 3º')).toEqual(['Art. 1º', 'Art. 12', '§ 3º']);
    const { blocks } = withStructure(extractionOf(amending));
    expect(blocks.map(({ unit }) => [unit?.name, unit?.rank])).toEqual([
      ['Art. 1º', 8],
      ['Art. 11', 9],
      ['Art. 12', 9],
      ['§ 3º', 10],
      ['§ 1º', 9],
      ['Art. 2º', 8],
    ]);
  });
});

describe('a contract', () => {
  test('a clause with its name before the text heads it and stays in it', () => {
    const contract = [
      'CONTRATO DE LOCAÇÃO',
      'CLÁUSULA 1ª – DO OBJETO. O imóvel fica na rua A.',
      '**CLÁUSULA SEGUNDA – DO PRAZO.** O prazo é de doze meses.',
      'CLÁUSULA DÉCIMA PRIMEIRA',
      'DO FORO',
      'Fica eleito o foro de Recife.',
      'Cláusula 12ª. As partes assinam.',
      'ANEXO I\nVISTORIA',
    ];
    expect(outline(contract)).toEqual([
      ['CONTRATO DE LOCAÇÃO', ''],
      ['CLÁUSULA 1ª – DO OBJETO. O imóvel fica n', 'CLÁUSULA 1ª – DO OBJETO'],
      ['**CLÁUSULA SEGUNDA – DO PRAZO.** O prazo', 'CLÁUSULA SEGUNDA – DO PRAZO'],
      ['# CLÁUSULA DÉCIMA PRIMEIRA DO FORO', 'CLÁUSULA DÉCIMA PRIMEIRA – DO FORO'],
      ['Fica eleito o foro de Recife.', ''],
      ['Cláusula 12ª. As partes assinam.', 'Cláusula 12ª'],
      ['# ANEXO I VISTORIA', 'ANEXO I – VISTORIA'],
    ]);
    expect(titleOf(contract)).toBe('CONTRATO DE LOCAÇÃO');
  });

  test('headings of its format stay above its clauses, and end them', () => {
    const contract: Part[] = [
      heading(1, 'Contrato'),
      heading(2, 'CAPÍTULO I'),
      'Cláusula 1ª. As partes são duas.',
      'Parágrafo único. São maiores.',
      heading(2, 'CLÁUSULA 2ª – DO FORO'),
      'O foro é o de Recife.',
      heading(2, 'Assinaturas'),
      'João e Maria.',
    ];
    expect(headingsOf(contract, 'maiores')).toEqual(['Contrato', 'CAPÍTULO I', 'Cláusula 1ª']);
    expect(headingsOf(contract, 'Recife')).toEqual(['Contrato', 'CLÁUSULA 2ª – DO FORO']);
    expect(headingsOf(contract, 'João')).toEqual(['Contrato', 'Assinaturas']);
  });
});

test('in a gazette each act begins anew', () => {
  const gazette = [
    'PORTARIA Nº 55, DE 3 DE MAIO DE 2024',
    `Art. 1º Nomear ${filler(40)}.`,
    'Decreto nº 1.234/2024, de 5 de maio de 2024.',
    `Art. 1º Exonerar Ana ${filler(40)}.`,
  ];
  expect(headingsOf(gazette, 'Ana')).toEqual(['Decreto nº 1.234/2024, de 5 de maio de 2024', 'Art. 1º']);
});

test.each([
  'Art. 5º da Constituição garante a todos a igualdade.',
  'Nos termos do\nArt. 5º Todos são iguais.',
  '§ 1º do art. 9º também vale.',
  'Cláusula 3ª do contrato anterior não vale.',
  'Capítulo II trata das penas.',
  'Título I, Capítulo II, da Constituição',
  'Parte do texto é prosa.',
  'Anexo I;',
  'CAPÍTULO I ........... 5',
  'CAPÍTULO I … 5',
  'Seção de pessoal',
  'A Lei nº 8.666, de 21 de junho de 1993, vale.',
  'Lei nº 8.666, de 21 de junho de 1993, dispõe sobre licitações.',
])('prose that names a unit is no heading: %s', (words) => {
  const law = ['Art. 1º Fica criado.', 'Art. 2º Fica extinto.'];
  expect(outline([...law, words])).toEqual([
    ...law.map((line) => [line, line.slice(0, 7)]),
    [words.replaceAll('\n', ' ').slice(0, 40), ''],
  ]);
});

test('one article alone is a quotation', () => {
  const letter = ['Prezada,', 'Art. 5º Todos são iguais perante a lei.', 'Atenciosamente'];
  expect(outline(letter)).toEqual(letter.map((line) => [line, '']));
});

describe('a title', () => {
  test.each<[string, string | null, readonly Part[], string | null]>([
    ['of the format', 'Plano', ['CONTRATO DE LOCAÇÃO', heading(1, 'Prazo')], 'Plano'],
    ['a first heading, if nothing is above it', 'Prazo', [heading(1, 'Prazo'), 'CONTRATO DE LOCAÇÃO'], 'Prazo'],
    [
      'a first line above the first heading',
      'DO OBJETO',
      ['CONTRATO DE LOCAÇÃO', heading(1, 'DO OBJETO')],
      'CONTRATO DE LOCAÇÃO',
    ],
    [
      'the number of a law below the letterhead',
      null,
      ['Presidência da República\nCasa Civil', 'LEI Nº 8.078, DE 11 DE SETEMBRO DE 1990.'],
      'LEI Nº 8.078, DE 11 DE SETEMBRO DE 1990',
    ],
    [
      'a line that goes on',
      null,
      ['INSTRUMENTO PARTICULAR DE CONTRATO DE\nLOCAÇÃO RESIDENCIAL'],
      'INSTRUMENTO PARTICULAR DE CONTRATO DE LOCAÇÃO RESIDENCIAL',
    ],
    ['one word that names a kind of document', null, ['PROCURAÇÃO', 'Por este instrumento'], 'PROCURAÇÃO'],
    ['one word that does not', null, ['URGENTE', 'Por este instrumento'], null],
    ['a letterhead alone', null, ['PREFEITURA MUNICIPAL DE OLINDA', 'Prezados,'], null],
    ['a sentence', null, ['O prazo é de trinta dias.'], null],
    ['a table', null, [{ kind: 'table', text: 'NOME COMPLETO;IDADE' }], null],
    ['(anonymous)', '(anonymous)', ['Um texto.'], null],
    ['>', '>', ['Um texto.'], null],
    ['Untitled', 'Untitled', [heading(1, 'Manual do forno'), 'Um texto.'], 'Manual do forno'],
    ['Documento1', 'Documento1', ['Um texto.'], null],
  ])('%s', (_, written, parts, title) => {
    expect(titleOf(parts, written)).toBe(title);
  });
});
