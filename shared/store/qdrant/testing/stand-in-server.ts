import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { StandInCollection, type Body, type Filter } from './stand-in-collection.ts';
import type { Fault, SeenRequest } from './stand-in.ts';

/**
 * A process that implements the few endpoints of Qdrant that our driver uses, in memory, and fails on request. It
 * follows the server's documentation, so it shows what the driver sends and does, but not how a real server reacts:
 * only the contract suite on a real one shows that. Ends with its parent. Argument: the version that it reports.
 */

const VERSION = process.argv[2] ?? '1.19.1';
const collections = new Map<string, StandInCollection>();
const requests: SeenRequest[] = [];
let faults: Fault[] = [];
let held: (() => void)[] = [];

const server = createServer((request, response) => {
  void handle(request, response).catch((error: unknown) => answer(response, 500, { status: { error: String(error) } }));
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.on('close', () => process.exit()).resume();

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://stand.in');
  const hasBody = request.headers['content-type'] !== undefined;
  // The stand-in trusts its one caller, our tests.
  const body = (hasBody ? await json(request) : {}) as Body;
  if (pathname === '/stand-in/faults') {
    faults = body['faults'] as Fault[];
    return answer(response, 200, {});
  }
  if (pathname === '/stand-in/requests') return answer(response, 200, requests.splice(0));
  if (pathname === '/stand-in/release') {
    for (const apply of held.splice(0)) apply();
    return answer(response, 200, {});
  }

  const seen: SeenRequest = {
    call: `${request.method} ${pathname}`,
    query: Object.fromEntries(searchParams),
    apiKey: request.headers['api-key']?.toString() ?? null,
    body,
  };
  requests.push(seen);
  const perform = (): [status: number, answer: unknown] => {
    try {
      return [200, pathname === '/' ? { title: 'stand-in', version: VERSION } : { result: dispatch(seen) }];
    } catch (error) {
      if (error instanceof Refusal) return [error.status, { status: { error: error.message } }];
      throw error;
    }
  };
  const fault = faults.find(({ call }) => new RegExp(call).test(seen.call));
  if (fault !== undefined && --fault.nth === 0) return fail(fault, perform, request, response);
  answer(response, ...perform());
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
