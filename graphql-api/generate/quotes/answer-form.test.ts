import { expect, test } from 'vitest';
import { answerForm } from './answer-form.ts';

test.each([
  ['Que horas abre a serraria?', 'Abre às 7h30.', 'Abre dia 3.'],
  ['what time is the ferry', 'It leaves at 9:15.', 'It leaves on Monday.'],
  ['quanto tempo dura o estágio', 'O estágio é de 6 (seis) meses.', 'CNPJ 33.201.775/0001-08'],
  ['prazo da obra', 'A obra vai até 12/05.', 'A obra tem o nº 4.1.'],
  ['how long is the warranty', 'It covers two years.', 'It covers part 33.'],
  ['até quando vale a senha', 'Vale até 1º de março.', 'Vale na sala 9.'],
  ['quantos dias de folga', 'São doze dias.', 'São da sala 12.'],
  ['telefone do pedreiro', 'Pedreiro: 95555-0101.', 'Pedreiro da casa 12.'],
  ['quanto custa o frete', 'O frete sai por R$ 40,00.', 'O frete sai da doca 40.'],
  ['valor da multa', 'A multa é de 2%.', 'A multa é da cláusula 2.'],
  ['how much is the deposit', 'A deposit of £80 is due.', 'A deposit for room 80 is due.'],
  ['mensalidade da natação', '12 parcelas de 310,00', 'turma 310'],
])('%s', (question, answer, other) => {
  expect(answerForm(question)(answer)).toBe(true);
  expect(answerForm(question)(other)).toBe(false);
});

test('a question that does not say what its answer looks like is answered by no form', () => {
  expect(answerForm('Quem cuida do galpão?')('Desde 3 de maio, por R$ 10,00.')).toBe(false);
});
