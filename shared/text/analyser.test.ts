import { describe, expect, it } from 'vitest';
import { gramTerms, terms, wordTerms } from './analyser.ts';

describe('wordTerms', () => {
  it.each([
    ['licitação', 'licitações'],
    ['licitação', 'licitacao'],
    ['licitação', 'LICITACOES'],
    ['ação', 'ações'],
    ['ação', 'acoes'],
    ['rescisão', 'rescisoes'],
    ['município', 'municipios'],
    ['municipal', 'municipais'],
    ['contrato', 'Contratos'],
    ['ﬁscal', 'fiscais'],
    ['São', 'Sa\u0303o'],
  ])('gives %s and %s one term', (one, other) => {
    expect(wordTerms(other)).toEqual(wordTerms(one));
  });

  it.each([
    ['a Lei nº 14.133/2021, de 1º de abril', '14.133/2021'],
    ['CNPJ: 12.345.678/0001-90.', '12.345.678/0001-90'],
    ['CNPJ 12.ABC.345/01DE-35', '12.abc.345/01de-35'],
    ['CPF 123.456.789-09', '123.456.789-09'],
    ['em 2026-11-22', '2026-11-22'],
    ['norma ISO-9001', 'iso-9001'],
    ['ligue +55 11 98765-4321', '98765-4321'],
    ['Maria.Silva+nf@empresa.com.br, hoje', 'maria.silva+nf@empresa.com.br'],
  ])('keeps a code whole: %s', (text, code) => {
    expect(wordTerms(text)).toContain(code);
  });

  it('leaves out the stop words of both languages, with and without accents', () => {
    expect(wordTerms('O que é isso? Até você, às vezes. What is the name of it?')).toEqual(['vez', 'nam']);
  });

  it('keeps negation', () => {
    expect(wordTerms('não, sem, not, without')).toEqual(['nao', 'sem', 'not', 'without']);
  });

  it('keeps the order of appearance and repetitions', () => {
    expect(wordTerms('prazo, multa; prazo')).toEqual(['praz', 'mult', 'praz']);
  });

  it('parts words at hyphens and apostrophes, and adds the compound', () => {
    expect(wordTerms("guarda-chuva d'água")).toEqual(['guard', 'chuv', 'agua', 'guardachuv']);
  });

  it.each([
    ['one letter', 'a'],
    ['letters and stops', 'a.'],
    ['half addresses', 'a.b.c@'],
    ['hyphens after an at sign', 'a@-'],
    ['labels', 'a@b.'],
    ['digits and stops', '1.'],
    ['accents', '\u0301'],
    ['endings', 'oes'],
  ])('takes time in proportion to the length of hostile text: a megabyte of %s', (_, piece) => {
    expect(terms(piece.repeat(1_000_000 / piece.length)).length).toBeLessThan(3_000_000);
  });

  it('finds nothing in nothing', () => {
    expect(terms('')).toEqual([]);
    expect(terms(' \n—…!')).toEqual([]);
  });
});

describe('gramTerms', () => {
  it('gives overlapping pieces of four, with the ends of the word marked', () => {
    expect(gramTerms('multa')).toEqual(['#_mul', '#mult', '#ulta', '#lta_']);
    expect(gramTerms('fé')).toEqual(['#_fe_']);
    expect(gramTerms('x')).toEqual(['#_x_']);
  });

  it('gives related words something in common', () => {
    const municipal = new Set(gramTerms('municipal'));
    expect(gramTerms('município').filter((gram) => municipal.has(gram))).toHaveLength(5);
  });

  it('lets a part of a code meet the code', () => {
    const law = new Set(gramTerms('14.133/2021'));
    expect(gramTerms('14133').every((gram) => law.has(gram) || gram.endsWith('_'))).toBe(true);
  });

  it('never gives a term that a word gives', () => {
    const text = 'casa mesa _cas #_cas dados@exemplo.com 14.133';
    const words = new Set(wordTerms(text));
    expect(gramTerms(text).filter((gram) => words.has(gram))).toEqual([]);
  });
});
