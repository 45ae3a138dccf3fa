import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { DocumentState, Snapshot } from '../watcher-api.ts';

/** For tests: an internal endpoint on loopback that answers as the test asks. */
export interface TestWatcher extends AsyncDisposable {
  readonly url: string;
  readonly key: string;
  /** The documents of the next snapshot. */
  documents: readonly DocumentState[];
  /** The commands and files received, oldest first. */
  readonly asked: readonly Asked[];
  /** The response to the next of them. */
  reply: { readonly status: number; readonly body: unknown };
  /** How many snapshots were taken. */
  readonly snapshots: number;
  /** How many clients follow the events now. */
  readonly followers: number;
  /** The `Last-Event-ID` of the latest follower. */
  readonly lastEventId: string | undefined;
  /** Whether it refuses to send events, with status 503. */
  refusesEvents: boolean;
  send(event: string, body: unknown, seq?: number): void;
  /** Drops the connection of every follower. */
  drop(): void;
}

interface Asked {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** For tests: starts the endpoint on a free port. */
export async function startTestWatcher(documents: readonly DocumentState[] = []): Promise<TestWatcher> {
  const key = 'the key of this test';
  const followers = new Set<ServerResponse>();
  let lastEventId: string | undefined;
  let snapshots = 0;
  const asked: Asked[] = [];

  const doWhatIsAsked = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    asked.push({ url: request.url ?? '', headers: request.headers, body: await text(request) });
    response.writeHead(watcher.reply.status).end(JSON.stringify(watcher.reply.body));
  };
  const server = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${key}`) return response.writeHead(401).end();
    if (request.url === '/v1/documents') {
      snapshots++;
      const seq = Math.max(0, ...watcher.documents.map((document) => document.seq));
      const ingestion = { queued: 0, watching: 'EVENTS', pausedBecause: null } as const;
      const snapshot: Snapshot = { watcherId: 'w', seq, documents: watcher.documents, ingestion };
      return response.end(JSON.stringify(snapshot));
    }
    if (request.method !== 'GET') {
      return void doWhatIsAsked(request, response);
    }
    lastEventId = request.headers['last-event-id']?.toString();
    if (watcher.refusesEvents) return response.writeHead(503).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
    followers.add(response);
    return response.once('close', () => followers.delete(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has an AddressInfo; only pipes give a string.
  const { port } = server.address() as AddressInfo;

  const watcher: TestWatcher = {
    url: `http://127.0.0.1:${port}`,
    key,
    documents,
    asked,
    reply: { status: 500, body: {} },
    refusesEvents: false,
    get snapshots() {
      return snapshots;
    },
    get followers() {
      return followers.size;
    },
    get lastEventId() {
      return lastEventId;
    },
    send(event, body, seq) {
      const id = seq === undefined ? '' : `id: ${seq}\n`;
      for (const follower of followers) follower.write(`event: ${event}\n${id}data: ${JSON.stringify(body)}\n\n`);
    },
    drop() {
      for (const follower of followers) follower.destroy();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return watcher;
}

/** For tests: a document that is READY unless `change` says otherwise. */
export function testDocument(change: Partial<DocumentState> & Pick<DocumentState, 'id' | 'path'>): DocumentState {
  return {
    seq: 1,
    status: 'READY',
    title: change.path,
    tags: [],
    url: null,
    mediaType: 'text/plain',
    language: 'pt',
    sizeBytes: 1,
    bytesSha256: 'aa',
    contentId: `content of ${change.path}`,
    error: null,
    pageCount: null,
    chunkCount: 1,
    embeddedChunks: 0,
    warnings: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    modifiedAt: '2026-01-01T00:00:00.000Z',
    indexedAt: '2026-01-01T00:00:01.000Z',
    ...change,
  };
}
