import { expect, test } from 'vitest';
import { eventsOf, NEVER, REQUEST, testGenerator, textOf } from '../testing/generator-contract.ts';
import type { GenerateRequest, PromptPassage } from './generator.ts';
import { openQuotes } from './quotes.ts';

testGenerator('quotes', async () => openQuotes());

const GUARANTEE =
  'Este manual acompanha o aparelho. O prazo de garantia é de 27 meses,\ncontados da compra. A garantia não cobre quedas. A cor é azul.';

async function answerTo(
  question: string,
  texts: readonly string[],
  { headings = [], ...rest }: Partial<GenerateRequest> & { readonly headings?: readonly string[] } = {},
): Promise<string> {
  const passages = texts.map((text, index): PromptPassage => ({
    rank: index + 1,
    title: 'Manual',
    modifiedAt: '2026-03-31T12:00:00.000Z',
    places: [{ start: 0, name: `p. ${index + 3}` }],
    headings,
    text,
  }));
  return textOf(await eventsOf(openQuotes().generate({ ...REQUEST, question, passages, ...rest }, NEVER)));
}

test('quotes a short passage whole, word for word, with number, title and place', async () => {
  expect(await answerTo('Qual é o prazo de garantia?', [GUARANTEE])).toBe(
    'Nenhum modelo de linguagem está carregado; estes são os trechos mais relevantes:\n\n' +
      `“${GUARANTEE}” [1] (Manual, p. 3)`,
  );
});

test('speaks the language of the question', async () => {
  const answer = await answerTo('How long is the warranty?', ['The warranty lasts 27 months.'], { language: 'en' });
  expect(answer).toBe(
    'No language model is loaded; these are the most relevant passages:\n\n“The warranty lasts 27 months.” [1] (Manual, p. 3)',
  );
});

test('says so when it replaces a model that failed', async () => {
  const events = await eventsOf(openQuotes({ isFallback: true }).generate(REQUEST, NEVER));
  expect(textOf(events)).toMatch(/^O modelo de linguagem não conseguiu responder; /);
});

test('passes over passages that share no word with the question, and quotes three at most', async () => {
  const texts = ['Nada disto.', 'A garantia um.', 'A garantia dois.', 'A garantia três.', 'A garantia quatro.'];
  const answer = await answerTo('E a garantia?', texts);
  expect(answer.match(/\[\d\]/g)).toEqual(['[2]', '[3]', '[4]']);
});

test('quotes the beginning of the best passage when none shares a word with the question', async () => {
  const answer = await answerTo('How much?', ['O preço é dez reais. Nada mais. E fim.', 'Outra coisa.']);
  expect(answer).toContain('“O preço é dez reais. Nada mais. E fim.” [1]');
  expect(answer).not.toContain('[2]');
});

test('names the page that the quoted words are on, not the one that the passage begins on', async () => {
  const summary = `${'Sumário da obra, com todos os seus capítulos. '.repeat(9)}\n\n`;
  const text = `${summary}O prazo de garantia é de 27 meses.`;
  const passage = {
    rank: 1,
    title: 'Manual',
    modifiedAt: '2026-03-31T12:00:00.000Z',
    headings: [],
    text,
    places: [
      { start: 0, name: 'p. 1' },
      { start: summary.length, name: 'p. 2' },
    ],
  };
  const request = { ...REQUEST, question: 'Qual é o prazo de garantia?', passages: [passage] };
  expect(textOf(await eventsOf(openQuotes().generate(request, NEVER)))).toContain('(Manual, p. 2)');
  // The place of mail has no name.
  const nowhere = { ...request, passages: [{ ...passage, places: [{ start: 0, name: '' }] }] };
  expect(textOf(await eventsOf(openQuotes().generate(nowhere, NEVER)))).toContain('(Manual)');
});

test('a number in brackets in a title is no citation mark', async () => {
  const passages = [1, 2].map((rank) => ({
    rank,
    title: 'Ata [2] 【1】',
    modifiedAt: '',
    places: [],
    headings: [],
    text: GUARANTEE,
  }));
  const asked = openQuotes().generate({ ...REQUEST, question: 'garantia?', passages }, NEVER);
  expect(textOf(await eventsOf(asked)).match(/[[【]\d[\]】]/g)).toEqual(['[1]', '[2]']);
  expect(textOf(await eventsOf(openQuotes().generate({ ...REQUEST, passages }, NEVER)))).toContain('(Ata (2) (1))');
});

test('never quotes a heading: the text below it is the answer', async () => {
  const text = '# Como funciona o forno\n\nEle aquece o ar. O ar circula.';
  const answer = await answerTo('Como funciona o forno?', [text], { headings: ['Como funciona o forno'] });
  expect(answer).toContain('“Ele aquece o ar. O ar circula.” [1]');
});

test('says that nothing was found when there is no passage', async () => {
  expect(await answerTo('E a garantia?', [])).toBe('Nenhum trecho dos documentos foi encontrado para esta pergunta.');
});

test('takes quotation marks that the quoted text does not use', async () => {
  expect(await answerTo('E a garantia?', ['A “garantia” vale [3].'])).toContain('«A “garantia” vale [3].» [1]');
});

test('quotes exact substrings, whatever the text looks like', async () => {
  const pieces = [
    'garantia',
    'Dr. Silva',
    'é',
    'de 27 meses',
    '.',
    '. ',
    '!\n',
    '\n\n',
    '?',
    '…',
    ' 😀 ',
    '[4]',
    '1.500,00',
  ];
  const seed = Date.now();
  let state = seed % 2_147_483_647;
  const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 200; round++) {
    const text = Array.from({ length: 1 + random(30) }, () => pieces[random(pieces.length)]).join(' ');
    const answer = await answerTo('E a garantia?', [text]);
    const quote = /“([^”]*)” \[1\] \(Manual, p. 3\)$/.exec(answer)?.[1];
    expect(quote, `seed ${seed}: ${text}`).toBeDefined();
    expect(text, `seed ${seed}`).toContain(quote);
  }
});
