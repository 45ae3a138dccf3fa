import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startWithDocument } from '../testing/ask.ts';
import { until, type TestApi } from '../testing/running-api.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'askbox-answers-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const startApi = () => startWithDocument({ config: { answersFile: path.join(dir, 'answers.db') } });

/** Whether the word is in any file of the folder, as bytes. */
const isOnDisk = (word: string): boolean =>
  readdirSync(dir).some((name) => readFileSync(path.join(dir, name)).includes(word));

const ASK = 'query ($question: String!) { ask(input: { question: $question }) { id status text createdAt } }';
const DELETE = `mutation ($filter: AnswerFilter!) {
  deleteAnswers(filter: $filter) { deleted userErrors { code field message } }
}`;

interface Asked {
  readonly id: string;
  readonly status: string;
  readonly createdAt: string;
}

async function ask(api: TestApi, question: string, text: string): Promise<Asked> {
  const count = api.engines.requests.length;
  const asked = api.query<{ ask: Asked }>(ASK, { question });
  await until('the engine is asked', () => api.engines.requests.length > count);
  api.engines.say(text);
  api.engines.finish();
  return (await asked).ask;
}

test('of a deleted answer neither question nor text is left in a file; a second time it is NOT_FOUND', async () => {
  await using api = await startApi();
  const { id, status } = await ask(api, 'Qual é a garantia da Zafira, marcadorroxo?', 'São 27 meses, marcadorverde.');
  expect(status).toBe('COMPLETED');
  const deleteIt = () =>
    api.query('mutation ($id: ID!) { deleteAnswer(id: $id) { deletedId userErrors { code field } } }', { id });
  expect(isOnDisk('marcadorroxo') && isOnDisk('marcadorverde')).toBe(true);
  expect(await deleteIt()).toEqual({ deleteAnswer: { deletedId: id, userErrors: [] } });
  expect(isOnDisk('marcadorroxo') || isOnDisk('marcadorverde')).toBe(false);
  expect(await api.query('query ($id: ID!) { answer(id: $id) { id } }', { id })).toEqual({ answer: null });
  expect(await deleteIt()).toEqual({
    deleteAnswer: { deletedId: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] },
  });
});

test('deletes the answers that meet every condition', async () => {
  await using api = await startApi();
  const first = await ask(api, 'Qual é a garantia da Zafira?', 'Segundo João, 27 meses.');
  const second = await ask(api, 'A Zafira tem garantia?', 'Tem, João.');
  const third = await ask(api, 'Quantos meses de garantia tem a Zafira?', '27.');
  const ids = [first, second, third].map(({ id }) => id);
  for (const [filter, deleted] of [
    [{ text: 'joao pedro' }, 0],
    [{ text: 'joao', ids: [third.id] }, 0],
    [{ createdBefore: first.createdAt }, 0],
    [{ createdAfter: third.createdAt }, 0],
    [{ ids: [] }, 0],
    [{ text: 'JOAO garantia' }, 2],
    [{ ids, createdBefore: '2999-01-01T00:00:00Z' }, 1],
  ] as const) {
    expect(await api.query(DELETE, { filter })).toEqual({ deleteAnswers: { deleted, userErrors: [] } });
  }
});

test('a filter without a condition deletes nothing, nor does one out of bounds', async () => {
  await using api = await startApi();
  const { id } = await ask(api, 'Qual é a garantia da Zafira?', '27 meses.');
  for (const filter of [{}, { text: ' ' }, { ids: Array(101).fill(id) }, { text: 'x'.repeat(1_001) }]) {
    expect(await api.query(DELETE, { filter })).toMatchObject({
      deleteAnswers: { deleted: 0, userErrors: [{ code: 'BAD_USER_INPUT' }] },
    });
  }
  expect(await api.query('query ($id: ID!) { answer(id: $id) { id } }', { id })).toEqual({ answer: { id } });
});
