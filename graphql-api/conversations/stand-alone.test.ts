import { expect, test } from 'vitest';
import type { PastTurn } from './past-turn.ts';
import { readingsOf } from './stand-alone.ts';

const now = new Date(2026, 10, 27);
const after = (asked: string, more: Partial<PastTurn> = {}): PastTurn => ({
  asked,
  paths: ['a.md'],
  known: ['a.md'],
  person: null,
  ...more,
});
/** Returns what is searched for first, and then. */
const searched = (question: string, asked: string, more: Partial<PastTurn> = {}): readonly string[] =>
  readingsOf(question, after(asked, more), now).readings.map((reading) => reading.question);

const RENT = 'Qual é o valor do aluguel da sala da Rua Augusta?';

test.each([
  // Something else of the same thing.
  ['e o prazo?', RENT, 'e o prazo? (aluguel da sala da Rua Augusta)'],
  ['Qual o prazo?', RENT, 'Qual o prazo? (aluguel da sala da Rua Augusta)'],
  ['And the fee?', 'When does the Harper lease end?', 'And the fee? (Harper lease)'],
  ['what about the deposit?', 'How much is the rent of the garage?', 'what about the deposit? (rent of the garage)'],
  // Nothing is named.
  ['Quanto custa?', 'Qual hotel em Brasília?', 'Quanto custa? (hotel em Brasília)'],
  ['E quem assina?', 'Qual é o prazo do contrato 77?', 'E quem assina? (prazo do contrato 77)'],
  [
    'Quanto tempo vai durar?',
    'Quando começa a troca do elevador social?',
    'Quanto tempo vai durar? (troca do elevador social)',
  ],
  ['quando vence?', 'Qual o valor da fatura da gráfica?', 'quando vence? (valor da fatura da gráfica)'],
  ['pode resumir isso?', 'O que diz a ata da assembleia?', 'pode resumir isso? (ata da assembleia)'],
  ['tem certeza?', 'Qual é a cor da caneca?', 'tem certeza? (cor da caneca)'],
  ['how much is it?', 'Where is the projector?', 'how much is it? (projector)'],
  ['Who signed it?', 'When does the Harper lease end?', 'Who signed it? (Harper lease end)'],
  ['Is it refundable?', 'How much is the deposit of the garage?', 'Is it refundable? (deposit of the garage)'],
  ['Who was there?', 'What was decided in the meeting of May 6?', 'Who was there? (meeting of May 6)'],
  ['Do they expire?', 'How many vacation days do we get?', 'Do they expire? (vacation days)'],
  // It points back.
  ['Quem assina esse contrato?', 'Qual é a multa da locação?', 'Quem assina esse contrato? (locação)'],
  ['Does that include lunch?', 'How much is the school trip?', 'Does that include lunch? (school trip)'],
])('%s after %s is %s', (question, asked, expected) => {
  expect(searched(question, asked)[0]).toBe(expected);
});

test.each([
  ['e do contrato 78?', 'Qual é o prazo do contrato 77?', 'e do contrato 78? (prazo)'],
  ['e o 78?', 'Qual é o prazo do contrato 77?', 'e o 78? (prazo do contrato)'],
  [
    'E quanto era em 2023?',
    'Qual é o reembolso das refeições em 2025?',
    'E quanto era em 2023? (reembolso das refeições)',
  ],
  ['e da Helena?', 'Qual é o telefone do Rogério?', 'e da Helena? (telefone)'],
  ['What about the Harper lease?', 'When does the Miller lease end?', 'What about the Harper lease? (end)'],
])('a name takes the place of the earlier one: %s after %s is %s', (question, asked, expected) => {
  expect(searched(question, asked)[0]).toBe(expected);
});

test('a person who was named in the answer is carried with a pronoun, and with nothing else', () => {
  const asked = 'Quem é o síndico do prédio?';
  const more = { person: 'Nelson Ypiranga' };
  expect(readingsOf('Qual o telefone dele?', after(asked, more), now).readings).toMatchObject([
    { question: 'Qual o telefone dele? (Nelson Ypiranga)', paths: [], mustHold: 'Nelson Ypiranga telefone' },
    { question: 'Qual o telefone dele? (prédio)', paths: ['a.md'], mustHold: '' },
  ]);
  expect(searched('O que ele decide?', asked, more)).toEqual(['O que ele decide? (síndico do prédio)']);
  expect(searched('e o telefone?', asked, more)[0]).not.toContain('Nelson');
});

test.each([
  'Qual é o prazo de garantia do liquidificador Zafira?',
  'E qual é o prazo de garantia do liquidificador Zafira?',
  'Quem reformou a fachada do prédio?',
  'Quando foi a festa junina?',
  'Quantos funcionários tem a empresa?',
  'Quem é o dono do carro e qual é o telefone dele?',
  'Is it possible to cancel the Acme agreement?',
  'How long does the banana bread bake?',
  'When was the invoice issued and who signed it?',
  'What is usucaption?',
  'O que é usucapião?',
  'Quais arquivos eu tenho?',
  'o que chegou esta semana?',
  'Quanto gastamos com energia deste mês?',
  'What is the energy bill of this month?',
  'Which invoices that we sent are unpaid?',
])('%s stands alone and is not changed', (question) => {
  expect(readingsOf(question, after(RENT), now)).toEqual({
    isFollowUp: false,
    readings: [{ question, carried: '', paths: ['a.md'], known: [], kind: '', mustHold: '' }],
  });
});

test('the first question of a conversation is not changed', () => {
  for (const question of ['e o prazo?', 'quanto custa?', 'no mês passado?'])
    expect(readingsOf(question, null, now)).toMatchObject({ isFollowUp: false, readings: [{ question, carried: '' }] });
});

test('what may be another topic is also read without the earlier one', () => {
  const { readings } = readingsOf('e a festa junina?', after(RENT), now);
  expect(readings.map(({ question }) => question)).toEqual([
    'e a festa junina? (aluguel da sala da Rua Augusta)',
    'e a festa junina? (valor)',
    'e a festa junina?',
  ]);
  expect(new Set(readings.map(({ mustHold }) => mustHold))).toEqual(new Set(['festa junina']));
  expect(searched('Quem é o síndico?', RENT).at(-1)).toBe('Quem é o síndico?');
  expect(searched('e quem é o síndico?', RENT)).toHaveLength(1);
});

test('the things of a follow-up are carried on, those that it replaced are not', () => {
  const first = searched('e o prazo?', 'Qual o valor do contrato 42?')[0]!;
  expect(first).toBe('e o prazo? (contrato 42)');
  const second = searched('e o do 43?', first)[0]!;
  expect(second).toBe('e o do 43? (prazo, contrato)');
  expect(searched('e a multa?', second)[0]).toBe('e a multa? (43, contrato)');
});

test('the same of another thing does not want the document that was cited', () => {
  const { readings } = readingsOf('e no outro contrato?', after('Qual é a multa do contrato 77?'), now);
  expect(readings[0]).toMatchObject({
    question: 'e no outro contrato? (multa)',
    known: ['a.md'],
    paths: [],
    kind: 'contrato',
  });
  expect(readingsOf('and the other one?', after('Who signed the lease?'), now).readings[0]).toMatchObject({
    question: 'and the other one? (lease)',
    known: ['a.md'],
  });
});

test('relative dates of a follow-up are made absolute, those of a question that stands alone are not', () => {
  expect(searched('e no mês passado?', 'Quanto foi a conta de luz?')[0]).toBe('e em outubro de 2026? (conta de luz)');
  expect(searched('e na semana passada?', 'Quanto foi a conta de luz?')).toEqual([
    'e de 16 a 22 de novembro de 2026? (conta de luz)',
    'e na semana passada? (conta de luz)',
  ]);
  expect(searched('Quanto custou a reforma da fachada no ano passado?', RENT)).toEqual([
    'Quanto custou a reforma da fachada no ano passado?',
  ]);
});
