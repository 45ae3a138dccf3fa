import os from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { silentLog } from '#shared/log.ts';
import { startOpenaiServer, type Manner, type OpenaiServer } from '../../tests/fixtures/openai-server.ts';
import { openEngines, type Engines } from '../generate/engines/engines.ts';
import { eventsOf, NEVER, REQUEST } from '../testing/generator-contract.ts';
import { rewriteQuestion, type FollowUp } from './rewrite-question.ts';
import { readingsOf } from './stand-alone.ts';

// The model is a scripted server, asked through the real engines. Their clock stands still unless a test moves it.

let server: OpenaiServer;
beforeAll(async () => {
  server = await startOpenaiServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const NOW = new Date(2026, 10, 27);
const LAST = { asked: 'Qual é o prazo do contrato 77?', paths: ['a.md'], known: ['a.md'], person: null };

function open(manner: Manner, order = 'remote,quotes', now = (): number => 0): Promise<Engines> {
  const settings = { OPENAI_BASE_URL: server.url(manner), OPENAI_MODEL: 'some', ASKBOX_GENERATOR_ORDER: order };
  return openEngines(parseConfig(settings, os.tmpdir()), silentLog, now);
}

/** Lets the engines write an answer, by which their speed is known, and then a follow-up. */
async function rewrite(engines: Engines, question: string, more: Partial<FollowUp> = {}, limitMs = 60_000) {
  const readings = readingsOf(question, more.last === undefined ? LAST : more.last, NOW);
  const turns = [{ question: LAST.asked, answer: 'O contrato 77 dura 24 meses [1].' }];
  const followUp = {
    question,
    language: 'pt',
    readings,
    last: LAST,
    turns,
    staysHere: false,
    now: NOW,
    ...more,
  } as const;
  return rewriteQuestion(followUp, { engines, limitMs }, NEVER);
}

async function openQuick(manner: Manner): Promise<Engines> {
  const engines = await open(manner);
  await eventsOf(engines.answer(REQUEST, NEVER));
  return engines;
}

const chatsOf = async (manner: Manner) =>
  (await server.received(manner)).filter(({ path }) => path === '/v1/chat/completions');
const saying = (text: string): Manner => `says-${encodeURIComponent(text)}`;

test('a quick model is asked once, with the conversation, for one question', async () => {
  const manner = saying('Qual é a multa do contrato 77?\nEla é a pergunta reescrita.');
  await using engines = await openQuick(manner);
  expect(await rewrite(engines, 'E a multa?')).toEqual({
    model: 'some',
    haveLeft: true,
    reading: {
      question: 'Qual é a multa do contrato 77?',
      carried: 'contrato 77',
      paths: ['a.md'],
      known: [],
      kind: '',
      mustHold: '',
    },
    refusedBecause: null,
  });
  const [, chat, ...more] = await chatsOf(manner);
  expect(more).toEqual([]);
  expect(chat?.body).toMatchObject({ temperature: 0, max_tokens: 80 });
  const body = JSON.stringify(chat?.body);
  expect(body).toContain(
    String.raw`Pergunta: Qual é o prazo do contrato 77?\nResposta: O contrato 77 dura 24 meses.\n`,
  );
  expect(body).toContain(String.raw`Última pergunta: E a multa?\n`);
  expect(body).not.toContain('garantia');
});

test.each([
  ['E a multa?', 'A multa é de 2%.', 'it is not one question'],
  ['E o do contrato 78?', 'Qual é o prazo do contrato?', 'it drops "78"'],
  ['E a multa?', 'blá blá [1] blá', 'it is not one question'],
])('what is no good rewriting of %s leaves it to the rule: %s', async (question, written, refusedBecause) => {
  const manner = saying(written);
  await using engines = await openQuick(manner);
  expect(await rewrite(engines, question)).toMatchObject({ reading: null, refusedBecause, haveLeft: true });
  expect(await chatsOf(manner)).toHaveLength(2);
});

test('a model that does not finish in time is given up, and not asked for the next follow-up', async () => {
  await using engines = await openQuick('once');
  expect(await rewrite(engines, 'E a multa?', {}, 100)).toMatchObject({
    reading: null,
    refusedBecause: 'some took longer than 100 ms',
  });
  expect(await rewrite(engines, 'E a multa?')).toBeNull();
  expect(await chatsOf('once')).toHaveLength(2);
});

test('a model whose first word was slow is not asked', async () => {
  const manner = saying('Qual é a multa do contrato 77 agora?');
  let nowMs = 0;
  await using engines = await open(manner, 'remote,quotes', () => (nowMs += 2_000));
  await eventsOf(engines.answer(REQUEST, NEVER));
  expect(await rewrite(engines, 'E a multa?')).toBeNull();
  expect(await chatsOf(manner)).toHaveLength(1);
});

test.each([
  ['a question that stands alone', 'Qual é a garantia do liquidificador Zafira?', {}],
  ['the first question of a conversation', 'E a multa?', { last: null }],
  ['another document than the one that was shown', 'E no outro contrato?', {}],
  ['a question that may not leave the machine', 'E a multa?', { staysHere: true }],
  ['a question for the quotes', 'E a multa?', { model: 'quotes' }],
] as const)('no model is asked for %s', async (_, question, more) => {
  const manner = saying(`${question} ${Object.keys(more).join()}`);
  await using engines = await openQuick(manner);
  expect(await rewrite(engines, question, more)).toBeNull();
  expect(await chatsOf(manner)).toHaveLength(1);
});

test('no model is asked before it has written an answer, nor where quotes come first', async () => {
  await using unknown = await open('ok');
  expect(await rewrite(unknown, 'E a multa?')).toBeNull();
  await using quotes = await open('ok', 'quotes,remote');
  await eventsOf(quotes.answer(REQUEST, NEVER));
  expect(await rewrite(quotes, 'E a multa?')).toBeNull();
  expect(await chatsOf('ok')).toEqual([]);
});

test('a question with a pronoun is sent although it names its subject; one that comes back as it is changes nothing', async () => {
  const manner = saying('Quem é o dono do carro e qual é o telefone dele?');
  await using engines = await openQuick(manner);
  expect(await rewrite(engines, 'Quem é o dono do carro e qual é o telefone dele?')).toMatchObject({ reading: null });
  expect(await chatsOf(manner)).toHaveLength(2);
});
