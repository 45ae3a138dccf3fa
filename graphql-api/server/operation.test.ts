import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import { expect, test } from 'vitest';
import { silentLog } from '#shared/log.ts';
import type { StoreReader } from '#shared/store/store.ts';
import { publish, startTestApi, until, type TestApi } from '../testing/running-api.ts';

const documented = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

type Refused = readonly GraphQLFormattedError[] | undefined;
type Run = (api: TestApi, body: { query: string; variables?: Record<string, unknown> }) => Promise<Refused>;

const overHttp: Run = async (api, body) =>
  // Every GraphQL response has this form.
  ((await (await api.post(body)).json()) as { errors?: Refused }).errors;

const overWebSocket: Run = (api, body) =>
  new Promise((resolve) => {
    api.client().subscribe(body, {
      next: ({ errors }) => resolve(errors),
      error: (errors) => resolve(errors as Refused),
      complete: () => {},
    });
  });

const overEventStream: Run = async (api, body) => {
  const response = await fetch(`${api.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const json = response.status === 200 ? /^data: (.*)$/m.exec(text)![1]! : text;
  return (JSON.parse(json) as { errors?: Refused }).errors;
};

test.each<[string, string, { query: string; variables?: Record<string, unknown> }]>([
  ['a syntax error', 'GRAPHQL_PARSE_FAILED', { query: '{' }],
  ['too many tokens', 'GRAPHQL_PARSE_FAILED', { query: `{ health { ${'status '.repeat(2_001)} } }` }],
  ['an unknown field', 'GRAPHQL_VALIDATION_FAILED', { query: '{ nope }' }],
  [
    'a date that is none',
    'GRAPHQL_VALIDATION_FAILED',
    { query: '{ search(query: "x", filter: { modifiedAfter: "2026-02-30T00:00:00Z" }) { tookMs } }' },
  ],
  [
    'two of a oneOf',
    'GRAPHQL_VALIDATION_FAILED',
    { query: 'mutation { addDocument(input: { source: {} }) { document { id } } }' },
  ],
  [
    'too many levels',
    'OPERATION_TOO_LARGE',
    { query: `{ chunk(id: "x") { ${'next { '.repeat(13)} id ${'} '.repeat(13)} } }` },
  ],
  [
    'too many values',
    'OPERATION_TOO_LARGE',
    {
      query: 'query ($n: Int!) { documents(first: $n) { nodes { chunks(first: $n) { nodes { documents { id } } } } } }',
      variables: { n: 100 },
    },
  ],
  ['no operation name', 'OPERATION_RESOLUTION_FAILURE', { query: 'query A { __typename } query B { __typename }' }],
  ['a missing variable', 'BAD_USER_INPUT', { query: 'query ($a: Int!) { documents(first: $a) { totalCount } }' }],
  [
    'a variable of another type',
    'BAD_USER_INPUT',
    { query: 'query ($a: Int!) { documents(first: $a) { totalCount } }', variables: { a: 'many' } },
  ],
  [
    'null for a default',
    'BAD_USER_INPUT',
    { query: 'query ($a: Int = 1) { documents(first: $a) { totalCount } }', variables: { a: null } },
  ],
  ['a value out of bounds', 'BAD_USER_INPUT', { query: '{ documents(first: 0) { totalCount } }' }],
])('%s has the same documented code over HTTP, WebSocket and event stream: %s', async (_, code, body) => {
  await using api = await startTestApi();
  const codes: unknown[] = [];
  for (const run of [overHttp, overWebSocket, overEventStream]) {
    const errors = await run(api, body);
    codes.push(errors?.[0]?.extensions?.['code']);
    expect(JSON.stringify(errors)).not.toContain('"http"');
  }
  expect(codes).toEqual([code, code, code]);
  expect(documented).toContain(`\`${code}\``);
});

/** Opens an API whose store returns chunks only after the caller has gone, and counts the calls. */
async function startWithLateStore() {
  const logged: unknown[] = [];
  const calls = { started: 0, returned: 0 };
  const late = (reader: StoreReader): StoreReader =>
    new Proxy(reader, {
      get(target, name) {
        if (name !== 'neighbours') return Reflect.get(target, name).bind?.(target);
        return async (content: string, from: number, to: number, gone: AbortSignal) => {
          calls.started++;
          if (!gone.aborted) await once(gone, 'abort');
          const chunks = await target.neighbours(content, from, to);
          calls.returned++;
          return chunks;
        };
      },
    });
  const log = { ...silentLog, error: (fields: unknown) => logged.push(fields) } as typeof silentLog;
  const api = await startTestApi({ reader: late, log });
  await publish(api.store, 'a.txt', ['Um texto. ', 'Outro texto.']);
  await api.restart();
  return Object.assign(api, { calls, logged });
}

test('an operation that came before is refused or executed as the first time', async () => {
  await using api = await startTestApi();
  const query = 'query ($first: Int!) { documents(first: $first) { totalCount } }';
  for (let time = 0; time < 2; time++) {
    expect(await overWebSocket(api, { query, variables: { first: 1 } })).toBeUndefined();
    expect(await overWebSocket(api, { query, variables: { first: 'x' } })).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(await overWebSocket(api, { query: '{ nothing }' })).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  }
});

test.each(['HTTP', 'WebSocket', 'event stream'])('execution stops once its caller has gone: %s', async (way) => {
  await using api = await startWithLateStore();
  const query = '{ documents { nodes { chunks { nodes { next { id } } } } } }';
  let hangUp: () => void;
  if (way === 'WebSocket') {
    api.client().subscribe({ query }, { next: () => {}, error: () => {}, complete: () => {} });
    hangUp = () => api.dropConnections();
  } else {
    const path = way === 'HTTP' ? '/graphql' : '/graphql/stream';
    const sent = request(`${api.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' } });
    sent.on('error', () => {}).end(JSON.stringify({ query }));
    hangUp = () => sent.destroy();
  }
  await until('the chunks are asked for', () => api.calls.started === 1);
  hangUp();
  await until('the chunks are there', () => api.calls.returned === 1);
  // Their neighbours would be asked for before this is answered.
  await api.query('{ __typename }');
  expect(api.calls.started).toBe(1);
  expect(api.logged).toEqual([]);
});
