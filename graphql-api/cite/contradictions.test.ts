import { describe, expect, test } from 'vitest';
import type { Chunk } from '#shared/document.ts';
import { createEvidenceReader, readStatement } from './evidence.ts';

/** Whether a text supports a statement that has a marker. */
function supports(text: string, statement: string): boolean {
  // `as`: nothing else of a chunk is read.
  const reader = createEvidenceReader({ rank: 1, chunk: { text } as Chunk, context: '' });
  return reader.find(readStatement(statement), { isMarked: true }) !== undefined;
}

const RENT =
  'O atraso no pagamento do aluguel implicará multa de 10% sobre o valor. As benfeitorias não autorizadas não serão indenizadas.';
const INSURANCE =
  'O seguro não paga se o motorista estiver alcoolizado, sem habilitação ou com ela vencida há mais de 30 dias, nem em transporte remunerado de passageiros.';
const PEOPLE = 'FIADOR: Paulo Roberto Lima, pai da locatária. LOCATÁRIA: Juliana Souza Lima, professora.';

describe.each([
  [
    'a denial',
    INSURANCE,
    'O seguro não paga se o motorista estiver alcoolizado.',
    'O seguro paga se o motorista estiver alcoolizado.',
  ],
  [
    'a denial in English',
    'Members do not pay for the first visit to the pool, whatever the day.',
    'Members do not pay for the first visit.',
    'Members pay for the first visit.',
  ],
  [
    'a no of another thing',
    RENT,
    'O atraso no pagamento do aluguel implica multa.',
    'O atraso no pagamento do aluguel não implica multa.',
  ],
  [
    'a decision',
    'O orçamento da reforma foi aprovado em R$ 38.000,00.',
    'Aprovaram R$ 38 mil de orçamento para a reforma.',
    'Rejeitaram R$ 38 mil de orçamento para a reforma.',
  ],
  [
    'a permission',
    'É permitida a permanência de animais domésticos de pequeno porte, desde que não perturbem os vizinhos.',
    'Animais domésticos de pequeno porte são permitidos.',
    'Animais domésticos de pequeno porte são proibidos.',
  ],
  [
    'a permission in English',
    'Small pets are allowed in the flat, under the usual conditions.',
    'Small pets are allowed in the flat.',
    'Small pets are forbidden in the flat.',
  ],
  ['a prohibition', 'Não é permitido fumar no salão.', 'É proibido fumar no salão.', 'É permitido fumar no salão.'],
  [
    'what is not forbidden',
    'Não é proibido fumar no salão de festas.',
    'Não é proibido fumar no salão de festas.',
    'É proibido fumar no salão de festas.',
  ],
  [
    'a prohibition with a denial of another kind',
    'É proibido treinar sem camiseta ou de chinelo.',
    'É proibido treinar de chinelo ou sem camiseta.',
    'É permitido treinar de chinelo ou sem camiseta.',
  ],
  [
    'a place in a row',
    'Either party may end the lease at the end of the third year with six months notice.',
    'Either party may end the lease at the end of the 3rd year.',
    'Either party may end the lease at the end of the fifth year.',
  ],
  [
    'a day of the week',
    'A piscina fecha para limpeza às quartas-feiras.',
    'Na quarta-feira, a piscina fecha para limpeza.',
    'Na quinta-feira, a piscina fecha para limpeza.',
  ],
  [
    'a permission that is denied',
    'A entrada de animais não é permitida no salão.',
    'A entrada de animais é proibida no salão.',
    'A entrada de animais é permitida no salão.',
  ],
  [
    'how often',
    'O aluguel mensal é de R$ 2.850,00, reajustado pelo IPCA.',
    'O aluguel é de R$ 2.850,00 por mês.',
    'O aluguel é de R$ 2.850,00 por ano.',
  ],
  [
    'how often in English',
    'The annual rent is £18,600, payable in advance.',
    'The rent is £18,600 a year.',
    'The rent is £18,600 a month.',
  ],
  ['a full name', PEOPLE, 'O fiador é o pai da locatária, Paulo Lima.', 'O fiador é o pai da locatária, Souza Paulo.'],
])('%s', (_, text, right, wrong) => {
  test('is kept', () => expect(supports(text, right)).toBe(true));
  test('is not turned round', () => expect(supports(text, wrong)).toBe(false));
});

test.each([
  ['Não é permitido fumar no salão de festas.', 'É proibido fumar no salão de festas.'],
  ['É proibido fumar no salão de festas.', 'Não é permitido fumar no salão de festas.'],
  ['Quem não paga o boleto até o dia 5 paga multa de 2%.', 'Quem não paga o boleto até o dia 5 paga multa de 2%.'],
  [
    'A regata de inverno foi cancelada por falta de patrocínio.',
    'A regata de inverno não acontece, por falta de patrocínio.',
  ],
  [
    'A locatária fica dispensada da multa se for transferida pelo empregador.',
    'A locatária não paga multa se for transferida pelo empregador.',
  ],
  ['A piscina não abre às quartas. Nos outros dias, a piscina abre às 7h.', 'A piscina abre às 7h.'],
  ['A anuidade é paga em parcelas mensais de R$ 70,00.', 'As parcelas da anuidade são de R$ 70,00 ao mês.'],
  ['O aviso é de um mês, e o reajuste é anual.', 'O aviso é de um mês.'],
  ['O valor mínimo é de R$ 10,00, e o máximo, de R$ 90,00.', 'O valor máximo é de R$ 90,00.'],
  ['O plano não só inclui a avaliação física como também a piscina.', 'O plano inclui a avaliação física.'],
])('%s supports: %s', (text, statement) => {
  expect(supports(text, statement)).toBe(true);
});
