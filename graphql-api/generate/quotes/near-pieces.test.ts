import { expect, test } from 'vitest';
import { NEVER } from '../../testing/generator-contract.ts';
import { inTurns } from '../../turns/turns.ts';
import type { PromptPassage } from '../generator.ts';
import { chooseQuotes } from './choose-quotes.ts';
import { MAX_COMPARED, measureNearness } from './near-pieces.ts';

const LONG = [
  'The parlour on Mill Lane sells bread from six in the morning, and the queue reaches the corner on most days of the year.',
  'Its oven was built by two brothers, who carried the bricks up the hill in a cart that belonged to the miller.',
  'Cancellation is free of charge until the first of April.',
  'The cat of the house sleeps between the sacks of flour, and wakes when the church bell rings at noon or a van backs in.',
  'Behind the yard runs a stream, where the children of the street catch newts in spring and skate in cold winters.',
].join(' ');

const passageOf = (rank: number, text: string, headings: readonly string[] = []): PromptPassage => ({
  rank,
  title: 'Bakery',
  modifiedAt: '2026-03-31T12:00:00.000Z',
  places: [],
  headings,
  text,
});

/** Returns what is compared of the passages, and what is quoted when texts with `near` are nearest in meaning. */
async function ask(
  question: string,
  passages: readonly PromptPassage[],
  near: string,
): Promise<{ readonly compared: readonly string[]; readonly quoted: readonly string[] }> {
  let compared: readonly string[] = [];
  const compareMeaning = async (texts: readonly string[]): Promise<readonly number[]> => {
    compared = texts;
    return texts.map((text, index) => (text.includes(near) ? 0.9 : 0.8 + (index % 3) / 100));
  };
  const nearnessOf = await measureNearness({ question, passages, compareMeaning }, NEVER);
  const quotes = await inTurns(chooseQuotes(question, passages, nearnessOf), NEVER);
  const quoted = quotes.flatMap(({ passage, spans }) => spans.map(({ start, end }) => passage.text.slice(start, end)));
  return { compared, quoted };
}

test('of a passage in the other language, the sentence that is nearest in meaning is quoted', async () => {
  const question = 'Até quando posso desistir sem pagar?';
  const { compared, quoted } = await ask(question, [passageOf(1, LONG, ['Bookings'])], 'Cancellation');
  expect(compared.length).toBe(5);
  expect(compared[2]).toBe('Bookings\nCancellation is free of charge until the first of April.');
  expect(quoted.join('\n')).toContain('Cancellation is free of charge');
  // In which language two words and a number are is not known, but a sentence has them.
  expect((await ask('bricks cart 2', [passageOf(1, LONG)], 'newts')).compared).toEqual([]);
  // So it is the nearness that decides, and no word.
  const other = await ask(question, [passageOf(1, LONG)], 'newts');
  expect(other.quoted.join('\n')).toContain('catch newts');
});

test('what a paraphrase asks is quoted though no sentence has its words', async () => {
  const text = [
    'O prédio da padaria foi erguido em 1950, e a vizinhança ainda se lembra da festa que durou até a manhã seguinte.',
    'Na cozinha trabalham quatro pessoas, que chegam antes do sol e saem quando a primeira fornada esfria nas prateleiras.',
    'Animais ficam do lado de fora da porta.',
    'A farinha vem de um moinho distante, em sacos de pano que depois viram aventais para os que atendem no balcão.',
    'Aos domingos a fila dobra a esquina, e quem chega depois das nove encontra apenas as broas e o bolo de ontem.',
  ].join(' ');
  const { quoted } = await ask('Meu totó consegue entrar?', [passageOf(1, text)], 'Animais');
  expect(quoted.join('\n')).toContain('Animais ficam do lado de fora');
  // Words that a sentence has are a better reason.
  const { compared } = await ask('Onde ficam os animais?', [passageOf(1, text)], 'farinha');
  expect(compared).toEqual([]);
});

test('nothing is compared of a passage that is quoted whole, or when there is too little to compare', async () => {
  const short = 'Cancellation is free. It ends in April. The rest is due.';
  expect((await ask('Até quando posso desistir?', [passageOf(1, short)], 'April')).compared).toEqual([]);
  const two = `${'A very long sentence about bread, '.repeat(10)}and flour. ${'Another one about water, '.repeat(5)}and salt.`;
  expect((await ask('Até quando posso desistir?', [passageOf(1, two)], 'flour')).compared).toEqual([]);
});

test('compares a dozen pieces at most, those of the best passages', async () => {
  const passages = [1, 2, 3, 4].map((rank) => passageOf(rank, LONG, [`Part ${rank}`]));
  const { compared } = await ask('Até quando posso desistir?', passages, 'Cancellation');
  expect(compared.length).toBe(MAX_COMPARED);
  expect(compared.at(-1)).toMatch(/^Part 3/);
});

test('quotes by words alone when meaning cannot be compared', async () => {
  const passages = [passageOf(1, LONG)];
  const request = { question: 'Até quando posso desistir?', passages };
  const piece = { start: 0, end: 10, kind: 'statement' as const, paragraph: 0, announcedBy: [], isItem: false };
  const without = await measureNearness(request, NEVER);
  const failed = await measureNearness({ ...request, compareMeaning: async () => null }, NEVER);
  expect([without, failed].map((nearnessOf) => nearnessOf(passages[0]!, piece))).toEqual([0, 0]);
});
