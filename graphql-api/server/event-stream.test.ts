import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createClient } from 'graphql-sse';
import { expect, test } from 'vitest';
import { silentLog } from '#shared/log.ts';
import type { StoreReader } from '#shared/store/store.ts';
import { startTestApi, until, type TestApi } from '../testing/running-api.ts';
import { ASK, piecedTogether, QUESTION, readOverHttp, startWithDocument, type AskEvent } from '../testing/ask.ts';

const KEY = 'a key of at least 16 characters';
const FOLLOW_DOCUMENTS = 'subscription { documentChanged { kind } }';

function post(api: TestApi, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${api.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** Status and code of a refusal. */
async function refusal(answer: Response): Promise<unknown[]> {
  const { errors } = (await answer.json()) as { errors: { extensions: { code: string } }[] };
  return [answer.status, errors[0]?.extensions.code];
}

test('streams an answer to the client of graphql-sse, and runs its queries and mutations', async () => {
  await using api = await startWithDocument();
  const client = createClient({ url: `${api.url}/graphql/stream`, retryAttempts: 0 });
  api.engines.say('São ', '27 meses [1].');
  api.engines.finish();
  const events = await Array.fromAsync(
    client.iterate<{ ask: AskEvent }>({ query: ASK, variables: { input: { question: QUESTION } } }),
    ({ data }) => data!.ask,
  );
  expect(events.map(({ sequence }) => sequence)).toEqual(
    events.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
  );
  expect(events.slice(0, 2).map(({ __typename }) => __typename)).toEqual(['AnswerStarted', 'SourcesRetrieved']);
  expect(piecedTogether(events)).toBe('São 27 meses [1].');
  expect(events.at(-1)?.__typename).toBe('AnswerCompleted');
  expect(await Array.fromAsync(client.iterate({ query: '{ __typename }' }))).toEqual([
    { data: { __typename: 'Query' } },
  ]);
  const cancel = 'mutation { cancelAnswer(id: "nobody") { userErrors { code } } }';
  expect(await Array.fromAsync(client.iterate({ query: cancel }))).toEqual([
    { data: { cancelAnswer: { userErrors: [{ code: 'NOT_FOUND' }] } } },
  ]);
});

test('sends what curl shows: events as they come, whatever is accepted, and a last one that says complete', async () => {
  await using api = await startWithDocument();
  const sent = request(`${api.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  sent.end(
    JSON.stringify({
      query: 'subscription ($q: String!) { ask(input: { question: $q }) { __typename } }',
      variables: { q: QUESTION },
    }),
  );
  const [response] = await once(sent, 'response');
  let text = '';
  response.setEncoding('utf8').on('data', (more: string) => (text += more));
  await until('the sources, before any word', () => text.includes('SourcesRetrieved'));
  expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  api.engines.finish();
  await once(response, 'end');
  expect(text).toBe(
    ['AnswerStarted', 'SourcesRetrieved', 'AnswerCompleted']
      .map((__typename) => `event: next\ndata: {"data":{"ask":{"__typename":"${__typename}"}}}\n\n`)
      .join('') + 'event: complete\ndata:\n\n',
  );
});

test.each(['api.md', 'api.pt-BR.md'])('the curl command of %s streams an answer', async (page) => {
  await using api = await startWithDocument();
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  const [, path, body] =
    /curl -N http:\/\/127\.0\.0\.1:4000(\S+) -H 'content-type: application\/json' \\\n *-d '(.*)'/.exec(text)!;
  const answer = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: body!,
  });
  expect(await answer.text()).toMatch(/"text":"Não encontrei nada.*event: complete/s);
});

test('a closed curl is a lost connection: the answer waits for the grace, and the next curl resumes where it broke', async () => {
  await using api = await startWithDocument();
  const input = { question: QUESTION, requestId: randomUUID() };
  const first = await readOverHttp(api, ASK, { input });
  api.engines.say('um');
  await until('a word arrives', () => first.events.some(({ text }) => text === 'um'));
  first.hangUp();
  await first.done;
  const second = await readOverHttp(api, ASK, { input, after: first.events.at(-1)!.sequence });
  api.engines.say(' dois');
  api.engines.finish();
  await second.done;
  expect(second.events.map(({ __typename, text }) => text ?? __typename)).toEqual([' dois', 'AnswerCompleted']);
  expect(api.engines.requests).toHaveLength(1);
});

test('a curl that does not come back stops the engine after the grace', async () => {
  await using api = await startWithDocument({ config: { graceMs: 1 } });
  const reader = await readOverHttp(api, ASK, { input: { question: QUESTION } });
  await until('the engine is asked', () => api.engines.requests.length === 1);
  reader.hangUp();
  await until('the engine is stopped', () => api.engines.aborted === 1);
  expect(api.engines.requests).toHaveLength(1);
});

test('is guarded like the WebSocket: origin, key, size of the operation, errors without secrets', async () => {
  await using api = await startTestApi({ config: { apiKey: KEY } });
  const key = { authorization: `Bearer ${KEY}` };
  const query = '{ __typename }';
  expect((await post(api, { query }, { ...key, origin: 'https://evil.example' })).status).toBe(403);
  expect(await refusal(await post(api, { query }))).toEqual([401, 'UNAUTHENTICATED']);
  expect((await post(api, { query }, key)).status).toBe(200);
  const wide = `{ health { ${'status '.repeat(401)} } }`;
  expect(await refusal(await post(api, { query: wide }, key))).toEqual([400, 'OPERATION_TOO_LARGE']);

  const broken = (reader: StoreReader): StoreReader =>
    new Proxy(reader, {
      get: (target, name) =>
        name === 'findChunk'
          ? () => Promise.reject(new Error('password=hunter2'))
          : Reflect.get(target, name).bind?.(target),
    });
  await using faulty = await startTestApi({ reader: broken, log: silentLog });
  const fault = await (await post(faulty, { query: '{ chunk(id: "x") { id } }' })).text();
  expect(fault).toContain('INTERNAL_SERVER_ERROR');
  expect(fault).not.toContain('hunter2');
});

test('refuses anything but an operation in a POST; a GET could come from a page of any site', async () => {
  await using api = await startTestApi();
  const get = `${api.url}/graphql/stream?query={__typename}`;
  for (const answer of [
    await fetch(get),
    await fetch(get, { headers: { accept: 'text/event-stream' } }),
    await fetch(`${api.url}/graphql/stream`, { method: 'POST', body: '{"query":"{ __typename }"}' }),
    await post(api, { query: 1 }),
    await post(api, { query: '{ __typename }', variables: 'none' }),
    await post(api, [{ query: '{ __typename }' }]),
  ]) {
    expect(await refusal(answer)).toEqual([400, 'BAD_REQUEST']);
  }
  const syntax = await post(api, { query: '{ health {' });
  expect([syntax.status, await syntax.text()]).toEqual([400, expect.stringContaining('Syntax Error')]);
  const noSuchAnswer = await post(api, { query: 'subscription { answerEvents(id: "nobody") { sequence } }' });
  expect(await noSuchAnswer.text()).toContain('"code":"NOT_FOUND"');
});

test('at most 128 streams are open at once, and one that ends makes room', async () => {
  await using api = await startTestApi();
  const open = await Promise.all(Array.from({ length: 128 }, () => readOverHttp(api, FOLLOW_DOCUMENTS, {})));
  expect(await refusal(await post(api, { query: '{ __typename }' }))).toEqual([429, 'TOO_MANY_SUBSCRIPTIONS']);
  open.pop()!.hangUp();
  let status = 429;
  await expect
    .poll(async () => (status = (await post(api, { query: '{ __typename }' })).status), { timeout: 20_000 })
    .toBe(200);
  expect(status).toBe(200);
  for (const reader of open) reader.hangUp();
});
