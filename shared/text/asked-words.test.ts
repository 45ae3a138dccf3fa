import { describe, expect, it, test } from 'vitest';
import { wordTerms } from './analyser.ts';
import { areFamily, askedWords, type AskedWord } from './asked-words.ts';
import { withSpellings } from './spellings.ts';

/** How much of each word of the question a text holds, 0 to 1. */
function sharesIn(text: string, asked: readonly AskedWord[]): number[] {
  const terms = new Set(wordTerms(text));
  return asked.map(({ forms }) => Math.max(0, ...[...forms].map(([term, share]) => (terms.has(term) ? share : 0))));
}
const least = (question: string, text: string): number => Math.min(...sharesIn(text, askedWords(question)));

describe('a range of days meets each of its days, and no other', () => {
  it.each([
    'de 16 a 22 de novembro de 2026',
    'de 16 até 22 de novembro de 2026',
    'from 16 to 22 November 2026',
    'de 16 de novembro de 2026 a 22 de novembro de 2026',
    'from November 16, 2026 to November 22, 2026',
  ])('%s', (range) => {
    expect(askedWords(range)).toHaveLength(1);
    for (const day of ['em 16/11/2026', 'no dia 19 de novembro de 2026', 'on November 22, 2026'])
      expect(least(range, day)).toBe(1);
    for (const day of ['em 15/11/2026', 'no dia 23 de novembro de 2026', 'em novembro de 2026'])
      expect(least(range, day)).toBeLessThan(0.5);
    expect(least(range, 'no dia 19 de novembro')).toBe(0.9);
  });

  it('across months and years', () => {
    const range = 'de 29 de dezembro de 2025 a 4 de janeiro de 2026';
    expect(askedWords(range)).toHaveLength(1);
    for (const day of ['29/12/2025', '31/12/2025', '01/01/2026', '4 de janeiro de 2026'])
      expect(least(range, day)).toBe(1);
    for (const day of ['28/12/2025', '05/01/2026']) expect(least(range, day)).toBeLessThan(0.5);
  });

  it('beside another date', () => {
    const [day, range] = askedWords('5 de maio de 2026 ou de 16 a 22 de novembro de 2026');
    expect([day?.term, range?.term]).toEqual(['=2026-05-05', '=2026-11-16']);
  });

  it('14 days are a range, 15 are two dates', () => {
    expect(askedWords('de 1 a 14 de maio de 2026')).toHaveLength(1);
    expect(askedWords('de 1 de maio de 2026 a 15 de maio de 2026')).toHaveLength(2);
  });
});

describe('a code in another notation meets the code of the text', () => {
  it.each([
    ['lei 13709', 'a Lei nº 13.709/2018 (LGPD)'],
    ['lei 13.709/18', 'a Lei nº 13.709/2018 (LGPD)'],
    ['lei 13709/2018', 'a Lei nº 13.709, de 14 de agosto'],
    ['decreto 9.507', 'o Decreto 9507/2018'],
    ['cnpj 45987123000106', 'CNPJ: 45.987.123/0001-06'],
    ['cnpj 45 987 123 0001 06', 'CNPJ: 45.987.123/0001-06'],
    ['cnpj 45.987.123/0001-06', 'CNPJ 45987123000106'],
    ['cpf 31245678910', 'CPF nº 312.456.789-10'],
    ['cpf 312456789-10', 'CPF nº 312.456.789-10'],
    ['cep 50030230', 'Recife, CEP 50.030-230'],
    ['cep 50030-230', 'Recife, CEP 50.030-230'],
    ['telefone 996541234', 'Telefone: (81) 99654-1234'],
    ['telefone 81 99654 1234', 'Telefone: (81) 99654-1234'],
    ['telefone (81) 99654-1234', 'Telefone: +55 81 9 9654 1234'],
    ['telefone 34561234', 'telefone 3456-1234'],
    ['processo 00023451120238170001', 'Processo 0002345-11.2023.8.17.0001'],
    ['R$ 1800', 'R$ 1.800,00'],
    ['1800 reais', 'R$ 1.800,00'],
    ['mil e oitocentos', 'R$ 1.800,00'],
    ['1.800,00', 'mil e oitocentos'],
    ['R$ 2.450,90', 'R$2450,90'],
    ['15 mil', 'R$ 15.000,00'],
    ['quinze mil', 'R$ 15.000,00'],
    ['2,5 milhões', 'R$ 2.500.000,00'],
    ['two thousand five hundred', 'USD 2,500.00'],
    ['vinte e um', '21'],
    ['quinze', 'item 15'],
    ['7', 'são sete'],
    ['décimo terceiro', 'o 13º salário'],
    ['13o', 'o décimo terceiro'],
    ['3º', 'terceiro'],
    ['quarta', 'cláusula 4ª'],
    ['7%', 'sete por cento'],
    ['09/04/2027', 'Recife, 9 de abril de 2027'],
    ['9 de abril de 2027', '09/04/2027'],
    ['9 de abril', 'até 09/04'],
    ['9/4/27', '2027-04-09'],
    ['April 9, 2027', '9 de abril de 2027'],
    ['abril/2027', 'em abril de 2027'],
    ['04/2027', 'abril de 2027'],
    ['abr/27', '2027-04-09'],
    ['abril', '09/04/2027'],
    ['19h30', 'às 19:30'],
    ['A.N.E.E.L.', 'a ANEEL'],
    ['aneel', 'a A.N.E.E.L.'],
    ['TRT 6', 'o TRT-6'],
    ['trt-6', 'o TRT 6'],
    ['TRT6', 'o TRT-6'],
    ['hz7702', 'o HZ-7702'],
    ['HZ 7702', 'o hz7702'],
    ['hz-7702', 'o HZ 7702'],
    ['placa rkb2c45', 'placa RKB-2C45'],
    ['apólice 7710.22.0041-8', 'apólice 7710220041 8 ou 77102200418'],
    ['contrato 9', 'contrato 009'],
    ['microondas', 'o micro-ondas'],
    ['micro ondas', 'o micro-ondas'],
  ])('%s: %s', (question, text) => {
    expect(least(question, text)).toBeGreaterThan(0.2);
  });
});

it.each([
  ['lei 13709', 'a Lei nº 13.708/2018'],
  ['cnpj 45987123000106', 'CNPJ: 45.987.123/0002-06'],
  ['R$ 1800', 'R$ 18,00'],
  ['R$ 1.800,00', 'R$ 18.000,00'],
  ['contrato 9', 'contrato 90'],
  ['9 de abril de 2027', 'em 8 de maio de 2026'],
  ['TRT 6', 'o TRT 7'],
  ['hz7702', 'o HZ-7703'],
])('another code is another code: %s is not in %s', (question, text) => {
  expect(least(question, text)).toBe(0);
});

test('a date of another day counts less than the same one, and its year alone next to nothing', () => {
  const [exact, month, year] = ['09/04/2027', '10/04/2027', '2027'].map((text) => least('9 de abril de 2027', text));
  expect(exact).toBe(1);
  expect(month).toBeLessThanOrEqual(0.4);
  expect(year).toBeLessThanOrEqual(0.1);
});

describe('a word meets what people write in its place', () => {
  it.each([
    ['vender', 'itens vendidos'],
    ['vendeu', 'a venda'],
    ['pagar', 'o pagamento'],
    ['cancelei', 'pode cancelar'],
    ['contratou', 'a contratação'],
    ['entregue', 'prazo de entrega'],
    ['booked', 'the booking'],
    ['children', 'one child'],
    ['apê', 'o apartamento'],
    ['tel', 'telefone'],
    ['aluguel', 'a locação'],
    ['aluguei', 'a locação'],
    ['salário', 'a remuneração'],
    ['carro', 'o veículo'],
    ['cachorro', 'animais'],
    ['landlord', 'the lessor'],
  ])('%s: %s', (question, text) => {
    const share = least(question, text);
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(1);
  });

  it('but a narrower word does not stand for a wider one', () => {
    expect(least('animais', 'o cachorro')).toBe(0);
  });
});

test('short forms of stop words are left out, and each word is there once, in order', () => {
  expect(askedWords('qdo vc paga o prédio, o prédio?').map(({ written }) => written)).toEqual(['paga', 'predio']);
  expect(askedWords('o que é?')).toEqual([]);
});

test('a text without spaces is compared by pairs of characters, and without what only asks', () => {
  const shares = sharesIn('東京本社の会議は毎週火曜日に開かれる。', askedWords('会議はいつ開かれますか？'));
  expect(shares.filter((share) => share === 1).length / shares.length).toBeGreaterThan(0.7);
  const thai = sharesIn('ราคาห้องพักคือพันบาท', askedWords('ราคาห้องพักเท่าไร'));
  expect(thai.filter((share) => share === 1).length / thai.length).toBeGreaterThan(0.8);
  expect(Math.max(...sharesIn('天气很好', askedWords('合同期限多久？')))).toBe(0);
});

describe('withSpellings', () => {
  const vocabulary = new Set(wordTerms('O contrato de manutenção da geladeira e a recepção do laboratório.'));
  it.each([
    ['contarto', 'contrato'],
    ['manutensão', 'manutenção'],
    ['geladera', 'geladeira'],
    ['receção', 'recepção'],
    ['laboratrio', 'laboratório'],
  ])('takes %s for %s', (typed, meant) => {
    const [word] = withSpellings(askedWords(typed), vocabulary);
    expect(word?.forms.get(wordTerms(meant)[0]!)).toBeGreaterThanOrEqual(0.6);
  });

  it.each(['contrario', 'gata', '77102', 'manual', 'recebido'])('takes %s for no other word', (typed) => {
    const asked = askedWords(typed);
    expect(withSpellings(asked, vocabulary)).toEqual(asked);
  });

  it('leaves a word that the texts have as it is', () => {
    const asked = askedWords('contrato');
    expect(withSpellings(asked, new Set([...vocabulary, 'contrat', 'contrata']))).toEqual(asked);
  });
});

test.each([
  ['municipal', 'municipio', true],
  ['participou', 'participaca', true],
  ['eletricist', 'eletric', true],
  ['participou', 'parti', false],
  ['contratad', 'contr', false],
  ['casa', 'casad', false],
])('%s and %s are of one family: %s', (one, other, are) => {
  expect(areFamily(one, other)).toBe(are);
  expect(areFamily(other, one)).toBe(are);
});
