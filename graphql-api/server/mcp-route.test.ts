import { expect, test } from 'vitest';
import { QUESTION, startWithDocument } from '../testing/ask.ts';
import { until, type TestApi } from '../testing/running-api.ts';
import { CLIENT_LIMITS } from './client-limits.ts';

const KEY = 'a key of at least 16 characters';
const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

function post(api: TestApi, message: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) {
  return fetch(`${api.url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify(message),
    ...(signal === undefined ? {} : { signal }),
  });
}

function call(name: string, input: object): object {
  return { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name, arguments: input } };
}

/** The result of the message that a stream of events ends with. */
async function resultOf(response: Response): Promise<unknown> {
  const [last = ''] = (await response.text()).match(/(?<=^data: ).*$/gm)?.slice(-1) ?? [];
  return JSON.parse(last).result;
}

test('a foreign page and a wrong key get nothing', async () => {
  await using api = await startWithDocument({ config: { apiKey: KEY } });
  const authorization = `Bearer ${KEY}`;
  expect((await post(api, LIST, { authorization })).status).toBe(200);
  expect((await post(api, LIST, { authorization, origin: api.url })).status).toBe(200);
  const foreign = await post(api, LIST, { authorization, origin: 'https://example.com' });
  expect([foreign.status, await foreign.text()]).toEqual([403, expect.not.stringContaining('tools')]);
  for (const headers of [{}, { authorization: `Bearer ${KEY}!` }]) {
    const refused = await post(api, LIST, headers);
    expect([refused.status, await refused.text()]).toEqual([401, expect.not.stringContaining('search')]);
  }
});

test('takes one JSON message of at most 100 KB, by POST', async () => {
  await using api = await startWithDocument();
  const padded = (bytes: number): object => ({ ...LIST, params: { _meta: { padding: 'a'.repeat(bytes) } } });
  const frame = JSON.stringify(padded(0)).length;
  expect((await post(api, padded(100 * 1024 - frame))).status).toBe(200);
  expect((await post(api, padded(100 * 1024 - frame + 1))).status).toBe(413);
  expect((await post(api, [LIST])).status).toBe(400);
  // The SDK's transport takes this for JSON and would read the body without a limit.
  expect((await post(api, LIST, { 'content-type': 'text/plain; application/json' })).status).toBe(415);
  expect((await fetch(`${api.url}/mcp`)).status).toBe(405);
});

test('as many calls may be open as the limit says, and one that its client leaves makes room', async () => {
  await using api = await startWithDocument();
  const leaving = new AbortController();
  const ask = call('ask', { question: QUESTION });
  const { perAddress } = CLIENT_LIMITS.mcpRequests;
  const open = [
    await post(api, ask, {}, leaving.signal),
    ...(await Promise.all(Array.from({ length: perAddress - 1 }, () => post(api, ask)))),
  ];
  expect(open.map(({ status }) => status)).toEqual(open.map(() => 200));
  await until('all are being written', () => api.engines.requests.length === perAddress);
  expect((await post(api, LIST)).status).toBe(429);
  leaving.abort();
  await until('the model has stopped', () => api.engines.aborted === 1);
  expect((await post(api, LIST)).status).toBe(200);
});

test('only the session that made a call cancels it', async () => {
  await using api = await startWithDocument();
  const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  const openSession = async (): Promise<string> => {
    const response = await post(api, { jsonrpc: '2.0', id: 0, method: 'initialize', params: hello });
    await response.text();
    return response.headers.get('mcp-session-id') ?? '';
  };
  const [own, other] = [await openSession(), await openSession()];
  const asking = await post(api, call('ask', { question: QUESTION }), { 'mcp-session-id': own });
  await until('the model is writing', () => api.engines.requests.length === 1);
  const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } };
  expect((await post(api, cancel, { 'mcp-session-id': other })).status).toBe(202);
  expect((await post(api, cancel)).status).toBe(202);
  const search = await post(api, call('search', { query: 'garantia' }));
  expect(await resultOf(search)).toMatchObject({ structuredContent: { hits: [{ path: 'garantia.md' }] } });
  expect(api.engines.aborted).toBe(0);
  expect((await post(api, cancel, { 'mcp-session-id': own })).status).toBe(202);
  await until('the model has stopped', () => api.engines.aborted === 1);
  expect(await asking.text()).not.toContain('result');
});

test('an error that nobody expected shows only a number', async () => {
  await using api = await startWithDocument({
    reader: (reader) =>
      new Proxy(reader, {
        get: (target, name) =>
          name === 'search'
            ? () => Promise.reject(new Error('a secret of ours'))
            : Reflect.get(target, name).bind?.(target),
      }),
  });
  const result = await resultOf(await post(api, call('search', { query: 'garantia' })));
  expect(result).toMatchObject({ isError: true });
  expect(JSON.stringify(result)).not.toContain('secret');
});
