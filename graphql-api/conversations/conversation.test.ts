import { expect, test } from 'vitest';
import { silentLog } from '#shared/log.ts';
import { writeAnswer } from '../answer.ts';
import { openAnswers } from '../answers/answers.ts';
import { openConversations } from '../answers/conversations.ts';
import type { AnswerState } from '../answers/state.ts';
import { openAnswersStore } from '../answers/store.ts';
import { documentsOfStore } from '../documents/replica.ts';
import { EVERYWHERE } from '../filters/passage-filter.ts';
import type { Engines } from '../generate/engines/engines.ts';
import { openQuotes } from '../generate/quotes.ts';
import { openTestStore, publish } from '../testing/running-api.ts';

// Whole conversations over small documents, without a model: what is quoted is cited, as for a user.
const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  'contratos/sala-augusta.md': [
    'Contrato de locação da sala 12 da Rua Augusta. Locadora: Imobiliária Pinheiral.',
    'O aluguel é de R$ 2.300,00 e vence no dia 7 de cada mês.',
    'A locação dura 24 meses. Quem sair antes paga multa de dois aluguéis.',
    'Assinam: Otávio Brandt, pela locadora, e Lúcia Farias, inquilina.',
  ],
  'contratos/limpeza-51.md': [
    'Contrato 51 de limpeza com a Zeladora Brilho. O valor é de R$ 900,00 por mês.',
    'O contrato 51 dura 12 meses. A multa por atraso é de 2%.',
  ],
  'contratos/limpeza-52.md': [
    'Contrato 52 de limpeza com a Zeladora Brilho. O valor é de R$ 1.100,00 por mês.',
    'O contrato 52 dura 18 meses. A multa por atraso é de 5%.',
  ],
  'escola/festa-junina.txt': ['A festa junina será no dia 20 de junho, no pátio da escola. A entrada custa R$ 10,00.'],
  'condominio/ata.md': ['Foi eleito síndico Nelson Ypiranga, para mandato de dois anos.'],
  'condominio/contatos.txt': ['Nelson Ypiranga: telefone (41) 3077-2284. Zelador Januário: ramal 15.'],
  'english/garage-lease.md': [
    'Garage lease between Harper and Miller. The rent of the garage is $180 a month, due on the first.',
    'The deposit is $360 and is refunded within 30 days. Either party may terminate with 60 days of notice.',
  ],
  'compras/invoice-2291.txt': ['Issued by Tecno Parts. Two switches. Total: R$ 4.380,50. Due on May 22.'],
  'english/handbook.md': ['Employees get 22 vacation days a year. Unused days expire on March 31.'],
};

async function open() {
  await using opened = new AsyncDisposableStack();
  const { store, reader } = opened.use(await openTestStore());
  for (const [path, texts] of Object.entries(DOCUMENTS)) {
    await publish(store, path, texts, { language: path.startsWith('english') ? 'en' : 'pt', title: path });
  }
  const documents = await documentsOfStore(reader, new AbortController().signal);
  const quotes = openQuotes();
  const engines: Pick<Engines, 'answer' | 'shortText'> = {
    shortText: async () => null,
    async *answer(request, signal) {
      yield { type: 'engine', kind: 'QUOTES', model: null, fallbackReason: null };
      yield* quotes.generate(request, signal);
    },
  };
  const parts = {
    reader,
    documents: () => documents,
    embedQuestion: async () => null,
    scorePassages: async () => null,
    meaningOffBecause: () => null,
    now: () => new Date(),
    instructions: null,
    // Only these two are used.
    engines: engines as Engines,
  };
  const answersStore = opened.use(openAnswersStore('', 0));
  const answers = opened.use(
    openAnswers({
      store: answersStore,
      log: silentLog,
      graceMs: 0,
      write: (request, signal, earlier) => writeAnswer(request, parts, signal, earlier),
    }),
  );
  const conversations = openConversations(answersStore.conversations, answers);
  const closing = opened.move();
  return {
    /** Asks the questions of one conversation, and returns their answers. */
    async converse(...questions: readonly string[]): Promise<readonly AnswerState[]> {
      const { id: conversationId } = await conversations.create(null);
      const given: AnswerState[] = [];
      const request = { filter: EVERYWHERE, maxSources: 8, temperature: 0, maxTokens: 512, conversationId };
      for (const question of questions) given.push(await answers.ask({ ...request, question }, null).ended);
      return given;
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

test.each([
  ['contratos/sala-augusta.md', 'Qual é o aluguel da sala da Rua Augusta?', 'e quem assina?'],
  ['contratos/sala-augusta.md', 'Qual é o aluguel da sala da Rua Augusta?', 'até quando dura?'],
  ['contratos/sala-augusta.md', 'Qual é o aluguel da sala da Rua Augusta?', 'E a multa?'],
  ['contratos/limpeza-51.md', 'Qual é o valor do contrato 51?', 'e a multa?'],
  ['contratos/limpeza-52.md', 'Qual é a multa do contrato 51?', 'e do contrato 52?'],
  ['contratos/limpeza-52.md', 'Qual é a multa do contrato 51?', 'e do 52?', 'e quanto dura?'],
  ['condominio/contatos.txt', 'Quem foi eleito síndico?', 'E qual é o telefone dele?'],
  ['escola/festa-junina.txt', 'Quando será a festa junina?', 'Quanto custa?', 'e onde é?'],
  ['english/garage-lease.md', 'How much is the rent of the garage?', 'And what about the deposit?'],
  ['english/garage-lease.md', 'How much is the rent of the garage?', 'When is it due?', 'Can we terminate early?'],
  ['english/handbook.md', 'How many vacation days do employees get?', 'Do they expire?'],
  // A whole question that other documents answer just as well.
  ['contratos/limpeza-52.md', 'Qual é o valor do contrato 52?', 'Qual é a multa por atraso na limpeza?'],
  ['contratos/limpeza-51.md', 'Qual é o valor do contrato 51?', 'Qual é a multa por atraso na limpeza?'],
  // Another topic.
  ['escola/festa-junina.txt', 'Qual é o aluguel da sala da Rua Augusta?', 'Quando será a festa junina?'],
  ['escola/festa-junina.txt', 'Qual é o valor do contrato 51?', 'e a festa junina?'],
  ['condominio/ata.md', 'Qual é o valor do contrato 51?', 'Quem foi eleito síndico?'],
])('%s answers the last of: %s %s %s', async (path, ...questions) => {
  await using opened = await open();
  const answer = (await opened.converse(...questions.filter((question) => question !== undefined))).at(-1);
  expect(answer?.sources[0]?.path).toBe(path);
});

test('a follow-up says what was searched for; a whole question says nothing and finds what it finds alone', async () => {
  await using opened = await open();
  const [first, second, third] = await opened.converse(
    'Qual é o aluguel da sala da Rua Augusta?',
    'E a multa?',
    'Quando será a festa junina?',
  );
  const [alone] = await opened.converse('Quando será a festa junina?');
  expect(first?.searchedFor).toBeNull();
  expect(second?.searchedFor).toBe('E a multa? (aluguel da sala da Rua Augusta)');
  expect(second?.text).toContain('multa de dois aluguéis');
  expect(third?.searchedFor).toBeNull();
  expect(third?.text).toBe(alone?.text);
  expect(third?.sources).toEqual(alone?.sources);
});

test('a courtesy is answered in its language without a search, and does not change what is talked about', async () => {
  await using opened = await open();
  const [, thanks, after, ok] = await opened.converse(
    'How much is the rent of the garage?',
    'Thanks!',
    'And when is it due?',
    'ok',
  );
  expect(thanks).toMatchObject({ finishReason: 'STOP', sources: [], answeredBy: null, searchedFor: null });
  expect(thanks?.text).toMatch(/^You're welcome!/);
  expect(after?.sources[0]?.path).toBe('english/garage-lease.md');
  expect(ok?.text).toMatch(/^All right/);
  const [hello] = await opened.converse('Oi!');
  expect(hello).toMatchObject({ finishReason: 'STOP', text: expect.stringMatching(/^Olá!/) });
});

test('the same of another thing finds another document first, also one that is called so in the other language', async () => {
  await using opened = await open();
  const [first, second] = await opened.converse('Qual é a multa do contrato 51?', 'e no outro contrato?');
  expect(first?.sources[0]?.path).toBe('contratos/limpeza-51.md');
  expect(second?.sources[0]?.path).not.toBe('contratos/limpeza-51.md');
  const [, lease] = await opened.converse('Quanto tempo dura a locação da sala da Rua Augusta?', 'e a outra locação?');
  expect(lease?.sources[0]?.path).toBe('english/garage-lease.md');
  expect(lease?.searchedFor).toBe('e a outra locação? (tempo, lease)');
});

test('a document that is called by its kind is found by that, also in the other language', async () => {
  await using opened = await open();
  const [, invoice] = await opened.converse('Quem forneceu os switches?', 'e na fatura?');
  expect(invoice?.sources[0]?.path).toBe('compras/invoice-2291.txt');
});
