import { expect, test } from 'vitest';
import { askedWords } from '#shared/text/asked-words.ts';
import { contentWords } from './content-words.ts';

/** The content words of a question as "word role", "!" after what is asked for and "*" after a complement. */
const rolesIn = (question: string): readonly string[] =>
  contentWords(question, askedWords(question)).map(
    ({ written, role, isHead, isComplement }) => `${written} ${role}${isHead ? '!' : ''}${isComplement ? '*' : ''}`,
  );

test('quantifiers, light verbs and courtesy are no content words', () => {
  expect(rolesIn('Oi, por favor, quanto custa a pousada?')).toEqual(['pousada NOUN!']);
  expect(rolesIn('preciso saber quantas galinhas temos')).toEqual(['galinhas NOUN!']);
  expect(rolesIn('Could you please tell me how much the ferry costs?')).toEqual(['ferry NOUN!']);
});

test('what is asked for is the head, and what follows "de" is a complement', () => {
  expect(rolesIn('o celular da jardineira')).toEqual(['celular NOUN!', 'jardineira NOUN*']);
  expect(rolesIn('qual a voltagem do torno?')).toEqual(['voltagem NOUN!', 'torno NOUN*']);
});

test('numbers, codes and capitalised words are names; a quantity and the first word are not', () => {
  expect(rolesIn('Onde fica o galpão 12?')).toEqual(['galpao NOUN!', '12 NAME']);
  expect(rolesIn('Quando nasceu o bezerro da Mimosa?')).toContain('mimosa NAME');
  expect(rolesIn('corda de 8 metros')).toContain('8 NOUN*');
  expect(rolesIn('Galpões alugados')[0]).toBe('galpoes NOUN!');
});

test('capital letters mean nothing when all words have them', () => {
  expect(rolesIn('Valor Da Ração Dos Bezerros')).not.toContain('bezerros NAME');
  expect(rolesIn('VOLTAGEM TORNO')).toEqual(['voltagem NOUN!', 'torno NOUN']);
});

test('a verb is known by its ending or its place', () => {
  expect(rolesIn('quem consertou o torno')).toEqual(['consertou VERB', 'torno NOUN!']);
  expect(rolesIn('como troca a correia')).toEqual(['troca VERB', 'correia NOUN!']);
  expect(rolesIn('Can I return the kayak?')).toEqual(['return VERB', 'kayak NOUN!']);
});

test('a word after a kind of thing is a verb, unless it is an adjective or a preposition follows', () => {
  expect(rolesIn('Qual chave abre portões?')).toEqual(['chave KIND', 'abre VERB', 'portoes NOUN!']);
  expect(rolesIn('Que usina move moinhos?')).toEqual(['usina KIND', 'move VERB', 'moinhos NOUN!']);
  expect(rolesIn('qual plano básico cobre vacinas')).toContain('basico NOUN!');
  expect(rolesIn('qual mata em Olinda')).toEqual(['mata KIND', 'olinda NAME']);
});

test('how and when something is done is no noun', () => {
  expect(rolesIn('Can she leave early?')).toEqual(['leave VERB', 'early MEASURE']);
  expect(rolesIn('a menina viaja sozinha')).toContain('sozinha MEASURE');
});

test('only ordinals are forms of an ordinal', () => {
  const [word] = contentWords('o 5º andar', askedWords('o 5º andar'));
  expect(word?.forms.has('5o')).toBe(true);
  expect(word?.forms.has('quint')).toBe(true);
  expect(word?.forms.has('5')).toBe(false);
});
