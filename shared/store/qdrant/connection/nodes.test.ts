import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, type NodeState, type StandIn, startStandIn } from '../testing/stand-in.ts';
import { NODE_PATIENCE, type NodePatience } from './node.ts';
import { openNodes, type Nodes } from './nodes.ts';

const DAY = 86_400_000;
/** Nothing happens by itself: nodes rest for a day and are never in doubt. */
const STILL: NodePatience = { ...NODE_PATIENCE, restMs: DAY, quietMs: DAY };

let standIn: StandIn;
beforeAll(async () => void (standIn = await startStandIn('1.18.3', 3)));
afterAll(() => standIn[Symbol.asyncDispose]());
beforeEach(async () => {
  await setNodes('up', 'up', 'up');
  await standIn.fail();
  await standIn.requests();
});

async function setNodes(...states: readonly NodeState[]): Promise<void> {
  for (const [node, state] of states.entries()) await standIn.setNode(node, state);
}
const open = (patience: Partial<NodePatience> = {}, urls = standIn.urls): Promise<Nodes> =>
  openNodes({ urls, apiKey: null }, undefined, { ...STILL, ...patience });
const list = ({ call }: Nodes, signal?: AbortSignal): Promise<unknown> =>
  call('list collections', signal, (client) => client.getCollection('none')).catch((error: unknown) => {
    if (error instanceof Error && error.message.includes("doesn't exist")) return 'answered';
    throw error;
  });
/** Returns the nodes that were asked for the collection since the last call. */
async function askedNodes(): Promise<readonly number[]> {
  const seen = await standIn.requests();
  return seen.flatMap(({ node, call }) => (call.endsWith('/collections/none') ? node : []));
}
async function until(isDone: () => Promise<boolean>): Promise<void> {
  for (const giveUp = AbortSignal.timeout(30_000); !(await isDone()); await delay(5)) giveUp.throwIfAborted();
}
const answers = (status: number): Fault => ({
  call: 'collections/none',
  nth: 1,
  kind: 'answers',
  status,
  answer: { status: { error: 'no' }, time: 0 },
});

describe('a call to a cluster', () => {
  it('goes to the first node, and to the next one if that is dead; nothing is lost', async () => {
    const nodes = await open();
    await list(nodes);
    expect(await askedNodes()).toEqual([0]);
    await setNodes('dead');
    expect(await Promise.all(Array.from({ length: 20 }, () => list(nodes)))).toEqual(Array(20).fill('answered'));
    expect(new Set(await askedNodes())).toEqual(new Set([1]));
    await setNodes('dead', 'dead');
    expect(await list(nodes)).toBe('answered');
    expect(await askedNodes()).toEqual([2]);
  });

  it('does not wait for a node that hangs longer than for its turn, nor ask it again while it rests', async () => {
    const nodes = await open({ turnMs: 100 });
    await setNodes('hangs');
    for (let n = 0; n < 3; n++) expect(await list(nodes)).toBe('answered');
    expect(await askedNodes()).toEqual([0, 1, 1, 1]);
  });

  it('waits for the last node as long as for a single server', async () => {
    const nodes = await open({ turnMs: 1, callMs: 300 });
    await setNodes('dead', 'dead', 'hangs');
    await expect(list(nodes)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/no node of Qdrant can list collections.*ECONNREFUSED.*in time/),
    });
  });

  it('fails when all nodes are away, with the reason of each, and works once one is back', async () => {
    const nodes = await open({ restMs: 0 });
    await setNodes('dead', 'dead', 'dead');
    const error = await list(nodes).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', isRetryable: true });
    for (const url of standIn.urls) expect(String(error)).toContain(url);
    await setNodes('dead', 'up');
    expect(await list(nodes)).toBe('answered');
  });

  it.each([500, 503, 408])(
    'goes to the next node when one answers %i, and to the first one again after that',
    async (status) => {
      const nodes = await open();
      await standIn.fail(answers(status));
      expect(await list(nodes)).toBe('answered');
      expect(await list(nodes)).toBe('answered');
      expect(await askedNodes()).toEqual([0, 1, 0]);
    },
  );

  it.each([400, 401, 403, 404, 409, 422, 429])('is over when a node answers %i: others would too', async (status) => {
    const nodes = await open();
    await standIn.fail(answers(status));
    await expect(list(nodes)).rejects.toThrow(`at ${standIn.url}`);
    expect(await askedNodes()).toEqual([0]);
  });

  it('ends with the reason of the caller, whatever the nodes do', async () => {
    const nodes = await open();
    await setNodes('hangs', 'hangs', 'hangs');
    const reason = new Error('enough');
    await expect(list(nodes, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const listing = list(nodes, controller.signal);
    controller.abort(reason);
    await expect(listing).rejects.toBe(reason);
  });
});

describe('a node that was away', () => {
  it('is looked for in the background, and used again once it is ready', async () => {
    const nodes = await open({ restMs: 0 });
    await setNodes('dead');
    await list(nodes);
    await setNodes('starting');
    for (let n = 0; n < 3; n++) await list(nodes);
    expect(await askedNodes()).toEqual([1, 1, 1, 1]);
    expect(await nodes.troubles()).toEqual([expect.stringContaining(standIn.url)]);
    await setNodes('up');
    await until(async () => {
      await list(nodes);
      return (await askedNodes()).includes(0);
    });
    expect(await nodes.troubles()).toEqual([]);
  });

  it('is not looked for before it has rested', async () => {
    const nodes = await open();
    await setNodes('dead');
    await list(nodes);
    await setNodes('up');
    await standIn.requests();
    await list(nodes);
    expect(await nodes.troubles()).toEqual([expect.stringContaining(standIn.url)]);
    expect((await standIn.requests()).map(({ node }) => node)).toEqual([1]);
  });

  it('is not used, not even as the last one, before it is ready', async () => {
    const nodes = await open({ restMs: 0 });
    await setNodes('dead', 'dead', 'dead');
    await expect(list(nodes)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await setNodes('starting', 'dead', 'dead');
    await expect(list(nodes)).rejects.toMatchObject({ message: expect.stringContaining('say that it is ready') });
    expect(await askedNodes()).toEqual([]);
  });
});

describe('a node that closed a connection', () => {
  it('is asked at once whether it is ready, as it may only have tidied up', async () => {
    const nodes = await open();
    await standIn.fail({ call: 'collections/none', nth: 1, kind: 'lost' });
    expect(await list(nodes)).toBe('answered');
    expect(await askedNodes()).toEqual([0, 1]);
    await until(async () => {
      await list(nodes);
      return (await askedNodes()).includes(0);
    });
  });
});

describe('a node that has been silent', () => {
  it('for long is asked whether it is ready before it gets a call, as it may have been restarted', async () => {
    const nodes = await open({ quietMs: -1 });
    await standIn.requests();
    await list(nodes);
    expect((await standIn.requests()).map(({ call }) => call)).toEqual(['GET /readyz', 'GET /collections/none']);
    await setNodes('starting');
    await list(nodes);
    expect(await askedNodes()).toEqual([1]);
  });

  it('for a moment is not', async () => {
    const nodes = await open({ quietMs: DAY });
    await setNodes('starting');
    await standIn.requests();
    await list(nodes);
    expect(await askedNodes()).toEqual([0]);
  });
});

describe('the addresses', () => {
  it('of one server are not compared with anything, and it is not asked whether it is ready', async () => {
    const nodes = await open({ quietMs: -1 }, standIn.urls.slice(0, 1));
    await list(nodes);
    expect((await standIn.requests()).map(({ call }) => call)).toEqual(['GET /', 'GET /collections/none']);
    expect(await nodes.troubles()).toEqual([]);
  });

  it('may lead to nodes that are away, as long as one is there', async () => {
    await setNodes('dead', 'starting', 'up');
    const nodes = await open();
    expect(nodes.server).toBe(standIn.urls.join(', '));
    expect(await nodes.troubles()).toEqual(standIn.urls.slice(0, 2).map((url) => expect.stringContaining(url)));
    await setNodes('dead', 'starting', 'dead');
    await expect(open()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('must not lead to another cluster, to a server without one, or to another version', async () => {
    await using other = await startStandIn('1.18.3', 2);
    await using single = await startStandIn('1.18.3');
    await using old = await startStandIn('1.17.1', 2);
    for (const [wrong, reason] of [
      [other, 'not nodes of one cluster'],
      [single, 'is no node of a cluster'],
      [old, 'has version 1.17.1'],
    ] as const) {
      const opening = open({}, [standIn.url, wrong.url]);
      await expect(opening).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED', isRetryable: false });
      await expect(opening).rejects.toThrow(new RegExp(`${wrong.url}.*${reason}|${reason}`));
    }
  });

  it.each([
    [200, '<html>a page</html>'],
    [404, 'nothing here'],
  ])('must not lead to another program, which answers %i', async (status, body) => {
    const server = createServer((_, response) => response.writeHead(status).end(body));
    const url = await listen(server);
    const wrong = { code: 'STORE_UNSUPPORTED', message: `no Qdrant answers at ${url}; correct QDRANT_URL` };
    await expect(open({}, [standIn.url, url])).rejects.toMatchObject(wrong);
    // A single address may be that of a proxy, which answers 404 while the server behind it is away.
    await expect(open({}, [url])).rejects.toMatchObject(status === 404 ? { code: 'STORE_UNAVAILABLE' } : wrong);
    server.close();
  });

  it('may turn out to be wrong later; such a node is named, and never used', async () => {
    const server = createServer((_, response) => response.end('a page'));
    const url = await listen(server);
    server.close();
    const nodes = await open({ restMs: 0 }, [url, standIn.url]);
    const late = createServer((_, response) => response.end('a page'));
    await once(late.listen(Number(new URL(url).port), '127.0.0.1'), 'listening');
    expect(await nodes.troubles()).toEqual([expect.stringContaining('no Qdrant answers')]);
    expect(await list(nodes)).toBe('answered');
    late.close();
  });
});

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port, not on a pipe
}
