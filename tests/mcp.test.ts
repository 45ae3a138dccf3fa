import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ResourceUpdatedNotificationSchema, type Progress } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, test } from 'vitest';
import { documentIdOf } from '#shared/document.ts';
import { startTestWatcher, testDocument } from '#shared/watcher-api/testing/watcher.ts';
import { QUESTION, startWithDocument } from '../graphql-api/testing/ask.ts';
import { publish, startTestApi, until, type TestApi } from '../graphql-api/testing/running-api.ts';

const root = path.dirname(import.meta.dirname);
const KEY = 'a key of at least 16 characters';

/** Connects the SDK's own client; `errors` has what it could not read. */
async function connect(transport: StdioClientTransport | StreamableHTTPClientTransport) {
  const client = new Client({ name: 'test', version: '1' });
  const errors: Error[] = [];
  client.onerror = (error) => errors.push(error);
  // `as`: the SDK's types are not made for exactOptionalPropertyTypes; both classes implement the interface.
  await client.connect(transport as Transport);
  return { client, errors, [Symbol.asyncDispose]: () => client.close() };
}

/** Starts `node scripts/run.mjs mcp` as clients do. */
function startMcp(environment: Readonly<Record<string, string>>) {
  return connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [path.join(root, 'scripts/run.mjs'), 'mcp'],
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
        ...environment,
      },
      cwd: path.parse(root).root,
      stderr: 'pipe',
    }),
  );
}

const TRANSPORTS = {
  stdio: ({ port }: TestApi, environment: Readonly<Record<string, string>> = {}) =>
    startMcp({ ASKBOX_PORT: String(port), ASKBOX_API_KEY: KEY, ...environment }),
  HTTP: ({ url }: TestApi) =>
    connect(
      new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
        requestInit: { headers: { authorization: `Bearer ${KEY}` } },
      }),
    ),
};

describe.each(['stdio', 'HTTP'] as const)('over %s', (name) => {
  test('the SDK lists and calls every tool without a parse error', async () => {
    await using api = await startWithDocument({ config: { apiKey: KEY } });
    await api.restart(); // filters know what was there at the start
    await using mcp = await TRANSPORTS[name](api);
    const { tools } = await mcp.client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(['search', 'ask', 'list_documents', 'get_document']);

    const found = await mcp.client.callTool({ name: 'search', arguments: { query: 'garantia Zafira' } });
    expect(found.structuredContent).toMatchObject({ hits: [{ rank: 1, path: 'garantia.md', place: 'p. 1' }] });
    const elsewhere = { query: 'garantia Zafira', paths: ['contratos/**'] };
    const nothing = await mcp.client.callTool({ name: 'search', arguments: elsewhere });
    expect(nothing.structuredContent).toMatchObject({ hits: [] });

    const shown: Progress[] = [];
    const asked = { name: 'ask', arguments: { question: QUESTION } };
    const answering = mcp.client.callTool(asked, undefined, { onprogress: (progress) => shown.push(progress) });
    api.engines.say('A garantia é de ', '27 meses [1]. ', 'O gato dorme sempre.');
    await until('the words are shown', () => shown.at(-1)?.message?.endsWith('sempre.') === true);
    api.engines.finish();
    expect((await answering).structuredContent).toMatchObject({
      text: 'A garantia é de 27 meses [1]. O gato dorme sempre.',
      finishReason: 'STOP',
      citations: [{ source: 1, path: 'garantia.md', place: 'p. 1', quote: expect.stringContaining('27 meses') }],
      unsupported: ['O gato dorme sempre.'],
      answeredBy: 'test',
    });
    expect(shown.map(({ progress }) => progress)).toEqual(shown.map((_, index) => index + 1));
    expect(shown.map(({ message }) => message)).toContain('searching');

    const ready = { text: 'garant', status: ['READY'] };
    const listed = await mcp.client.callTool({ name: 'list_documents', arguments: ready });
    expect(listed.structuredContent).toMatchObject({
      documents: [{ path: 'garantia.md', title: 'Garantia', status: 'READY', error: null }],
      totalCount: 1,
      nextCursor: null,
    });
    const failed = await mcp.client.callTool({ name: 'list_documents', arguments: { status: ['FAILED'] } });
    expect(failed.structuredContent).toEqual({ documents: [], totalCount: 0, nextCursor: null });
    const part = { document: 'garantia.md', start: 2, end: 7 };
    const read = await mcp.client.callTool({ name: 'get_document', arguments: part });
    expect(read.structuredContent).toMatchObject({ path: 'garantia.md', text: 'prazo', start: 2, nextStart: 7 });

    const { resources } = await mcp.client.listResources();
    expect(resources).toMatchObject([{ name: 'garantia.md', title: 'Garantia', mimeType: 'text/plain' }]);
    const { contents } = await mcp.client.readResource({ uri: resources[0]!.uri });
    expect(contents).toMatchObject([{ uri: resources[0]!.uri, text: expect.stringContaining('27 meses') }]);
    await expect(mcp.client.readResource({ uri: 'askbox://document/none' })).rejects.toThrow('there is no document');
    await expect(mcp.client.readResource({ uri: 'file:///etc/passwd' })).rejects.toThrow('there is no document');
    const { resourceTemplates } = await mcp.client.listResourceTemplates();
    expect(resourceTemplates).toMatchObject([{ uriTemplate: 'askbox://document/{id}' }]);
    expect(mcp.errors).toEqual([]);
  });

  test('a call that is cancelled stops the model', async () => {
    await using api = await startWithDocument({ config: { apiKey: KEY } });
    await using mcp = await TRANSPORTS[name](api);
    const cancelling = new AbortController();
    const call = mcp.client.callTool({ name: 'ask', arguments: { question: QUESTION } }, undefined, {
      signal: cancelling.signal,
    });
    const outcome = call.then(
      () => 'answered',
      () => 'cancelled',
    );
    api.engines.say('A garantia ');
    await until('the model is writing', () => api.engines.requests.length === 1);
    expect(api.engines.aborted).toBe(0);
    cancelling.abort();
    expect(await outcome).toBe('cancelled');
    await until('the model has stopped', () => api.engines.aborted === 1);
  });

  test('a client that leaves stops the model', async () => {
    await using api = await startWithDocument({ config: { apiKey: KEY } });
    const mcp = await TRANSPORTS[name](api);
    const call = mcp.client.callTool({ name: 'ask', arguments: { question: QUESTION } });
    const outcome = call.catch(() => {});
    await until('the model is writing', () => api.engines.requests.length === 1);
    expect(api.engines.aborted).toBe(0);
    await mcp.client.close();
    await outcome;
    await until('the model has stopped', () => api.engines.aborted === 1);
  });
});

test('says how to start askbox where it is not running, and which setting is wrong where the key is', async () => {
  await using api = await startWithDocument({ config: { apiKey: KEY } });
  const call = { name: 'search', arguments: { query: 'garantia' } };
  await using wrong = await startMcp({ ASKBOX_PORT: String(api.port), ASKBOX_API_KEY: `${KEY}!` });
  expect(await wrong.client.callTool(call)).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('set ASKBOX_API_KEY') }],
  });
  // Nothing listens on port 1.
  await using stopped = await startMcp({ ASKBOX_PORT: '1' });
  expect(await stopped.client.callTool(call)).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('npm start') }],
  });
  expect([...wrong.errors, ...stopped.errors]).toEqual([]);
});

test('a question may have 4,000 characters, and unknown arguments are errors', async () => {
  await using api = await startWithDocument();
  await using mcp = await startMcp({ ASKBOX_PORT: String(api.port) });
  const search = (input: Record<string, unknown>) => mcp.client.callTool({ name: 'search', arguments: input });
  expect((await search({ query: 'a'.repeat(4_000) })).isError).toBeUndefined();
  expect((await search({ query: 'a'.repeat(4_001) })).isError).toBe(true);
  expect((await search({ query: 'a', first: 50 })).isError).toBeUndefined();
  expect((await search({ query: 'a', first: 51 })).isError).toBe(true);
  expect((await search({ query: 'a', path: 'garantia.md' })).isError).toBe(true);
});

test('documents are listed page by page, and read in parts of at most 20,000 characters', async () => {
  await using api = await startTestApi({ config: { apiKey: KEY } });
  const long = 'Um texto que não acaba. '.repeat(1_000).slice(0, 20_000);
  await publish(api.store, 'a.txt', [long, 'O fim.']);
  await publish(api.store, 'b.txt', ['Outro.']);
  await api.restart();
  await using mcp = await TRANSPORTS.HTTP(api);
  const call = (name: string, input: object) => mcp.client.callTool({ name, arguments: { ...input } });
  // `as`: the SDK checks structured content against the schema of the tool.
  const pageAt = async (after?: string) =>
    (await call('list_documents', { first: 1, after })).structuredContent as {
      documents: { id: string; path: string }[];
      nextCursor: string | null;
    };
  const first = await pageAt();
  const second = await pageAt(first.nextCursor!);
  expect([...first.documents, ...second.documents].map(({ path: name }) => name).toSorted()).toEqual([
    'a.txt',
    'b.txt',
  ]);
  expect(second.nextCursor).toBeNull();

  const whole = await call('get_document', { document: 'a.txt' });
  expect(whole.structuredContent).toMatchObject({ text: long, nextStart: 20_000 });
  const rest = await call('get_document', { document: 'a.txt', start: 20_000, end: 40_000 });
  expect(rest.structuredContent).toMatchObject({ text: 'O fim.', nextStart: null });
  expect((await call('get_document', { document: 'a.txt', start: 0, end: 20_001 })).isError).toBe(true);
  expect((await call('get_document', { document: 'a.txt', start: 5, end: 4 })).isError).toBe(true);
  const [document] = first.documents;
  const byId = await call('get_document', { document: document!.id });
  expect(byId.structuredContent).toMatchObject({ path: document!.path });
  expect(await call('get_document', { document: 'c.txt' })).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('there is no document c.txt') }],
  });
});

test('a resource that is followed over stdio is reported when it changes, and after askbox was away', async () => {
  const documentAt = (file: string, seq: number, more = {}) =>
    testDocument({ id: documentIdOf(file), path: file, seq, ...more });
  await using watcher = await startTestWatcher([documentAt('a.txt', 1), documentAt('b.txt', 2)]);
  await using api = await startTestApi({ config: { apiKey: KEY, watcherUrl: watcher.url } });
  await until('the watcher is followed', () => watcher.followers === 1);
  await using mcp = await TRANSPORTS.stdio(api);
  const uriOf = (file: string): string => `askbox://document/${documentIdOf(file)}`;
  const updated: string[] = [];
  mcp.client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params: { uri } }) => {
    updated.push(uri);
  });
  await expect(mcp.client.subscribeResource({ uri: uriOf('none.txt') })).rejects.toThrow('there is no document');
  await mcp.client.subscribeResource({ uri: uriOf('a.txt') });

  watcher.send('document', documentAt('b.txt', 3), 3);
  watcher.send('progress', { id: documentIdOf('a.txt'), path: 'a.txt', progress: 0.5 });
  watcher.send('document', documentAt('a.txt', 4, { status: 'DISCOVERED' }), 4);
  await until('the change of a.txt', () => updated.length > 0);
  expect(updated).toEqual([uriOf('a.txt')]);

  updated.length = 0;
  await api.restart();
  await until('what may have been missed', () => updated.length > 0);
  await until('the watcher is followed', () => watcher.followers === 1);
  updated.length = 0;
  watcher.send('removed', { id: documentIdOf('a.txt'), path: 'a.txt', seq: 5 }, 5);
  await until('the removal of a.txt', () => updated.length > 0);

  await mcp.client.unsubscribeResource({ uri: uriOf('a.txt') });
  await mcp.client.subscribeResource({ uri: uriOf('b.txt') });
  updated.length = 0;
  watcher.send('document', documentAt('a.txt', 6), 6);
  watcher.send('document', documentAt('b.txt', 7, { status: 'DISCOVERED' }), 7);
  await until('the change of b.txt', () => updated.length > 0);
  expect(updated).toEqual([uriOf('b.txt')]);
});

test('one client follows at most 100 resources', async () => {
  const many = Array.from({ length: 101 }, (_, index) =>
    testDocument({ id: documentIdOf(`${index}.txt`), path: `${index}.txt`, seq: index + 1 }),
  );
  await using watcher = await startTestWatcher(many);
  await using api = await startTestApi({ config: { apiKey: KEY, watcherUrl: watcher.url } });
  await until('the watcher is followed', () => watcher.followers === 1);
  await using mcp = await TRANSPORTS.stdio(api);
  const uris: string[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page = await mcp.client.listResources(cursor === '' ? {} : { cursor });
    uris.push(...page.resources.map(({ uri }) => uri));
    cursor = page.nextCursor;
  }
  expect(uris).toHaveLength(101);
  for (const uri of uris.slice(0, 100)) await mcp.client.subscribeResource({ uri });
  await expect(mcp.client.subscribeResource({ uri: uris[100]! })).rejects.toThrow('unsubscribe from some');
  await mcp.client.unsubscribeResource({ uri: uris[0]! });
  await mcp.client.subscribeResource({ uri: uris[100]! });
});

test('a resource is read up to 200,000 characters, and says where to read on', async () => {
  await using api = await startTestApi({ config: { apiKey: KEY } });
  await publish(api.store, 'short.txt', ['a'.repeat(199_999)]);
  await publish(api.store, 'long.txt', ['b'.repeat(200_001)]);
  await api.restart();
  await using mcp = await TRANSPORTS.HTTP(api);
  const read = async (file: string) =>
    (await mcp.client.readResource({ uri: `askbox://document/${documentIdOf(file)}` })).contents;
  expect(await read('short.txt')).toMatchObject([{ text: 'a'.repeat(199_999) }]);
  expect(await read('long.txt')).toMatchObject([
    { text: 'b'.repeat(200_000) },
    { text: expect.stringContaining('start: 200000') },
  ]);
});

test.each(['stdio', 'HTTP'] as const)('documents are added over %s only where a setting allows it', async (name) => {
  await using watcher = await startTestWatcher([]);
  const added = testDocument({ id: documentIdOf('Ata.md'), path: 'Ata.md', seq: 5, status: 'STABLE' });
  watcher.reply = { status: 200, body: added };
  const config = { apiKey: KEY, watcherUrl: watcher.url };
  const add = { name: 'add_document', arguments: { text: 'A reunião.', title: 'Ata' } };
  {
    await using api = await startTestApi({ config });
    await using mcp = await TRANSPORTS[name](api);
    const { tools } = await mcp.client.listTools();
    expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
    expect((await mcp.client.callTool(add)).isError).toBe(true);
    expect(watcher.asked).toEqual([]);
  }
  await using api = await startTestApi({ config: { ...config, mcpWrites: true } });
  await using mcp = await TRANSPORTS[name](api, { ASKBOX_MCP_WRITE: 'true' });
  const { tools } = await mcp.client.listTools();
  expect(tools.map((tool) => tool.name)).toContain('add_document');
  const { structuredContent } = await mcp.client.callTool(add);
  expect(structuredContent).toEqual({ id: added.id, path: 'Ata.md', status: 'STABLE' });
  const neither = await mcp.client.callTool({ name: 'add_document', arguments: { title: 'Ata' } });
  expect(neither).toMatchObject({ isError: true, content: [{ text: 'give either text or url' }] });
  const blank = await mcp.client.callTool({ name: 'add_document', arguments: { text: ' ' } });
  expect(blank.isError).toBe(true);
  expect(watcher.asked).toHaveLength(1);
  expect(mcp.errors).toEqual([]);
});
