import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openAnswersStore } from '../answers/store.ts';
import { publish, startTestApi, type TestApi } from '../testing/running-api.ts';

/** Returns the data of a mutation's payload. */
const CREATE = `mutation ($input: CreateConversationInput!) {
  payload: createConversation(input: $input) { conversation { id title } userErrors { field code message } }
}`;
const UPDATE = `mutation ($input: UpdateConversationInput!) {
  payload: updateConversation(input: $input) { conversation { id title } userErrors { field code message } }
}`;
const DELETE = 'mutation ($id: ID!) { payload: deleteConversation(id: $id) { deletedId userErrors { field code } } }';
const START = `mutation ($input: AskInput!) {
  payload: startAnswer(input: $input) { answer { id conversation { id title } } userErrors { field code } }
}`;
const ASK = 'query ($input: AskInput!) { ask(input: $input) { sources { path } conversation { id title } } }';

interface Payload {
  readonly conversation: { readonly id: string; readonly title: string } | null;
  readonly answer: { readonly id: string; readonly conversation: { readonly id: string } | null } | null;
  readonly deletedId: string | null;
  readonly userErrors: readonly { readonly field: readonly string[]; readonly code: string }[];
}

const change = async (api: TestApi, mutation: string, variables: object): Promise<Payload> =>
  (await api.query<{ payload: Payload }>(mutation, variables)).payload;

async function start(): Promise<TestApi> {
  const api = await startTestApi();
  await publish(api.store, 'contratos/sala.md', ['O aluguel da sala custa R$ 900 por mês.']);
  await publish(api.store, 'notas/sala.md', ['O aluguel da sala foi pago em março.']);
  // Without a watcher, documents are listed when the API starts.
  await api.restart();
  return api;
}

/** Asks, and lets the engine answer. */
async function ask(api: TestApi, question: string, input: object = {}) {
  const asked = api.query<{ ask: { sources: { path: string }[]; conversation: { title: string } | null } }>(ASK, {
    input: { question, ...input },
  });
  api.engines.say('Sim. ');
  api.engines.finish();
  return (await asked).ask;
}

test('a conversation is created, asked twice, listed with its answers, renamed and deleted', async () => {
  await using api = await start();
  const { conversation } = await change(api, CREATE, { input: {} });
  const { id } = conversation!;
  expect(conversation!.title).toBe('');
  const first = await ask(api, 'Quanto custa o aluguel da sala?', { conversationId: id });
  expect(first.conversation).toEqual({ id, title: 'Quanto custa o aluguel da sala?' });
  await ask(api, 'Quando o aluguel da sala foi pago?', { conversationId: id });
  expect((await ask(api, 'Quanto custa o aluguel da sala?')).conversation).toBeNull();

  const list = `{ conversations { totalCount nodes { id title createdAt updatedAt
    answers(first: 1) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { question } } } } } }`;
  expect(await api.query(list)).toMatchObject({
    conversations: {
      totalCount: 1,
      nodes: [{ id, answers: { totalCount: 2, pageInfo: { hasNextPage: true }, edges: [{ node: {} }] } }],
    },
  });
  expect(await change(api, UPDATE, { input: { id, title: '  A sala  ' } })).toMatchObject({
    conversation: { title: 'A sala' },
    userErrors: [],
  });
  expect(await change(api, UPDATE, { input: { id } })).toMatchObject({ conversation: { title: 'A sala' } });
  await api.restart();
  expect(await api.query(`{ conversation(id: "${id}") { title answers { nodes { question } } } }`)).toEqual({
    conversation: {
      title: 'A sala',
      answers: {
        nodes: [{ question: 'Quanto custa o aluguel da sala?' }, { question: 'Quando o aluguel da sala foi pago?' }],
      },
    },
  });
  expect(await change(api, DELETE, { id })).toEqual({ deletedId: id, userErrors: [] });
  expect(await api.query(`{ conversation(id: "${id}") { id } conversations { totalCount } }`)).toEqual({
    conversation: null,
    conversations: { totalCount: 0 },
  });
});

test('the filter of a conversation applies to its questions, together with their own', async () => {
  await using api = await start();
  const { conversation } = await change(api, CREATE, { input: { filter: { paths: ['contratos/**'] } } });
  const { id: conversationId } = conversation!;
  const pathsFound = async (input: object): Promise<string[]> =>
    (await ask(api, 'Quanto custa o aluguel da sala?', input)).sources.map(({ path }) => path);
  expect(await pathsFound({})).toHaveLength(2);
  expect(await pathsFound({ conversationId })).toEqual(['contratos/sala.md']);
  expect(await pathsFound({ conversationId, filter: { paths: ['**/sala.md'] } })).toEqual(['contratos/sala.md']);
  expect(await pathsFound({ conversationId, filter: { paths: ['notas/**'] } })).toEqual([]);
  await api.restart();
  expect(await pathsFound({ conversationId })).toEqual(['contratos/sala.md']);
});

test('a title of 1 to 200 characters is accepted, and everything wrong is a user error', async () => {
  await using api = await start();
  const codes = async (mutation: string, input: object): Promise<string[]> =>
    (await change(api, mutation, { input })).userErrors.map(({ field, code }) => `${field.join('.')} ${code}`);
  expect(await codes(CREATE, { title: 'x'.repeat(200) })).toEqual([]);
  expect(await codes(CREATE, { title: 'x'.repeat(201) })).toEqual(['input.title TOO_LONG']);
  expect(await codes(CREATE, { title: ' ' })).toEqual(['input.title BLANK']);
  expect(await codes(CREATE, { title: null, filter: {} })).toEqual([]);
  expect(await codes(CREATE, { filter: { paths: ['a'.repeat(1_001)] } })).toEqual([
    'input.filter.paths BAD_USER_INPUT',
  ]);
  const { id } = (await change(api, CREATE, { input: {} })).conversation!;
  expect(await codes(UPDATE, { id, title: 'x'.repeat(200) })).toEqual([]);
  expect(await codes(UPDATE, { id, title: 'x'.repeat(201) })).toEqual(['input.title TOO_LONG']);
  expect(await codes(UPDATE, { id: 'nowhere', title: 'x' })).toEqual(['input.id NOT_FOUND']);
  expect((await change(api, DELETE, { id: 'nowhere' })).userErrors).toEqual([{ field: ['id'], code: 'NOT_FOUND' }]);
});

test('a question in a conversation that is not there is refused', async () => {
  await using api = await start();
  const input = { question: 'Onde?', conversationId: randomUUID() };
  expect((await change(api, START, { input })).userErrors).toEqual([
    { field: ['input', 'conversationId'], code: 'NOT_FOUND' },
  ]);
  await expect(api.query(ASK, { input })).rejects.toThrow('NOT_FOUND');
});

test('the same requestId in another conversation is a conflict', async () => {
  await using api = await start();
  const { id: conversationId } = (await change(api, CREATE, { input: {} })).conversation!;
  const input = { question: 'Onde?', requestId: randomUUID() };
  const started = (await change(api, START, { input: { ...input, conversationId } })).answer!;
  expect(started.conversation).toEqual({ id: conversationId, title: 'Onde?' });
  expect((await change(api, START, { input: { ...input, conversationId } })).answer?.id).toBe(started.id);
  expect((await change(api, START, { input })).userErrors).toEqual([
    { field: ['input', 'requestId'], code: 'CONFLICT' },
  ]);
});

test('a model reads the earlier turns, without their citation markers and without courtesies', async () => {
  await using api = await start();
  const { id: conversationId } = (await change(api, CREATE, { input: {} })).conversation!;
  const say = async (question: string, text: string): Promise<void> => {
    const asked = api.query(ASK, { input: { question, conversationId } });
    api.engines.say(text);
    api.engines.finish();
    await asked;
  };
  await say('Quanto custa o aluguel da sala?', 'O aluguel custa R$ 900 por mês [1].');
  await api.query(ASK, { input: { question: 'Obrigado!', conversationId } });
  await say('e quando foi pago?', 'Foi pago em março [2].');
  const [first, second] = api.engines.requests;
  expect(first).toMatchObject({ question: 'Quanto custa o aluguel da sala?', history: [] });
  expect(second).toMatchObject({
    question: 'e quando foi pago? (aluguel da sala)',
    history: [{ question: 'Quanto custa o aluguel da sala?', answer: 'O aluguel custa R$ 900 por mês.' }],
  });
});

test('explain reads a question as its conversation does', async () => {
  await using api = await start();
  const { id: conversationId } = (await change(api, CREATE, { input: { filter: { paths: ['contratos/**'] } } }))
    .conversation!;
  await ask(api, 'Quanto custa o aluguel da sala?', { conversationId });
  const explained =
    'query ($input: AskInput!) { explain(input: $input) { searchedFor candidates { path sourceRank } } }';
  const input = { question: 'e quando foi pago?', conversationId };
  expect(await api.query(explained, { input })).toEqual({
    explain: {
      searchedFor: expect.stringContaining('aluguel'),
      candidates: [{ path: 'contratos/sala.md', sourceRank: 1 }],
    },
  });
  await expect(api.query(explained, { input: { ...input, conversationId: 'nowhere' } })).rejects.toThrow('NOT_FOUND');
  expect(await api.query('{ conversations { nodes { answers { totalCount } } } }')).toEqual({
    conversations: { nodes: [{ answers: { totalCount: 1 } }] },
  });
});

test('50,000 conversations are kept, one more is an error of the user until one is deleted', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'askbox-many-'));
  const answersFile = path.join(dir, 'answers.db');
  openAnswersStore(answersFile, 90)[Symbol.dispose]();
  {
    using db = new DatabaseSync(answersFile);
    db.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 49999)
       INSERT INTO conversations (id, created_at, updated_at) SELECT 'c' || i, ?1, ?1 FROM n`,
    ).run(new Date().toISOString());
  }
  {
    await using api = await startTestApi({ config: { answersFile } });
    expect(await change(api, CREATE, { input: {} })).toMatchObject({ userErrors: [] });
    const refused = { conversation: null, userErrors: [{ field: ['input'], code: 'TOO_MANY_CONVERSATIONS' }] };
    expect(await change(api, CREATE, { input: {} })).toMatchObject(refused);
    await change(api, DELETE, { id: 'c7' });
    expect(await change(api, CREATE, { input: {} })).toMatchObject({ userErrors: [] });
  }
  rmSync(dir, { recursive: true });
});
