import { describe, expect, it } from 'vitest';
import { stem } from './stem.ts';

describe('stem', () => {
  it.each([
    ['licitacao', 'licitacoes'],
    ['acao', 'acoes'],
    ['rescisao', 'rescisoes'],
    ['pao', 'paes'],
    ['mao', 'maos'],
    ['mae', 'maes'],
    ['municipal', 'municipais'],
    ['municipio', 'municipios'],
    ['papel', 'papeis'],
    ['imovel', 'imoveis'],
    ['util', 'uteis'],
    ['facil', 'faceis'],
    ['civil', 'civis'],
    ['lei', 'leis'],
    ['real', 'reais'],
    ['pais', 'paises'],
    ['mes', 'meses'],
    ['homem', 'homens'],
    ['item', 'itens'],
    ['valor', 'valores'],
    ['professor', 'professoras'],
    ['juiz', 'juizes'],
    ['vez', 'vezes'],
    ['contrato', 'contratos'],
    ['aluno', 'alunas'],
    ['publico', 'publica'],
    ['prazo', 'prazos'],
    ['policy', 'policies'],
    ['question', 'questions'],
    ['plan', 'plans'],
    ['term', 'terms'],
    ['box', 'boxes'],
    ['process', 'processes'],
    ['email', 'emails'],
    ['invoice', 'invoices'],
  ])('brings %s and %s together', (one, other) => {
    expect(stem(other)).toBe(stem(one));
  });

  it.each([
    ['contrato', 'contrario'],
    ['municipal', 'municipio'],
    ['pais', 'pai'],
    ['mes', 'mesa'],
    ['casa', 'caso'],
    ['receita', 'receptor'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(stem(other)).not.toBe(stem(one));
  });

  it.each(['a', 'xi', 'lei', 'ano', 'vez'])('leaves a short word as it is: %s', (word) => {
    expect(stem(word)).toBe(word);
  });
});
