import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { StandInCollection, type Body, type Filter } from './stand-in-collection.ts';
import type { Fault, NodeState, SeenRequest } from './stand-in.ts';

/**
 * A process that implements the few endpoints of Qdrant that our driver uses, in memory, and fails on request. It
 * follows the server's documentation, so it shows what the driver sends and does, but not how a real server reacts:
 * only the contract suite on a real one shows that. Ends with its parent. Arguments: the version that it reports, and the
 * number of its nodes. All nodes hold the same; what is old on a node that comes back is not imitated.
 */

const VERSION = process.argv[2] ?? '1.19.1';
const NODES = Number(process.argv[3] ?? 1);
const collections = new Map<string, StandInCollection>();
const requests: SeenRequest[] = [];
let faults: Fault[] = [];
let held: (() => void)[] = [];

const states: NodeState[] = Array.from({ length: NODES }, () => 'up');
const peers = Object.fromEntries(states.map(() => [String(randomInt(2 ** 47)), { uri: '' }]));
const nodes = states.map((_, node) => createServer(answering((request, response) => handle(node, request, response))));
const control = createServer(answering(obey));
const servers = [control, ...nodes];
for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
const ports = servers.map((server) => (server.address() as AddressInfo).port); // it listens on a port, not on a pipe
process.stdout.write(`${ports.join(' ')}\n`);
process.stdin.on('close', () => process.exit()).resume();

function answering(handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>): RequestListener {
  return (request, response) =>
    void handler(request, response).catch((error: unknown) =>
      answer(response, 500, { status: { error: String(error) } }),
    );
}

/** Does what the test wants. The stand-in trusts its one caller, our tests. */
async function obey(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await json(request)) as Body;
  if (request.url === '/requests') return answer(response, 200, requests.splice(0));
  if (request.url === '/faults') faults = body['faults'] as Fault[];
  if (request.url === '/release') for (const apply of held.splice(0)) apply();
  if (request.url === '/node') await setNode(Number(body['node']), body['state'] as NodeState);
  answer(response, 200, {});
}

async function setNode(node: number, state: NodeState): Promise<void> {
  const server = nodes[node];
  if (server === undefined) throw new Error(`there is no node ${node}`);
  if (states[node] === 'dead' && state !== 'dead') {
    await once(server.listen(ports[node + 1], '127.0.0.1'), 'listening');
  }
  states[node] = state;
  if (state !== 'dead') return;
  server.close();
  server.closeAllConnections();
}

async function handle(node: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://stand.in');
  const hasBody = request.headers['content-type'] !== undefined;
  const body = (hasBody ? await json(request) : {}) as Body;
  const seen: SeenRequest = {
    node,
    call: `${request.method} ${pathname}`,
    query: Object.fromEntries(searchParams),
    apiKey: request.headers['api-key']?.toString() ?? null,
    body,
  };
  requests.push(seen);
  if (states[node] === 'hangs') return;
  const perform = (): [status: number, answer: unknown] => {
    try {
      return aboutNode(node, pathname) ?? [200, { result: dispatch(seen) }];
    } catch (error) {
      if (error instanceof Refusal) return [error.status, { status: { error: error.message } }];
      throw error;
    }
  };
  const fault = faults.find(({ call }) => new RegExp(call).test(seen.call));
  if (fault !== undefined && --fault.nth === 0) return fail(fault, perform, request, response);
  answer(response, ...perform());
}

function aboutNode(node: number, pathname: string): [status: number, answer: unknown] | undefined {
  if (pathname === '/') return [200, { title: 'stand-in', version: VERSION }];
  if (pathname === '/readyz') return [states[node] === 'starting' ? 503 : 200, {}];
  if (pathname !== '/cluster') return undefined;
  return [200, { result: NODES > 1 ? { status: 'enabled', peers } : { status: 'disabled' } }];
}

function fail(fault: Fault, perform: () => unknown, request: IncomingMessage, response: ServerResponse): void {
  if (fault.kind === 'answers') return answer(response, fault.status, fault.answer, fault.headers);
  if (fault.kind === 'hangs') return;
  if (fault.kind === 'cut') perform();
  if (fault.kind === 'late') held.push(perform);
  request.socket.destroy();
}

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function dispatch({ call, body }: SeenRequest): unknown {
  const [method, , , name = '', ...rest] = call.split(/[ /]/);
  const action = `${method} ${rest.join('/')}`;
  if (action === 'PUT ') {
    if (collections.has(name)) throw new Refusal(409, `Wrong input: Collection \`${name}\` already exists!`);
    collections.set(name, new StandInCollection(body));
    return true;
  }
  if (action === 'DELETE ') return collections.delete(name);
  const collection = collections.get(name);
  if (collection === undefined) throw new Refusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
  const operations: Body[] = (body['operations'] ?? []).flatMap((operation: Body) => Object.values(operation));
  for (const filter of [body, ...operations].flatMap((each) => [each['filter'], each['update_filter']])) {
    const key = collection.unindexedKey(filter as Filter | undefined);
    if (key !== undefined) throw new Refusal(400, `Bad request: Index required but not found for "${key}"`);
  }
  if (action.startsWith('PUT vectors/')) return collection.createVector(rest[1]!, body);
  if (action.startsWith('DELETE vectors/')) return collection.deleteVector(rest[1]!);
  switch (action) {
    case 'GET ':
      return collection.info();
    case 'PATCH ':
      return collection.patch(body);
    case 'PUT index':
      return collection.createIndex(String(body['field_name']), body['field_schema']);
    case 'PUT points':
      return collection.upsert(body);
    case 'POST points':
      return collection.retrieve(body);
    case 'POST points/batch':
      return collection.batch(body);
    case 'POST points/payload':
      return collection.setPayload(body);
    case 'PUT points/vectors':
      return collection.updateVectors(body);
    case 'POST points/delete':
      return collection.delete(body);
    case 'POST points/count':
      return collection.count(body);
    case 'POST points/scroll':
      return collection.scroll(body);
    case 'POST points/query/batch':
      return (body['searches'] as Body[]).map((search) => collection.query(search));
    default:
      throw new Refusal(404, `the stand-in does not implement ${call}`);
  }
}
