import { expect, test } from 'vitest';
import { publish, startTestApi, type TestApi } from '../testing/running-api.ts';

const CREATE = 'mutation { createConversation(input: {}) { conversation { id } } }';
const ASK = `query ($input: AskInput!) {
  ask(input: $input) { searchedFor finishReason passagesLeftMachine sources { path } }
}`;
const EXPLAIN =
  'query ($input: AskInput!) { explain(input: $input) { followUp { question model notByModelBecause } } }';

interface Asked {
  readonly searchedFor: string | null;
  readonly passagesLeftMachine: boolean;
  readonly sources: readonly { readonly path: string }[];
}

async function start() {
  const api = await startTestApi();
  await publish(api.store, 'contrato-77.md', ['O contrato 77 dura 24 meses.', 'A multa do contrato 77 é de 2%.']);
  await publish(api.store, 'contrato-78.md', ['O contrato 78 dura 12 meses.', 'A multa do contrato 78 é de 5%.']);
  await api.restart();
  const { createConversation } = await api.query<{ createConversation: { conversation: { id: string } } }>(CREATE);
  const { id: conversationId } = createConversation.conversation;
  return { api, conversationId };
}

async function ask(api: TestApi, question: string, conversationId: string): Promise<Asked> {
  const asked = api.query<{ ask: Asked }>(ASK, { input: { question, conversationId } });
  api.engines.say('Dura 24 meses [1]. ');
  api.engines.finish();
  return (await asked).ask;
}

test('the question that a quick model writes is searched for, and answered; explain names the model', async () => {
  const { api, conversationId } = await start();
  await using _ = api;
  api.engines.short = { text: 'Qual é a multa do contrato 77?' };
  expect((await ask(api, 'Qual é o prazo do contrato 77?', conversationId)).searchedFor).toBeNull();
  expect(api.engines.shortPrompts).toEqual([]);
  const { explain } = await api.query<{ explain: object }>(EXPLAIN, {
    input: { question: 'e a multa?', conversationId },
  });
  expect(explain).toEqual({
    followUp: { question: 'Qual é a multa do contrato 77?', model: 'test', notByModelBecause: null },
  });
  const answer = await ask(api, 'e a multa?', conversationId);
  expect(answer).toMatchObject({
    searchedFor: 'Qual é a multa do contrato 77?',
    sources: [{ path: 'contrato-77.md' }, { path: 'contrato-77.md' }],
  });
  expect(api.engines.requests.at(-1)?.question).toBe('Qual é a multa do contrato 77?');
  expect(api.engines.shortPrompts.at(-1)).toContain('Pergunta: Qual é o prazo do contrato 77?');
});

test('the rule of words takes over when the model fails, and when its question finds nothing; explain says why', async () => {
  const { api, conversationId } = await start();
  await using _ = api;
  await ask(api, 'Qual é o prazo do contrato 77?', conversationId);
  const byRule = { question: 'e a multa? (contrato 77)', model: null };
  const input = { question: 'e a multa?', conversationId };
  expect(await api.query(EXPLAIN, { input })).toMatchObject({
    explain: { followUp: { ...byRule, notByModelBecause: null } },
  });
  api.engines.short = { failure: 'it is on strike' };
  expect(await api.query(EXPLAIN, { input })).toMatchObject({
    explain: { followUp: { ...byRule, notByModelBecause: 'test: it is on strike' } },
  });
  api.engines.short = { text: 'Qual é a multa do prazo do contrato?', haveLeft: true };
  const { searchedFor, passagesLeftMachine } = await ask(api, 'e a do contrato 78?', conversationId);
  expect(searchedFor).toBe('e a do contrato 78? (prazo)');
  // The conversation was sent, whatever came of it.
  expect(passagesLeftMachine).toBe(true);
});
