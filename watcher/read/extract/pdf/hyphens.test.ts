import { expect, test } from 'vitest';
import { joinLines, wordsOf } from './hyphens.ts';

const join = (text: string, next: string, file = ''): string => joinLines(text, next, () => wordsOf([{ text: file }]));

test.each([
  ['o ex-', 'presidente', 'o ex-presidente'],
  ['o', 'ex', 'o ex'],
  ['o ex', '-presidente disse', 'o ex-presidente disse'],
  ['o porta-', 'malas', 'o porta-malas'],
  ['a pré-', 'avaliação', 'a pré-avaliação'],
  ['chefe da sub-', 'regional', 'chefe da sub-regional'],
  ['e cobrar-', 'lhe-ão os juros', 'e cobrar-lhe-ão os juros'],
  ['cobrar-lhe-', 'ão os juros', 'cobrar-lhe-ão os juros'],
  ['a Coca-', 'Cola', 'a Coca-Cola'],
  ['vice-', 'diretor', 'vice-diretor'],
  ['relatório técnico-', 'científico', 'relatório técnico-científico'],
  ['médico-', 'chefe', 'médico-chefe'],
  ['segunda-', 'feira', 'segunda-feira'],
  ['encontra-', 'se', 'encontra-se'],
  ['devendo-', 'se notificar', 'devendo-se notificar'],
  ['fazê-', 'lo', 'fazê-lo'],
  ['período 2020-', '2021', 'período 2020-2021'],
  ['o código DEC-', '0054', 'o código DEC-0054'],
  ['BELO HORIZONTE-', 'MG', 'BELO HORIZONTE-MG'],
])('keeps the hyphen of %j and %j', (text, next, joined) => {
  expect(join(text, next)).toBe(joined);
});

test.each([
  ['trin-', 'ta dias', 'trinta dias'],
  ['SER-', 'VIÇOS', 'SERVIÇOS'],
  ['o pré-', 'dio', 'o prédio'],
  ['o pró-', 'ximo', 'o próximo'],
  ['o ex-', 'pediente', 'o expediente'],
  ['a porta-', 'ria', 'a portaria'],
  ['a clas-', 'se', 'a classe'],
  ['a hipóte-', 'se', 'a hipótese'],
  ['os títu-', 'los', 'os títulos'],
  ['o capítu-', 'lo', 'o capítulo'],
  ['a sub-', 'stância', 'a substância'],
  ['con\u00AD', 'trato', 'contrato'],
  ['técni-', 'co', 'técnico'],
])('drops the hyphen that divides %j and %j', (text, next, joined) => {
  expect(join(text, next)).toBe(joined);
});

test('decides as the rest of the file does', () => {
  expect(join('o well-', 'known', 'a well-known case')).toBe('o well-known');
  expect(join('a Mal-', 'vina', 'ver malvina')).toBe('a Malvina');
  expect(join('o guarda-', 'roupa', 'o guardaroupa')).toBe('o guardaroupa');
});

test('puts a blank between other lines', () => {
  expect(join('o prazo', 'de trinta')).toBe('o prazo de trinta');
  expect(join('o prazo -', 'de trinta')).toBe('o prazo - de trinta');
});
