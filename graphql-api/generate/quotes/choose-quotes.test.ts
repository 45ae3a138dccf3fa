import { describe, expect, test } from 'vitest';
import { NEVER } from '../../testing/generator-contract.ts';
import { inTurns } from '../../turns/turns.ts';
import type { PromptPassage } from '../generator.ts';
import { chooseQuotes } from './choose-quotes.ts';

function passageOf(rank: number, text: string, rest: Partial<PromptPassage> = {}): PromptPassage {
  return {
    rank,
    title: `Arquivo ${rank}`,
    modifiedAt: '2026-03-31T12:00:00.000Z',
    places: [],
    headings: [],
    text,
    ...rest,
  };
}

/** Returns the quoted words, one list for each quote. */
async function quoted(
  question: string,
  passages: readonly PromptPassage[],
): Promise<readonly (readonly [number, ...string[]])[]> {
  const quotes = await inTurns(chooseQuotes(question, passages), NEVER);
  return quotes.map(({ passage, spans }) => [
    passage.rank,
    ...spans.map(({ start, end }) => passage.text.slice(start, end)),
  ]);
}

/** Prose about something else, long enough that a passage with it is not quoted whole. */
const BEFORE =
  'A oficina do bairro conserta bicicletas desde a época em que a ponte velha ainda era de madeira, e quem passa por ali ouve o martelo antes de ver a porta. O dono guarda as ferramentas numa caixa azul, que herdou do avô.';
const AFTER =
  'No quintal cresce uma jabuticabeira, que os vizinhos visitam em setembro com baldes e escadas. À tarde o cachorro dorme debaixo dela, e ninguém se lembra de quem a plantou nem de quando foi podada pela última vez.';
const between = (text: string): string => [BEFORE, text, AFTER].join('\n\n');

/** Returns the words that are quoted of one long passage in which the text is between others. */
async function quotedOf(question: string, text: string): Promise<readonly string[]> {
  const [quote] = await quoted(question, [passageOf(1, between(text))]);
  return quote?.slice(1) as readonly string[]; // after the rank there are only words
}

test('a sentence with an amount comes before one that only names what it is asked of', async () => {
  const names = 'A dona da betoneira e a serraria assinam com duas testemunhas.';
  const price = 'A betoneira da serraria é alugada por R$ 2.100,00.';
  const [words] = await quotedOf('quanto custa a betoneira da serraria', `${names}\n\n${BEFORE}\n\n${price}`);
  expect(words).toContain(price);
  expect(words).not.toContain(names);
});

test('a document whose start has only the names is quoted where it has what is asked for too', async () => {
  const question = 'até quando vai o contrato da Lua Azul';
  const start = 'Contrato com a Lua Azul, de eventos.';
  const period = 'Vigora de 2 de março de 2026 a 1º de setembro de 2026.';
  const passages = (title: string) => [passageOf(1, start, { title: 'A' }), passageOf(2, period, { title })];
  expect(await quoted(question, passages('A'))).toEqual([
    [1, start],
    [2, period],
  ]);
  expect(await quoted(question, passages('B'))).toEqual([[1, start]]);
});

describe('a table row is quoted with its header', () => {
  const PRICES = [
    'item;unidade;valor',
    'Tijolo baiano;milheiro;910,00',
    'Cal hidratada;saco;17,80',
    'Vergalhão;barra;41,20',
  ];
  test.each([
    ['a CSV of semicolons', 'Qual o valor do vergalhão?', PRICES, 3],
    [
      'a CSV of commas',
      'price of the copper pipe',
      ['part,unit,price', 'steel bolt,each,0.40', 'copper pipe,metre,12.90', 'rubber seal,each,1.10'],
      2,
    ],
    [
      'a CSV of tabs',
      'quantas camisas verdes?',
      ['peça\tcor\tquantas', 'camisa\tbranca\t14', 'camisa\tverde\t9', 'calça\tazul\t3'],
      2,
    ],
    [
      'a CSV with quoted cells',
      'Qual o preço da mesa?',
      ['nome;obs;preço', '"Cadeira; com braço";nova;80,00', '"Mesa; de canto";usada;120,00', 'Banco;novo;60,00'],
      2,
    ],
    [
      'a CSV with empty cells',
      'Quem cuida do jardim?',
      ['área;responsável;ramal', 'piscina;;12', 'jardim;Otávio;', 'portaria;Nair;10'],
      2,
    ],
    [
      'a Markdown table',
      'Qual é a carga horária de Botânica?',
      ['| Matéria | Carga horária | Sala |', '|---|---|---|', '| Zoologia | 48 | 7 |', '| Botânica | 64 | 9 |'],
      3,
    ],
    [
      'a Markdown table of words',
      'Qual bicho mora no brejo?',
      ['| Bicho | Casa |', '|:--|--:|', '| Onça | mata |', '| Capivara | brejo |'],
      3,
    ],
    [
      'a Markdown table without outer bars',
      'When does the museum open?',
      ['Place | Opens | Closes', '--- | --- | ---', 'Library | 8:00 | 19:00', 'Museum | 10:30 | 17:00'],
      3,
    ],
    [
      'a table of pipes without a rule',
      'Qual o prazo da vistoria?',
      ['Etapa | Prazo | Quem', 'Orçamento | 4 dias | Rute', 'Vistoria | 9 dias | Caio', 'Entrega | 2 dias | Rute'],
      2,
    ],
    [
      'numbers in the header',
      'Quanto choveu em Ilhéus em 2021?',
      ['cidade;2020;2021', 'Ilhéus;1.640;1.822', 'Petrolina;430;512', 'Macapá;2.550;2.604'],
      1,
    ],
    [
      'dates',
      'Quando é a prova de física?',
      ['data;disciplina;sala', '03/04;química;B2', '10/04;física;C1', '17/04;história;A4'],
      2,
    ],
    [
      'codes',
      'o que é a peça RX-77?',
      ['código;descrição;caixa', 'RX-75;mola curta;4', 'RX-77;mola longa;6', 'RX-79;pino;9'],
      2,
    ],
    [
      'a name of two words',
      'telefone da Célia Prado',
      [
        'nome;cargo;telefone',
        'Bento Prado;gerente;3222-1010',
        'Célia Prado;diretora;3222-2020',
        'Célia Nunes;técnica;3222-3030',
      ],
      2,
    ],
    ['a question about the first row', 'Qual o valor do tijolo baiano?', PRICES, 1],
    [
      'a table of two columns',
      'Qual a senha do roteador?',
      ['aparelho;senha;onde', 'roteador;figo-roxo;sala', 'alarme;2711;hall', 'câmera;sol-e-lua;portão'],
      1,
    ],
    [
      'English words',
      'How long is the lease of the van?',
      ['asset;lease;months', 'van;lease until March;18', 'crane;lease until May;30', 'truck;bought;0'],
      1,
    ],
    [
      'a row with a long text',
      'Qual o horário do pilates?',
      [
        'aula;horário;observação',
        'ioga;7h;traga tapete',
        'pilates;9h30;só com inscrição feita no balcão até a véspera',
        'dança;18h;par não é necessário',
      ],
      2,
    ],
  ])('%s', async (_, question, rows, answering) => {
    expect(await quotedOf(question, rows.join('\n'))).toEqual([rows[0], rows[answering]]);
  });

  test('rows alike in what was asked are quoted together, three at most', async () => {
    const rows = [
      'mês;conta;valor',
      'janeiro;gás;60',
      'janeiro;luz;210',
      'fevereiro;gás;64',
      'fevereiro;luz;205',
      'março;gás;61',
      'abril;gás;59',
    ];
    expect(await quotedOf('Quanto foi a conta de luz?', rows.join('\n'))).toEqual([rows[0], rows[2], rows[4]]);
    expect(await quotedOf('Quanto foi a conta de gás?', rows.join('\n'))).toHaveLength(4);
  });

  test('rows without a header are quoted alone', async () => {
    const rows = ['14;alicate;22,00', '15;chave de fenda;9,50', '16;serrote;38,00'];
    expect(await quotedOf('Quanto custa o serrote?', rows.join('\n'))).toEqual([rows[2]]);
  });

  test.each([
    ['a list in a sentence', 'Traga lápis, borracha, régua.\nLeve caneta, cola, papel.'],
    ['items that end with a semicolon', '- lápis;\n- borracha;\n- régua.'],
    ['sentences with a semicolon', 'Ele paga; ela recebe.\nEla compra; ele vende.'],
  ])('%s is no table', async (_, text) => {
    expect(await quotedOf('Traga borracha e lápis?', text)).toHaveLength(1);
  });
});

describe('the number of a part is quoted with its text', () => {
  test.each([
    ['O que diz o art. 31?', 'Art. 31. A eleição é secreta.'],
    ['O que diz a cláusula 18?', 'Cláusula 18. O fiador responde por tudo.'],
    ['O que diz o § 4º?', '§ 4º. O voto é do titular.'],
    ['O que diz o parágrafo único?', 'Parágrafo único. Não cabe recurso.'],
    ['O que diz o item 6.3?', 'Item 6.3. A senha muda todo mês.'],
    ['O que diz o inciso XIV?', 'Inciso XIV. Guardar sigilo.'],
    ['O que diz o artigo 112?', 'Artigo 112. O prazo dobra.'],
    ['What does section 9 say?', 'Section 9. Pets must be on a leash.'],
    ['O que diz a regra 12?', '**Regra 12.** O juiz apita duas vezes.'],
    ['O que diz o capítulo IV?', 'Capítulo IV. Das multas e dos juros.'],
  ])('%s', async (question, unit) => {
    const text = `${unit} Outra frase fala de barcos. ${BEFORE}`;
    const [words] = await quotedOf(question, text);
    expect(words).toContain(unit);
  });
});

describe('what only announces an answer is quoted with what follows', () => {
  test.each([
    [
      'a question of a FAQ',
      'Como troco a lâmpada?',
      'Como troco a lâmpada?\nDesligue o disjuntor e gire.',
      'Desligue o disjuntor e gire.',
    ],
    ['P: and R:', 'Posso fumar na varanda?', 'P: Posso fumar na varanda?\nR: Só depois das dez.', 'Só depois das dez.'],
    ['Q: and A:', 'Can I bring my bike?', 'Q: Can I bring my bike?\nA: Yes, in the rear van.', 'in the rear van'],
    [
      'Pergunta and Resposta',
      'Tem estacionamento?',
      'Pergunta: Tem estacionamento?\n\nResposta: Na rua de trás.',
      'Na rua de trás.',
    ],
    [
      'a question in bold',
      'Onde pego o crachá?',
      '**Onde pego o crachá?**\n\nNo balcão do térreo.',
      'No balcão do térreo.',
    ],
    [
      'a numbered question',
      'Quem assina o laudo?',
      '3. Quem assina o laudo?\nA engenheira de plantão.',
      'A engenheira de plantão.',
    ],
    [
      'a question without a question mark',
      'como peço reembolso',
      'P: Como peço reembolso\nR: Pelo formulário verde.',
      'Pelo formulário verde.',
    ],
    ['a label', 'Qual é o total?', 'Total:\nR$ 845,10', 'R$ 845,10'],
    [
      'a label before a blank line',
      'Qual é o endereço de entrega?',
      'Endereço de entrega:\n\nRua do Sabão, 9',
      'Rua do Sabão, 9',
    ],
    [
      'a label before a list',
      'Quais documentos levar?',
      'Documentos para levar:\n- certidão\n- comprovante',
      '- comprovante',
    ],
    ['a heading in bold', 'Como é o cancelamento?', '**Cancelamento**\n\nAvise com oito dias.', 'Avise com oito dias.'],
    ['a heading in capitals', 'Qual a garantia?', 'GARANTIA\n\nCobre dois invernos.', 'Cobre dois invernos.'],
    ['a line that is a title', 'senha do cofre', 'Cofre\nA senha é doze-vinte.', 'A senha é doze-vinte.'],
    [
      'a title in its own line',
      'Quanto é o frete?',
      'II - FRETE. São vinte reais por caixa.',
      'São vinte reais por caixa.',
    ],
    [
      'a bold title in its own line',
      'Como é a saída?',
      '**Cláusula 7 – Saída.** Só com quem assinou.',
      'Só com quem assinou.',
    ],
    [
      'an answer of two sentences',
      'Posso trocar o turno?',
      'Posso trocar o turno? Pode. Fale com a Lia.',
      'Fale com a Lia.',
    ],
  ])('%s', async (_, question, text, answer) => {
    const [words] = await quotedOf(question, text);
    expect(words).toContain(answer);
    expect(words).not.toContain('jabuticabeira');
  });
});

test('a short passage is quoted whole, without the headings that its source is named with', async () => {
  const text = 'Férias\n\nSão trinta dias por ano. O pedido é feito em março. A chefia responde por escrito.';
  expect(await quoted('Com quanta antecedência peço férias?', [passageOf(1, text, { headings: ['Férias'] })])).toEqual([
    [1, 'São trinta dias por ano. O pedido é feito em março. A chefia responde por escrito.'],
  ]);
});

test('the rare words of a question choose the quote: the contract with the number, although it is the last passage', async () => {
  const others = [41, 42, 43, 44].map((number, index) =>
    passageOf(index + 1, `O prazo do contrato ${number} é de ${index + 2} semanas.`),
  );
  const long = passageOf(5, `${BEFORE} ${AFTER} O prazo do contrato 48 é de onze semanas.`);
  const quotes = await quoted('Qual é o prazo do contrato 48?', [...others, long]);
  expect(quotes.map(([rank]) => rank)).toEqual([5]);
  expect(quotes[0]?.[1]).toContain('O prazo do contrato 48 é de onze semanas.');
});

test('a word of the heading counts for the sentences below it', async () => {
  const first = passageOf(1, `${BEFORE} O pedido chega por correio. ${AFTER}`, { headings: ['Compras'] });
  const second = passageOf(2, `${BEFORE} O pedido é entregue ao chefe com 45 dias. ${AFTER}`, { headings: ['Férias'] });
  const [best] = await quoted('Como é o pedido de férias?', [first, second]);
  expect(best?.[0]).toBe(2);
  expect(best?.[1]).toContain('45 dias');
});

test('no second quote that holds much less of the question than the first', async () => {
  const quotes = await quoted('Qual é a multa por atraso do aluguel do galpão?', [
    passageOf(1, 'A multa por atraso do aluguel do galpão é de dois por cento.'),
    passageOf(2, 'O galpão tem portas largas.'),
    passageOf(3, 'A multa por atraso do aluguel da loja é de um por cento.'),
  ]);
  expect(quotes.map(([rank]) => rank)).toEqual([1, 3]);
});

test('three quotes at most', async () => {
  const passages = [1, 2, 3, 4, 5].map((rank) => passageOf(rank, `O forno ${rank} assa o pão.`));
  expect(await quoted('Qual forno assa o pão?', passages)).toHaveLength(3);
});

test('the best passage is quoted when none shares a word with the question', async () => {
  const quotes = await quoted('How much?', [
    passageOf(1, 'O preço é dez reais. Nada mais.'),
    passageOf(2, 'Outra coisa.'),
  ]);
  expect(quotes).toEqual([[1, 'O preço é dez reais. Nada mais.']]);
});

test('a sentence of a long passage is quoted with the rest of its paragraph, as far as that is short', async () => {
  const [words] = await quotedOf('Que dia é a feira?', 'A feira é no sábado. Começa às sete. Vem gente de longe.');
  expect(words).toBe('A feira é no sábado. Começa às sete. Vem gente de longe.');
});

test('a short passage over two pages is quoted where the answer is, so that the page cited is the right one', async () => {
  const text = 'O reservatório fica no telhado.\n\nA válvula do gás fica atrás do fogão.';
  const onTwoPages = passageOf(1, text, { breaks: [text.indexOf('A válvula')] });
  expect(await quoted('Onde fica a válvula do gás?', [onTwoPages])).toEqual([
    [1, 'A válvula do gás fica atrás do fogão.'],
  ]);
  expect(await quoted('Onde fica a válvula do gás?', [passageOf(1, text)])).toEqual([[1, text]]);
});
