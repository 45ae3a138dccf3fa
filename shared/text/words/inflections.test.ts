import { expect, test } from 'vitest';
import { inflectionsOf, presentInfinitivesOf, verbFormsOf } from './inflections.ts';
import { stem } from './stem.ts';

/** Whether a question with one word finds a text with the other. */
const finds = (asked: string, written: string): boolean =>
  [asked, ...inflectionsOf(asked)].map(stem).includes(stem(written));

test.each([
  ['decidido', 'decisoes'],
  ['decisao', 'decidiu'],
  ['suspender', 'suspensao'],
  ['ceder', 'cessao'],
  ['discutiram', 'discussao'],
  ['demissao', 'demitido'],
  ['submeter', 'submissao'],
  ['reter', 'retencao'],
  ['reduziu', 'reducao'],
  ['impressao', 'imprimir'],
  ['devolver', 'devolucao'],
  ['recepcao', 'receber'],
  ['inscrever', 'inscricao'],
  ['proteger', 'protecao'],
  ['corrigido', 'correcao'],
  ['prevenir', 'prevencao'],
  ['aprovacao', 'aprovado'],
  ['cancelamento', 'cancelou'],
  ['atendimentos', 'atender'],
])('a question with %s finds %s', (asked, written) => {
  expect(finds(asked, written)).toBe(true);
});

test.each([
  ['pensao', 'pensar'],
  ['missao', 'emitir'],
  ['nacao', 'nascer'],
  ['sessao', 'ceder'],
])('a question with %s does not find %s', (asked, written) => {
  expect(finds(asked, written)).toBe(false);
});

test.each([
  ['protegido', 'protegem', 'proteguido'],
  ['exigir', 'exija', 'exigam'],
  ['pagar', 'pague', 'page'],
  ['marcar', 'marquei', 'marcei'],
])('%s is also %s, and no spelling that sounds different', (word, other, misspelt) => {
  expect(inflectionsOf(word)).toContain(other);
  expect(inflectionsOf(word)).not.toContain(misspelt);
});

test.each([
  ['dura', 'durar'],
  ['vence', 'vencer'],
  ['assumem', 'assumir'],
  ['alugam', 'alugar'],
  ['troco', 'trocar'],
])('%s may be a form of %s', (word, infinitive) => {
  expect(presentInfinitivesOf(word)).toContain(infinitive);
});

test('a word that is too short or ends otherwise is no verb of the present', () => {
  expect(presentInfinitivesOf('voz')).toEqual([]);
  expect(presentInfinitivesOf('boa')).toEqual([]);
});

test('only what may be a verb in its dictionary form has other verb forms', () => {
  expect(verbFormsOf('terminate')).toContain('terminated');
  expect(verbFormsOf('rescindir')).toContain('rescindida');
  expect(verbFormsOf('empregador')).not.toContain('empregada');
  expect(verbFormsOf('empregado')).toEqual([]);
});
