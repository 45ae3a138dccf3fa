import { describe, expect, it } from 'vitest';
import { detectLanguage, foreignLanguageOf, languageOfQuestion } from './language.ts';

describe('languageOfQuestion', () => {
  it.each([
    'Qual é o prazo de entrega?',
    'qual o valor do contrato 14.133/2021',
    'Quem assinou?',
    'Quantos dias de férias?',
    'o que diz a cláusula 5',
    'O que é machine learning?',
    'Onde fica o what is love no documento?',
    'férias',
    'CNPJ da empresa',
    'NF-e 4312',
    '',
    '???',
  ])('answers in Portuguese: %s', (question) => {
    expect(languageOfQuestion(question)).toBe('pt');
  });

  it.each([
    'What is the delivery deadline?',
    'who signed it?',
    'How do I reset the router?',
    'When does the contract with São Paulo end?',
    'budget of São Paulo',
    'Who is João da Silva?',
    'list the risks',
    'Show me the invoice total',
    'Where’s the warranty?',
  ])('answers in English: %s', (question) => {
    expect(languageOfQuestion(question)).toBe('en');
  });
});

describe('foreignLanguageOf', () => {
  it.each([
    ['es', '¿Cuál es el plazo de entrega?'],
    ['es', 'Cuanto cuesta el alquiler'],
    ['es', 'Donde firmo el contrato?'],
    ['fr', 'Quel est le loyer mensuel ?'],
    ['fr', 'Combien de jours de vacances ?'],
    ['de', 'Wie hoch ist die Miete?'],
    ['de', 'Wann endet der Vertrag?'],
    ['it', 'Quanto costa l’affitto?'],
    ['it', 'Qual è la scadenza del contratto?'],
    ['und', '契約の期間は？'],
    ['und', 'Каков срок договора?'],
  ])('finds %s: %s', (language, question) => {
    expect(foreignLanguageOf(question)).toBe(language);
  });

  it.each([
    'Qual é o prazo de entrega?',
    'plazo de entrega',
    'voo AL8102 sai q horas',
    'Quanto custa o aluguel e como pago?',
    'What is the delivery deadline?',
    'Who is El Niño named after?',
    'valor da NF de 12/03',
    '',
    '2026?',
  ])('leaves it to Portuguese or English: %s', (question) => {
    expect(foreignLanguageOf(question)).toBeNull();
  });
});

describe('detectLanguage', () => {
  it.each([
    ['pt', 'O contrato terá vigência de doze meses e poderá ser prorrogado por acordo entre as partes.'],
    ['en', 'The contract is valid for twelve months and may be extended if both parties agree to it.'],
    ['es', 'El contrato tendrá una vigencia de doce meses y podrá ser prorrogado por acuerdo de las partes.'],
    ['fr', 'Le contrat est conclu pour une durée de douze mois et peut être prolongé par les parties.'],
    ['de', 'Der Vertrag wird für zwölf Monate geschlossen und kann von den Parteien verlängert werden.'],
    ['it', 'Il contratto ha la durata di dodici mesi e può essere prorogato per accordo tra le parti.'],
  ])('finds %s in a sentence', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });

  it.each([
    ['nothing', ''],
    ['a title', 'Relatório de gestão 2024'],
    ['numbers', '12,50 13,00 44.100 '.repeat(100)],
    [
      'a language outside the table',
      'Umowa jest zawarta na okres dwunastu miesięcy oraz może zostać przedłużona przez strony.',
    ],
    [
      'two languages in equal parts',
      'Este é o texto em que se diz o que é. This is the text in which it is said what it is.',
    ],
  ])('does not guess at %s', (_, text) => {
    expect(detectLanguage(text)).toBeNull();
  });

  it('recognises decomposed accents', () => {
    expect(detectLanguage('Não há informações: são só números e não estão aí.'.normalize('NFD'))).toBe('pt');
  });

  it('looks at the beginning of a long text only', () => {
    const portuguese = 'Este é o texto em que se diz o que é. '.repeat(600);
    expect(detectLanguage(portuguese + 'This is the text of it. '.repeat(5_000))).toBe('pt');
  });
});
