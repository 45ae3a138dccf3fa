import { describe, expect, test } from 'vitest';
import type { Chunk, PublishedDocument } from '#shared/document.ts';
import { wordTerms } from '#shared/text/analyser.ts';
import { askedWords } from '#shared/text/asked-words.ts';
import { contentWords } from './content-words.ts';
import { RELEVANCE_FLOOR } from './relevance-floor.ts';
import { wordRelevanceMeasure, wordsOfPassage } from './word-relevance.ts';

/** Returns the words of a passage with this text, title and path. */
function wordsIn(text: string, title = '', path = '') {
  // The chunk and the document have only the fields that are read.
  return wordsOfPassage(
    { text, headings: [] as readonly string[] } as Chunk,
    { title, path: 'x.txt' } as PublishedDocument,
    new Set(wordTerms(path)),
  );
}

/** Returns the relevance of a passage with this text and title, among candidates with the other texts. */
function relevance(question: string, text: string, about: { title?: string; path?: string; others?: string[] } = {}) {
  const { title = '', path = '', others = [] } = about;
  const passage = wordsIn(text, title, path);
  const candidates = [passage, ...others.map((other) => wordsIn(other))];
  return wordRelevanceMeasure(question, contentWords(question, askedWords(question)), candidates)(passage);
}

test('a passage with every word of the question in one sentence is wholly relevant, however short the question', () => {
  expect(relevance('multa por atraso do aluguel', 'A multa por atraso do aluguel é de 2 %.')).toBeCloseTo(1, 10);
  expect(relevance('multa', 'A multa é de 2 %.')).toBeCloseTo(1, 10);
  expect(relevance('multa', 'Receita de bolo.')).toBe(0);
  expect(relevance('o que é isso', 'O que é isso?')).toBe(0);
});

test('a word that few candidates have counts for more than one that all have', () => {
  const others = Array.from({ length: 20 }, () => 'A multa é alta.');
  const rare = relevance('multa zafira', 'O liquidificador Zafira.', { others });
  const common = relevance('multa zafira', 'A multa é alta.', { others });
  expect(rare).toBeGreaterThan(common);
});

test('words in one statement prove more than the same words far from each other', () => {
  const filler = 'Outra coisa. E mais outra. Ainda uma terceira.';
  const together = relevance('multa atraso', `${filler} A multa por atraso. ${filler}`);
  const neighbours = relevance('multa atraso', `${filler} A multa existe. O atraso também. ${filler}`);
  const apart = relevance('multa atraso', `A multa existe. ${filler} O atraso também.`);
  expect(neighbours).toBe(together);
  expect(apart).toBeLessThan(together);
});

test('words of title and path count with every sentence', () => {
  const inside = relevance('garantia da zafira', 'A garantia da Zafira é longa.');
  expect(relevance('garantia da zafira', 'A garantia é longa.', { title: 'Zafira' })).toBe(inside);
  expect(relevance('garantia da zafira', 'A garantia é longa.', { path: 'manuais zafira' })).toBe(inside);
  expect(relevance('garantia da zafira', 'A garantia é longa.')).toBeLessThan(inside);
});

test('a word of the same family counts in part', () => {
  const same = relevance('imposto municipal', 'O imposto municipal.');
  const kin = relevance('imposto municipal', 'O imposto do município.');
  const other = relevance('imposto municipal', 'O imposto do estado.');
  expect(kin).toBeGreaterThan(other);
  expect(kin).toBeLessThan(same);
});

describe('a passage about something of another name is not relevant', () => {
  test.each([
    ['qual a área do lote 44', 'O lote 43 tem área de 300 metros.'],
    ['qual a área do lote 44', 'O lote tem área de R$ 1.300,44 por metro.'],
    ['área do lote 44', 'O lote 144 tem área de 300 metros.'],
    ['Qual a altura da Mimosa?', 'A altura da Estrela é de um metro.'],
    ['reunião da Granja Nova', 'A reunião da Granja Velha foi ontem.'],
    ['o que levar no 4º dia', 'No 3º dia, levar 4 garrafas.'],
    ['placa QRS-1234', 'A placa é QRS-1235.'],
    ['colheita de 12/05/2024', 'A colheita de 13/05/2024 foi boa.'],
    ['ata de abril', 'Ata de maio. A entrega fica para abril.', 'ata de maio'],
    ['quando sai o 13º', 'Sai o resultado de 13 a 17 de abril.'],
    ['quando é pago o décimo terceiro', 'É pago no dia 13 o aluguel.'],
    ['o que diz o artigo 15', 'Encomendas ficam guardadas por até 15 dias, diz o artigo 37.'],
    ['o que diz o artigo quinze', 'Art. 37. Ficam guardadas quinze encomendas.'],
    ['cláusula 6 do contrato', 'Cláusula 16 do contrato. Foro.'],
    ['capítulo 5 do regimento', 'Cinco moradores. Capítulo IV do regimento.'],
    ['balanço de 2021', 'O balanço de 2022 fechou bem.'],
  ])('%s: %s', (question, text, title = '') => {
    expect(relevance(question, text, { title })).toBe(0);
  });

  test.each([
    ['qual a área do lote 44', 'O lote 44 tem área de 300 metros.'],
    ['qual a área do lote 44', 'Tem área de 300 metros.', 'Lote nº 044/2024'],
    ['Qual a altura da Mimosa?', 'Mimosa tem altura de um metro.'],
    ['o que levar no 4º dia', 'Quarto dia: levar garrafas.'],
    ['o que levar no 4º dia', 'No 4° dia, levar garrafas.'],
    ['placa QRS-1234', 'A placa é QRS1234.'],
    ['colheita de 12/05/2024', 'A colheita de 12 de maio de 2024 foi boa.'],
    ['ata de maio', 'A entrega fica para abril.', 'Ata de maio'],
    ['quando sai o 13º', 'O décimo terceiro sai em 30 de novembro.'],
    ['quando sai o 13o', 'O 13º salário sai em 30 de novembro.'],
    ['quando é pago o décimo terceiro', 'O décimo terceiro é pago em novembro.'],
    ['quando é pago o décimo terceiro', 'O 13º é pago em novembro.'],
    ['artigo 15 do regimento', '**Art. 15** Cada vaga é de um carro.', 'Regimento'],
    ['artigo quinze do regimento', 'Art. 15. Cada vaga é de um carro.', 'Regimento'],
    ['o que diz o art. 11?', 'Artigo 11. São permitidos animais.'],
    ['cláusula sexta do contrato', 'Cláusula 6ª do contrato: a caução.'],
    ['capítulo 4 do regimento', 'CAPÍTULO IV do regimento: dos animais.'],
    ['section 2 of the manual', '2. Water tank of the manual'],
    ['item 4 da ata', '4. Cota extra: R$ 180,00.', 'Ata'],
    ['balanço de 2021', 'O balanço de 2021 fechou bem.'],
    ['endereço da Ana Clara Souza', 'Endereço de Ana Souza: rua 2.'],
  ])('%s, of its own name: %s', (question, text, title = '') => {
    expect(relevance(question, text, { title })).toBeGreaterThan(RELEVANCE_FLOOR);
  });

  test('a name at the start of the document is that of all its passages', () => {
    const [start, passage] = ['Contrato do lote 44.', 'A área é de 300 metros.'].map((text) => wordsIn(text));
    const measure = wordRelevanceMeasure(
      'área do lote 44',
      contentWords('área do lote 44', askedWords('área do lote 44')),
      [start!, passage!],
    );
    expect(measure(passage!)).toBe(0);
    expect(measure(passage!, start)).toBeGreaterThan(RELEVANCE_FLOOR / 2);
  });

  test('it counts for a sentence that looks like the answer, and for no other', () => {
    const question = 'quanto a Mineradora Pedra Clara paga por mês';
    const [start, price, place] = [
      'Contrato com a Mineradora Pedra Clara.',
      'A locatária paga a cada mês R$ 28.900,00.',
      'A locatária paga a cada mês na sede.',
    ].map((text) => wordsIn(text));
    const measure = wordRelevanceMeasure(question, contentWords(question, askedWords(question)), [
      start!,
      price!,
      place!,
    ]);
    expect(measure(price!, start)).toBeGreaterThan(RELEVANCE_FLOOR / 2);
    expect(measure(place!, start)).toBeLessThan(RELEVANCE_FLOOR / 2);
  });
});

test.each([
  ['Quanto é a ração?', 'A ração é de R$ 80,00 o saco.'],
  ['Quanto custa a ração?', 'A ração sai por R$ 80,00 o saco.'],
  ['quanto tá a ração', 'Ração: R$ 80,00.'],
  ['Qual é o valor da ração?', 'A ração é de R$ 80,00 o saco.'],
  ['ração?', 'A ração é de R$ 80,00 o saco.'],
  ['vc sabe quando chega a ração', 'A ração chega na sexta.'],
  ['Quais tratores compramos?', 'Dois tratores foram entregues.'],
  ['quem cuida do pomar', 'O pomar está com o Zeca.'],
  ['o que o IBAMA fez?', 'O IBAMA embargou a obra.'],
  ['tem vaga no curral?', 'Há uma vaga no curral.'],
  ['posso usar o poço?', 'O poço pode ser usado por todos.'],
  ['Que horas abre a venda?', 'A venda abre às 7h.'],
  ['how much is the ferry', 'The ferry is 12 euros.'],
  ['where is the ferry?', 'The ferry leaves from pier two.'],
  ['can I take my dog on the ferry?', 'A dog travels free on the ferry.'],
  ['what does the vet charge', 'The vet charges 40 pounds.'],
  ['telefone do veterinário', 'Veterinário: telefone 5555-1234.'],
  ['dia da feira', 'A feira é no domingo.'],
  ['senha do roteador', 'roteador: senha abacate'],
  ['me diga a voltagem do torno, por favor', 'Torno: voltagem de 220 V.'],
])('a short question is answered: %s', (question, text) => {
  expect(relevance(question, text)).toBeGreaterThan(RELEVANCE_FLOOR);
});

test.each([
  ['Qual é o nome do gato?', 'O nome da fazenda é Boa Vista.'],
  ['receita de lasanha', 'Receita de pão de queijo.'],
  ['telefone da farmácia', 'Telefone do veterinário: 5555-1234.'],
  ['quanto está o euro', 'O saco está por R$ 80,00.'],
  ['como troca a corrente do trator', 'A troca da bomba é anual.'],
])('the thing that is asked about must be there: %s', (question, text) => {
  expect(relevance(question, text)).toBeLessThan(RELEVANCE_FLOOR);
});

test('words beside an amount, a time or a telephone prove more when these are asked for', () => {
  for (const [question, other, answer] of [
    ['quanto custa a cerca', 'A cerca é velha.', 'A cerca custa 900 reais.'],
    ['que horas abre a venda', 'A venda abre cedo.', 'A venda abre às 7h.'],
    ['telefone da granja', 'O telefone da granja mudou.', 'Telefone da granja: 5555-1234.'],
  ] as const) {
    expect(relevance(question, other)).toBeLessThan(relevance(question, answer));
  }
});

describe('a long question need not be held as a whole', () => {
  const long = 'Por que os romeiros do planalto levavam cestas de milho e peneiras de palha ao moinho?';

  test('three of its nouns in a sentence are enough, two are not', () => {
    expect(relevance(long, 'Ao moinho, cestas e peneiras chegavam vazias.')).toBeGreaterThan(RELEVANCE_FLOOR);
    expect(relevance(long, 'Ao moinho, cestas chegavam vazias.')).toBeLessThan(RELEVANCE_FLOOR);
  });

  test('one of its names and three nouns make up for another name, but not for a number', () => {
    const text = 'Ao moinho de Viseu iam cestas de milho e peneiras de palha.';
    const asked = (name: string): string => `Quem levou ${name} cestas de milho e peneiras de palha ao moinho?`;
    expect(relevance(asked('com Anselmo, em Viseu,'), text)).toBeGreaterThan(RELEVANCE_FLOOR);
    expect(relevance(asked('com Anselmo'), text)).toBe(0);
    expect(relevance(asked('no lote 44, em Viseu,'), text)).toBe(0);
  });
});

test.each([
  ['Em que oceano deságua o Tormes?', 'O Tormes deságua no Atlântico.'],
  ['Qual banco financiou o moinho?', 'O moinho foi financiado pela Caixa.'],
  ['Which county has the windmill?', 'The windmill is in Kent.'],
])('the kind of thing that is asked for need not be named: %s', (question, text) => {
  expect(relevance(question, text)).toBeGreaterThan(RELEVANCE_FLOOR);
});

test('what belongs to a thing of another thing counts less', () => {
  const about = { others: ['A revisão do trator.'] };
  const other = relevance('peças da revisão do trator', 'As peças da revisão da colhedeira.', about);
  expect(other).toBeLessThan(relevance('peças e revisão do trator', 'As peças da revisão da colhedeira.', about));
});

describe('everyday words meet the words of documents', () => {
  test.each([
    // Who lets, who rents.
    ['quem é o dono do galpão?', 'PROPRIETÁRIA do galpão: Irene Sales.'],
    ['quem é o locador do sítio', 'Sítio. PROPRIETÁRIO: Nelson Braga.'],
    ['quem é o senhorio do galpão', 'O LOCADOR do galpão é Otávio Reis.'],
    ['who is the landlord of the barn?', 'Lessor of the barn: Ada Finch.'],
    ['who is the tenant of the barn', 'The lessee of the barn is Tom Reed.'],
    // Animals.
    ['posso levar meu cachorro?', 'Animais são aceitos na pousada.'],
    ['aceita gato?', 'Aceitamos animais de pequeno porte.'],
    ['can I bring my dog?', 'Pets are welcome in the cabin.'],
    ['o hotel aceita bicho?', 'O hotel aceita animais de pequeno porte.'],
    // Ending a contract.
    ['can I cancel early?', 'The plan may be terminated earlier on request.'],
    ['como cancelar a academia', 'A academia pode ser rescindida por carta.'],
    ['posso rescindir a assinatura?', 'A assinatura é cancelada pelo site.'],
    ['how do we terminate the lease', 'The lease may be cancelled in writing.'],
    // Courts.
    ['qual foro julga disputas', 'A comarca de Olinda decide litígios.'],
    ['qual comarca julga disputas?', 'Fica eleito o foro da comarca de Olinda.'],
    // Forms of the present and of what stands for them.
    ['quanto dura o curso', 'A vigência do curso é de dois anos.'],
    ['até quando vigora a tabela', 'O prazo da tabela é 31 de maio.'],
    ['quem aluga a serraria', 'Locação da serraria: Elza Prado.'],
    // Home, school, shop.
    ['onde entrego a encomenda', 'A mercadoria é entregue na portaria.'],
    ['quantos quilos a lavadora aguenta', 'Capacidade da máquina: 11 kg.'],
    ['quando sai a fatura da gasolina', 'A conta do combustível sai no dia 3.'],
    ['is the lift broken?', 'The elevator is defective.'],
    ['can kids swim alone', 'Children may use the pool with an adult.'],
    ['vai ter merenda?', 'O lanche é servido às 15h.'],
  ])('%s', (question, text) => {
    expect(relevance(question, text)).toBeGreaterThanOrEqual(RELEVANCE_FLOOR);
  });

  test.each([
    ['quem é o dono do galpão?', 'O fiador do galpão é Rui Matos.'],
    ['posso levar meu cachorro?', 'Crianças são aceitas na pousada.'],
    ['can I cancel early?', 'The plan starts in May.'],
    ['qual foro julga disputas', 'O vigia julga que choverá.'],
    ['quanto dura o curso', 'O curso custa pouco.'],
    ['bateria da moto', 'Bateria do relógio: R$ 90.'],
  ])('but not another word: %s', (question, text) => {
    expect(relevance(question, text)).toBeLessThan(RELEVANCE_FLOOR);
  });
});

test('the setting of a question may be named elsewhere in the document, what it is about may not', () => {
  const about = (question: string, text: string, nearby: string): number => {
    const passage = wordsIn(text);
    const asked = contentWords(question, askedWords(question));
    return wordRelevanceMeasure(question, asked, [passage])(passage, undefined, [wordsIn(nearby).text]);
  };
  const [text, nearby] = ['É permitido o uso de churrasqueira.', 'Apartamento e moto.'];
  for (const question of ['churrasqueira no apartamento', 'churrasqueira do apartamento']) {
    expect(about(question, text, nearby)).toBeGreaterThan(about(question, text, 'Sobrado.'));
  }
  expect(about('churrasqueira da moto', text, nearby)).toBe(about('churrasqueira da moto', text, 'Sobrado.'));
  expect(about('moto no apartamento', text, nearby)).toBeLessThan(RELEVANCE_FLOOR);
});

test.each([
  ['quanto tempo leva a pintura', 'A pintura custa R$ 300.', 'A pintura leva 5 (cinco) dias.'],
  ['por quanto tempo vale o vale-frete', 'O vale-frete tem o nº 9.1.', 'O vale-frete tem doze meses.'],
  ['how long is the ferry ride', 'The ferry ride costs 12 euros.', 'The ferry ride takes two hours.'],
])('words beside a period prove more when it is asked for: %s', (question, other, answer) => {
  expect(relevance(question, other)).toBeLessThan(relevance(question, answer));
});
