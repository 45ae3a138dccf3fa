import { expect, test } from 'vitest';
import { judgeRewrite } from './accept-rewrite.ts';

const EARLIER = ['Qual é o prazo do contrato 77?', 'O contrato 77 dura 24 meses; assina o Sr. Otávio Brandt.'];

test.each([
  ['e a multa?', 'Qual é a multa do contrato 77?', 'Qual é a multa do contrato 77?'],
  ['e a multa?', ' Pergunta reescrita: “Qual é a multa do contrato 77?” ', 'Qual é a multa do contrato 77?'],
  ['e a multa?', '- Qual é a multa do\tcontrato 77?', 'Qual é a multa do contrato 77?'],
  ['e o do 78?', 'Qual é o prazo do contrato 78?', 'Qual é o prazo do contrato 78?'],
  ['Quanto ele recebe?', 'Quanto Otávio Brandt recebe?', 'Quanto Otávio Brandt recebe?'],
  ['e a multa?', 'Qual é a multa do Sr. Otávio Brandt?', 'Qual é a multa do Sr. Otávio Brandt?'],
  ['quem assina?', 'Quem assina o contrato 77, de 24 meses?', 'Quem assina o contrato 77, de 24 meses?'],
])('%s may become %s', (question, written, taken) => {
  expect(judgeRewrite(written, question, EARLIER)).toEqual({ question: taken, refusedBecause: null });
});

test.each([
  ['an answer', 'e a multa?', 'A multa do contrato 77 é de 2%.', 'it is not one question'],
  ['nothing', 'e a multa?', '  ', 'it is not one question'],
  ['a sentence before it', 'e a multa?', 'O contrato dura 24 meses. Qual é a multa?', 'it is not one question'],
  ['an announcement', 'e a multa?', 'A resposta é: qual é a multa do contrato?', 'it is not one question'],
  ['two questions', 'e a multa?', 'Qual é a multa? E o prazo do contrato 77?', 'it is not one question'],
  ['the question itself', 'e a multa?', 'E a multa?', 'it repeats a question'],
  ['the earlier question', 'e o prazo?', 'Qual é o prazo do contrato 77?', 'it repeats a question'],
  ['one that drops a number', 'e o do 78?', 'Qual é o prazo do contrato?', 'it drops "78"'],
  ['one with another number', 'e o do 78?', 'Qual é o prazo do contrato 77?', 'it repeats a question'],
  ['one that drops a name', 'e o da Helena?', 'Qual é o prazo do contrato dela?', 'it drops "helena"'],
  ['one that drops what is asked for', 'e a multa?', 'Qual é o prazo do contrato 77 hoje?', 'it drops "multa"'],
  ['gibberish', 'pode resumir isso?', 'Perempre que resumido?', 'it brings nothing of the conversation'],
  ['an invented number', 'e a multa?', 'Qual é a multa de 5% do contrato 77?', 'it brings 5, which was not mentioned'],
  [
    'an invented name',
    'e a multa?',
    'Qual é a multa do contrato da Mona Lisa?',
    expect.stringMatching(/it brings "mon/),
  ],
  ['an essay', 'e a multa?', `Qual é a multa do contrato ${'77 '.repeat(100)}?`, 'it is longer than 300 characters'],
])('%s is not taken', (_, question, written, refusedBecause) => {
  expect(judgeRewrite(written, question, EARLIER)).toEqual({ question: null, refusedBecause });
});

test('300 characters are taken, one more is not', () => {
  const ofLength = (chars: number): string =>
    `Qual é a multa do contrato ${'77 '.repeat(100)}`.slice(0, chars - 1) + '?';
  expect(judgeRewrite(ofLength(300), 'e a multa?', EARLIER)).toMatchObject({ refusedBecause: null });
  expect(judgeRewrite(ofLength(301), 'e a multa?', EARLIER)).toMatchObject({ question: null });
});
