import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { until, type TestApi } from '../testing/running-api.ts';
import {
  ASK,
  piecedTogether,
  QUESTION,
  readOverHttp,
  readOverWebSocket,
  startWithDocument,
  subscribe,
} from '../testing/ask.ts';

const START =
  'mutation ($input: AskInput!) { startAnswer(input: $input) { answer { id status } userErrors { field code message } } }';

interface Started {
  readonly startAnswer: { readonly answer: { readonly id: string } | null; readonly userErrors: readonly object[] };
}

const start = (api: TestApi, input: object): Promise<Started> => api.query<Started>(START, { input });

async function statusOf(api: TestApi, id: string): Promise<unknown> {
  const { answer } = await api.query<{ answer: object }>('query ($id: ID!) { answer(id: $id) { status text } }', {
    id,
  });
  return answer;
}

test('an answer that was started is written to its end with no reader at all', async () => {
  await using api = await startWithDocument({ config: { graceMs: 1 } });
  const { startAnswer } = await start(api, { question: QUESTION });
  expect(startAnswer).toMatchObject({ answer: { status: 'RETRIEVING' }, userErrors: [] });
  await until('the engine is asked', () => api.engines.requests.length === 1);
  api.engines.say('27 meses.');
  api.engines.finish();
  const { id } = startAnswer.answer!;
  await vi.waitFor(
    async () => expect(await statusOf(api, id)).toEqual({ status: 'COMPLETED', text: '27 meses.' }),
    20_000,
  );
  expect(api.engines.aborted).toBe(0);
});

test('readers that leave, by a lost connection or by unsubscribing, do not stop it; cancelAnswer does', async () => {
  await using api = await startWithDocument({ config: { graceMs: 1 } });
  const input = { question: QUESTION, requestId: randomUUID() };
  const { id } = (await start(api, input)).startAnswer.answer!;
  for (const read of [readOverWebSocket, readOverHttp]) {
    const reader = await read(api, ASK, { input });
    await until('it is followed', () => reader.events.length > 0);
    reader.hangUp();
  }
  const asked = subscribe(api.client({ lazyCloseTimeout: 60_000 }), { input });
  await until('it is followed', () => asked.events.length > 0);
  asked.stop();
  // Once a later answer has been stopped this way, a stop of the first one would have arrived too.
  const later = subscribe(api.client({ lazyCloseTimeout: 60_000 }), { input: { question: QUESTION } });
  await until('the later one is asked', () => api.engines.requests.length === 2);
  later.stop();
  await until('the later one is stopped', () => api.engines.aborted === 1);
  expect(await statusOf(api, id)).toMatchObject({ status: 'GENERATING' });

  await api.query('mutation ($id: ID!) { cancelAnswer(id: $id) { answer { id } } }', { id });
  expect(await statusOf(api, id)).toMatchObject({ status: 'CANCELLED' });
  expect(api.engines.aborted).toBe(2);
});

test('a requestId starts one answer, joins one that is asked, and lets that one run on', async () => {
  await using api = await startWithDocument({ config: { graceMs: 1 } });
  const input = { question: QUESTION, requestId: randomUUID() };
  const asked = await readOverWebSocket(api, ASK, { input });
  await until('it is asked', () => asked.events.length > 0);
  const first = await start(api, input);
  expect((await start(api, input)).startAnswer.answer?.id).toBe(first.startAnswer.answer?.id);
  expect(first.startAnswer.answer?.id).toBe(asked.events[0]?.answer.id);
  asked.hangUp();
  await asked.done;
  api.engines.say('27 meses.');
  api.engines.finish();
  const again = subscribe(api.client(), { input });
  await again.done;
  expect(piecedTogether(again.events)).toBe('27 meses.');
  expect(api.engines.requests).toHaveLength(1);
});

test('what the caller can fix is a user error that names the field', async () => {
  await using api = await startWithDocument();
  const requestId = randomUUID();
  await start(api, { question: QUESTION, requestId });
  for (const [input, code, field] of [
    [{ question: ' ' }, 'BAD_USER_INPUT', ['input', 'question']],
    [{ question: 'x', requestId: 'guessable' }, 'BAD_USER_INPUT', ['input', 'requestId']],
    [{ question: 'x', filter: { paths: Array(101).fill('*') } }, 'BAD_USER_INPUT', ['input', 'filter', 'paths']],
    [{ question: 'Outra garantia?', requestId }, 'CONFLICT', ['input', 'requestId']],
  ] as const) {
    expect(await start(api, input)).toMatchObject({ startAnswer: { answer: null, userErrors: [{ field, code }] } });
  }
});

test('a query over WebSocket whose connection breaks joins the same answer when the client comes back', async () => {
  await using api = await startWithDocument();
  const client = api.client({ retryAttempts: 10, retryWait: async () => {} });
  const whole = Array.fromAsync(
    client.iterate({
      query: 'query ($q: String!) { ask(input: { question: $q }) { text } }',
      variables: { q: QUESTION },
    }),
  );
  await until('the engine is asked', () => api.engines.requests.length === 1);
  api.dropConnections();
  api.engines.say('27 meses.');
  api.engines.finish();
  expect(await whole).toEqual([{ data: { ask: { text: '27 meses.' } } }]);
  expect(api.engines.requests).toHaveLength(1);
});

const RATE = `mutation ($input: RateAnswerInput!) {
  rateAnswer(input: $input) { answer { id rating ratingComment } userErrors { field code } }
}`;
const RATED = 'query ($id: ID!) { answer(id: $id) { status rating ratingComment } }';

test('an answer that is being written can be rated, and keeps that when it ends and after a restart', async () => {
  await using api = await startWithDocument({ config: { graceMs: 1 } });
  const { id } = (await start(api, { question: QUESTION })).startAnswer.answer!;
  expect(await api.query(RATED, { id })).toMatchObject({ answer: { rating: null, ratingComment: null } });
  await until('the engine is asked', () => api.engines.requests.length === 1);
  expect(await api.query(RATE, { input: { id, rating: 'DOWN', comment: ' lenta ' } })).toEqual({
    rateAnswer: { answer: { id, rating: 'DOWN', ratingComment: 'lenta' }, userErrors: [] },
  });
  api.engines.say('27 meses.');
  api.engines.finish();
  await vi.waitFor(async () => expect(await statusOf(api, id)).toMatchObject({ status: 'COMPLETED' }), 20_000);
  for (const rating of ['DOWN', 'UP']) {
    if (rating === 'UP') await api.query(RATE, { input: { id, rating } });
    const answer = { status: 'COMPLETED', rating, ratingComment: rating === 'UP' ? null : 'lenta' };
    expect(await api.query(RATED, { id })).toEqual({ answer });
    await api.restart();
    expect(await api.query(RATED, { id })).toEqual({ answer });
  }
});

test('a comment of 2,000 characters is kept, one more is TOO_LONG; an unknown answer is NOT_FOUND', async () => {
  await using api = await startWithDocument();
  const { id } = (await start(api, { question: QUESTION })).startAnswer.answer!;
  const comment = 'ã'.repeat(2_000);
  expect(await api.query(RATE, { input: { id, rating: 'UP', comment } })).toMatchObject({
    rateAnswer: { answer: { ratingComment: comment }, userErrors: [] },
  });
  for (const [input, field, code] of [
    [{ id, rating: 'DOWN', comment: `${comment}ã` }, ['input', 'comment'], 'TOO_LONG'],
    [{ id: randomUUID(), rating: 'DOWN' }, ['input', 'id'], 'NOT_FOUND'],
    [{ id: 'no such id', rating: 'DOWN' }, ['input', 'id'], 'NOT_FOUND'],
  ] as const) {
    expect(await api.query(RATE, { input })).toEqual({ rateAnswer: { answer: null, userErrors: [{ field, code }] } });
  }
  expect(await api.query(RATED, { id })).toMatchObject({ answer: { rating: 'UP' } });
});

test('a model that cannot answer is refused with those that can, and a repeated call joins its answer all the same', async () => {
  await using api = await startWithDocument();
  const requestId = randomUUID();
  const input = { question: QUESTION, requestId, model: 'test' };
  const { id } = (await start(api, input)).startAnswer.answer!;
  await until('the engine is asked', () => api.engines.requests.length === 1);
  expect(api.engines.requests[0]).toMatchObject({ model: 'test' });
  api.engines.removed = true;
  expect((await start(api, input)).startAnswer.answer?.id).toBe(id);
  for (const [model, message] of [
    ['test', 'input.model is test, which is no model here'],
    ['gpt', 'input.model is gpt, which is no model here'],
    [' ', 'input.model is empty; name a model, or leave it out'],
    ['x'.repeat(1_001), 'input.model has 1001 characters; shorten it to at most 1000'],
  ] as const) {
    const field = ['input', 'model'];
    expect(await start(api, { question: 'A Zafira tem garantia?', model })).toEqual({
      startAnswer: { answer: null, userErrors: [{ field, code: 'BAD_USER_INPUT', message }] },
    });
  }
  const response = await api.post({ query: `{ ask(input: { question: "${QUESTION}", model: "gpt" }) { id } }` });
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  expect((await start(api, { question: QUESTION, requestId, model: 'other' })).startAnswer.userErrors).toMatchObject([
    { code: 'CONFLICT' },
  ]);
});

test('the models are listed over GraphQL', async () => {
  await using api = await startWithDocument();
  const { models } = await api.query<{ models: readonly { name: string }[] }>(
    `{ models { name kind provider state contextTokens dimensions default suggested licence sizeBytes progress error } }`,
  );
  expect(models.find(({ name }) => name === 'multilingual-e5-small')).toMatchObject({
    state: 'MISSING',
    licence: 'MIT',
  });
});
