import { once } from 'node:events';
import { createServer } from 'node:net';
import { request } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { silentLog } from '#shared/log.ts';
import { StoreError } from '#shared/errors.ts';
import type { StoreReader } from '#shared/store/store.ts';
import { publish, startTestApi, until, type TestApi } from '../testing/running-api.ts';

const KEY = 'a key of at least 16 characters';

/** Returns the first message of an operation over WebSocket: its data, or its errors. */
async function overWebSocket(
  api: TestApi,
  query: string,
): Promise<{ data?: unknown; errors?: GraphQLFormattedError[] }> {
  return new Promise((resolve) => {
    api.client().subscribe(
      { query },
      {
        next: (result) => resolve(result as object),
        error: (errors) => resolve({ errors: errors as GraphQLFormattedError[] }),
        complete: () => {},
      },
    );
  });
}

async function overHttp(api: TestApi, query: string): Promise<{ data?: unknown; errors?: GraphQLFormattedError[] }> {
  return (await (await api.post({ query })).json()) as object;
}

/** Returns the status of a GET with headers that fetch would not send. */
async function statusOf(api: TestApi, path: string, headers: Record<string, string>): Promise<number | undefined> {
  const sent = request({ host: '127.0.0.1', port: api.port, path, headers }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

/** Returns `open`, or the status that refused the handshake. */
async function handshake(api: TestApi, headers: Record<string, string>, path = '/graphql'): Promise<string> {
  const socket = new WebSocket(`ws://127.0.0.1:${api.port}${path}`, 'graphql-transport-ws', { headers });
  try {
    return await new Promise((resolve) => {
      socket.on('open', () => resolve('open'));
      socket.on('unexpected-response', (_, response) => resolve(String(response.statusCode)));
      socket.on('error', (error) => resolve(error.message));
    });
  } finally {
    socket.terminate();
  }
}

test('a page of another site gets nothing, over HTTP or WebSocket', async () => {
  await using api = await startTestApi();
  const foreign = [
    { origin: 'https://evil.example' },
    { origin: `http://127.0.0.1:${api.port + 1}` },
    { origin: 'null' },
    { host: 'evil.example' },
    { host: `evil.example:${api.port}`, origin: `http://evil.example:${api.port}` },
  ];
  for (const headers of foreign) {
    const overHttp = await statusOf(api, '/graphql?query={__typename}', headers);
    const ready = await statusOf(api, '/readyz', headers);
    const overWebSocket = await handshake(api, headers);
    expect({ headers, overHttp, ready, overWebSocket }).toEqual({
      headers,
      overHttp: 403,
      ready: 403,
      overWebSocket: '403',
    });
  }
  const answer = await api.post({ query: '{ __typename }' }, { origin: 'https://evil.example' });
  expect(answer.status).toBe(403);
});

test('our own page, programs without an Origin, and names that were allowed are served', async () => {
  await using api = await startTestApi({ config: { allowedHosts: ['askbox.home'] } });
  for (const headers of [
    {},
    { origin: `http://127.0.0.1:${api.port}` },
    { host: `localhost:${api.port}`, origin: `http://localhost:${api.port}` },
    { host: `[::1]:${api.port}`, origin: `http://[::1]:${api.port}` },
    { host: 'askbox.home', origin: 'https://askbox.home' },
  ]) {
    const served = [headers, await statusOf(api, '/healthz', headers), await handshake(api, headers)];
    expect(served).toEqual([headers, 200, 'open']);
  }
  expect(await handshake(api, {}, '/elsewhere')).toBe('403');
});

test('limits on depth, fields, aliases and tokens hold alike over HTTP and WebSocket', async () => {
  await using api = await startTestApi();
  const deep = `{ chunk(id: "x") { ${'next { '.repeat(13)} id ${'} '.repeat(13)} } }`;
  const wide = `{ health { ${'status '.repeat(401)} } }`;
  const renamed = `{ ${Array.from({ length: 21 }, (_, n) => `a${n}: health { status }`).join(' ')} }`;
  const spread = `query { health { ...A } } fragment A on Health { ${Array.from({ length: 21 }, (_, n) => `a${n}: status`).join(' ')} }`;
  const multiplied = `{ chunk(id: "x") { context { next { context { id } } } } }`;
  for (const query of [deep, wide, renamed, spread, multiplied]) {
    for (const { errors } of [await overHttp(api, query), await overWebSocket(api, query)]) {
      expect([query, errors?.[0]?.extensions?.['code']]).toEqual([query, 'OPERATION_TOO_LARGE']);
    }
  }
  const tooLong = `{ health { ${'status '.repeat(2_001)} } }`;
  for (const { errors } of [await overHttp(api, tooLong), await overWebSocket(api, tooLong)]) {
    expect(errors?.[0]?.message).toContain('token');
  }
});

test.each([
  ['of __typename', (n: number) => `fragment F${n} on Query { __typename }`],
  ['of a field', (n: number) => `fragment F${n} on Query { health { status } }`],
])('fragments %s that double a thousand times are refused at once', async (_, last) => {
  await using api = await startTestApi();
  // Walked once for each path, 25 of them took minutes.
  const doubling = Array.from({ length: 25 }, (_unused, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`);
  const query = `{ ...F0 } ${doubling.join(' ')} ${last(25)}`;
  for (const { errors } of [await overHttp(api, query), await overWebSocket(api, query)]) {
    expect(errors?.[0]?.extensions?.['code']).toBe('OPERATION_TOO_LARGE');
  }
});

test('introspection is answered over both, for the playground', async () => {
  await using api = await startTestApi();
  const query = '{ __schema { queryType { name } } }';
  const data = { __schema: { queryType: { name: 'Query' } } };
  expect(await overHttp(api, query)).toEqual({ data });
  expect(await overWebSocket(api, query)).toEqual({ data });
});

test('a syntax error over WebSocket is an error of that operation and leaves the connection open', async () => {
  await using api = await startTestApi();
  const client = api.client({ lazyCloseTimeout: 60_000 });
  let closed = 0;
  client.on('closed', () => closed++);
  const run = (query: string): Promise<unknown> =>
    Array.fromAsync(client.iterate({ query })).catch((error: unknown) => error);
  expect(await run('{ health {')).toMatchObject([{ message: expect.stringContaining('Syntax Error') }]);
  expect(await run('{ nothing }')).toMatchObject([{ message: expect.stringContaining('Cannot query field') }]);
  expect(await run('{ __typename }')).toMatchObject([{ data: { __typename: 'Query' } }]);
  expect(closed).toBe(0);
});

test('clients get an unexpected error only as an id that is in the log; a deliberate one as it is', async () => {
  const logged: { id?: string }[] = [];
  const log = { ...silentLog, error: (fields: object) => logged.push(fields) } as typeof silentLog;
  let error: Error = new Error('connect ECONNREFUSED password=hunter2');
  const broken = (reader: StoreReader): StoreReader =>
    new Proxy(reader, {
      get: (target, name) =>
        name === 'findChunk' ? () => Promise.reject(error) : Reflect.get(target, name).bind?.(target),
    });
  await using api = await startTestApi({ log, reader: broken });
  const query = '{ chunk(id: "x") { id } }';
  for (const run of [overHttp, overWebSocket]) {
    const { errors } = await run(api, query);
    expect(JSON.stringify(errors)).not.toContain('hunter2');
    expect(errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR' });
    const id = /\((\w+)\)/.exec(errors?.[0]?.message ?? '')?.[1];
    expect(logged.map((fields) => fields.id)).toContain(id);
  }
  error = new StoreError('STORE_UNAVAILABLE', 'the store is busy');
  for (const run of [overHttp, overWebSocket]) {
    const { errors } = await run(api, query);
    expect(errors?.[0]).toMatchObject({
      message: 'the store is busy',
      extensions: { code: 'STORE_UNAVAILABLE', retryable: true },
    });
  }
});

test('with a key set, nothing is answered without it, over HTTP or WebSocket', async () => {
  await using api = await startTestApi({ config: { apiKey: KEY } });
  const query = '{ __typename }';
  for (const authorization of ['', 'Bearer wrong', KEY]) {
    const answer = await api.post({ query }, { authorization });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const client = api.client({ connectionParams: { authorization }, retryAttempts: 5 });
    const refused = await Array.fromAsync(client.iterate({ query })).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 4401 });
  }
  expect((await api.post({ query }, { authorization: `Bearer ${KEY}` })).status).toBe(200);
  for (const name of ['authorization', 'Authorization']) {
    const client = api.client({ connectionParams: { [name]: `Bearer ${KEY}` } });
    expect(await Array.fromAsync(client.iterate({ query }))).toHaveLength(1);
  }
  for (const scheme of ['bearer', 'BEARER']) {
    expect((await api.post({ query }, { authorization: `${scheme} ${KEY}` })).status).toBe(200);
    expect((await api.post({ query }, { authorization: `${scheme} ${KEY.toUpperCase()}` })).status).toBe(401);
  }
});

test('at most 20 subscriptions on one connection', async () => {
  await using api = await startTestApi();
  const client = api.client({ lazyCloseTimeout: 60_000 });
  const refused: unknown[] = [];
  const subscribe = (): (() => void) =>
    client.subscribe(
      { query: 'subscription { documentChanged { kind } }' },
      { next: () => {}, error: (errors) => refused.push(errors), complete: () => {} },
    );
  for (let n = 0; n < 20; n++) subscribe();
  expect(
    await Array.fromAsync(client.iterate({ query: '{ __typename }' })).catch((errors: unknown) => errors),
  ).toMatchObject([{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }]);
  expect(refused).toEqual([]);
  subscribe();
  await until('the 21st is refused', () => refused.length === 1);
});

test('a message of more than 64 KB closes the WebSocket', async () => {
  await using api = await startTestApi();
  const client = api.client();
  const query = `{ __typename } # ${'x'.repeat(70_000)}`;
  const refused = await Array.fromAsync(client.iterate({ query })).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 1009 });
});

test('GraphQL over HTTP: a wrong request gets errors in the form of GraphQL', async () => {
  await using api = await startTestApi();
  const { url } = api;
  const post = (body: string, headers = {}): Promise<Response> =>
    fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

  const good = await post('{"query":"{ __typename }"}', { accept: 'application/graphql-response+json' });
  expect(good.status).toBe(200);
  expect(good.headers.get('content-type')).toContain('application/graphql-response+json');
  expect(await good.json()).toEqual({ data: { __typename: 'Query' } });

  const noJson = await post('{"query":');
  expect([noJson.status, await noJson.json()]).toMatchObject([
    400,
    { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
  ]);
  const tooLarge = await post(JSON.stringify({ query: `{ __typename } # ${'x'.repeat(110_000)}` }));
  expect([tooLarge.status, await tooLarge.json()]).toMatchObject([413, { errors: [{ message: expect.any(String) }] }]);
  const subscription = await api.post({ query: 'subscription { documentChanged { kind } }' });
  expect([subscription.status, await subscription.json()]).toMatchObject([
    400,
    { errors: [{ message: expect.stringContaining('WebSocket') }] },
  ]);
  expect((await post('{}')).status).toBe(400);
  expect((await post('[{"query":"{ __typename }"}]')).status).toBe(400);
  // A page of any site can make a browser send these without a preflight request.
  expect((await fetch(`${url}/graphql?query={__typename}`)).status).toBe(400);
  expect((await fetch(`${url}/graphql`, { method: 'POST', body: 'query={__typename}' })).status).not.toBe(200);
  expect(
    (await fetch(`${url}/graphql?query={__typename}`, { headers: { 'apollo-require-preflight': '1' } })).status,
  ).toBe(200);
  expect((await fetch(`${url}/graphql`, { method: 'OPTIONS' })).headers.get('access-control-allow-origin')).toBeNull();
});

test('a browser gets the playground, with nothing in it from another host', async () => {
  await using api = await startTestApi();
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  const page = await fetch(`${api.url}/graphql`, { headers: { accept } });
  expect(page.headers.get('content-encoding')).toBe('gzip');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await page.text();
  expect(html).toContain('subscription Ask');
  expect(html).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="https?:/);
});

test('readyz says how the components are; 503 when the store is down', async () => {
  await using api = await startTestApi();
  await publish(api.store, 'a.txt', ['um texto']);
  const ready = await fetch(`${api.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    status: 'DEGRADED',
    components: [
      { name: 'STORE', status: 'OK', message: '1 documents, 1 chunks' },
      { name: 'EMBEDDER', status: 'OK' },
      { name: 'GENERATOR', status: 'OK' },
      { name: 'FALLBACK', status: 'OK' },
      { name: 'WATCHER', status: 'DEGRADED', message: expect.stringContaining('ASKBOX_WATCHER_URL') },
    ],
  });
  const { health } = await api.query<{ health: object }>(
    '{ health { status version uptimeSeconds components { name latencyMs } } }',
  );
  expect(health).toMatchObject({
    status: 'DEGRADED',
    version: expect.stringMatching(/^\d/),
    uptimeSeconds: expect.any(Number),
  });

  await using broken = await startTestApi({
    reader: (reader) =>
      new Proxy(reader, {
        get: (target, name) =>
          name === 'stats' ? () => Promise.reject(new Error('gone')) : Reflect.get(target, name).bind?.(target),
      }),
  });
  const notReady = await fetch(`${broken.url}/readyz`);
  expect([notReady.status, await notReady.json()]).toMatchObject([503, { status: 'DOWN' }]);
});

test('health names the nodes of a cluster that are away; the store still works', async () => {
  const trouble = 'Qdrant at http://node2:6333 cannot say that it is ready now: connect ECONNREFUSED';
  await using api = await startTestApi({
    reader: (reader) =>
      new Proxy(reader, {
        get: (target, name) =>
          name === 'troubles' ? () => Promise.resolve([trouble]) : Reflect.get(target, name).bind?.(target),
      }),
  });
  const { health } = await api.query<{ health: object }>('{ health { components { name status message } } }');
  expect(health).toMatchObject({
    components: expect.arrayContaining([
      { name: 'STORE', status: 'DEGRADED', message: `0 documents, 0 chunks; ${trouble}` },
    ]),
  });
});

test('readyz without the key gives the status alone, and asks the store once for many requests', async () => {
  let queries = 0;
  await using api = await startTestApi({
    config: { apiKey: KEY },
    reader: (reader) =>
      new Proxy(reader, {
        get: (target, name) => {
          if (name === 'stats') queries++;
          return Reflect.get(target, name).bind?.(target);
        },
      }),
  });
  const responses = await Promise.all(Array.from({ length: 50 }, () => fetch(`${api.url}/readyz`)));
  for (const response of responses) expect(await response.json()).toEqual({ status: 'DEGRADED' });
  expect(queries).toBeLessThan(50);
  const full = await fetch(`${api.url}/readyz`, { headers: { authorization: `Bearer ${KEY}` } });
  expect(await full.json()).toMatchObject({ components: expect.arrayContaining([]) });
  // A later request sees what has changed meanwhile.
  const before = queries;
  await expect
    .poll(async () => (await fetch(`${api.url}/readyz`)) && queries, { timeout: 20_000 })
    .toBeGreaterThan(before);
});

test('healthz tells which instance answers, so that npm start knows its own', async () => {
  await using api = await startTestApi({ config: { instance: 'of this test' } });
  expect(await (await fetch(`${api.url}/healthz`)).json()).toEqual({ status: 'OK', instance: 'of this test' });
});

test('an occupied port says which, and which setting changes it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await expect(startTestApi({ config: { port: port! } })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${port}.*ASKBOX_PORT`)),
  });
  other.close();
});
