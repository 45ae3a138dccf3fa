import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AskboxError, codeOf } from '#shared/errors.ts';
import type { IngestionState, Snapshot } from '#shared/watcher-api/watcher-api.ts';
import { documentStateOf } from './document-state.ts';
import { EventFeed, type ProgressFeed } from './event-feed.ts';
import type { Ledger } from './ledger.ts';

export interface InternalApiParts {
  readonly host: string;
  readonly port: number;
  /** What callers have to show. */
  readonly key: string;
  readonly ledger: Ledger;
  readonly progress: ProgressFeed;
  readonly ingestion: () => IngestionState;
}

export interface InternalApi extends AsyncDisposable {
  readonly port: number;
}

/**
 * Serves shared/watcher-api/watcher-api.ts. Listens as soon as it resolves.
 * @throws AskboxError PORT_IN_USE
 */
export async function startInternalApi(parts: InternalApiParts): Promise<InternalApi> {
  const stop = new AbortController();
  const server = createServer((request, response) => void answer(request, response, parts, stop.signal));
  await listen(server, parts.host, parts.port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : parts.port,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  parts: InternalApiParts,
  signal: AbortSignal,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://watcher').pathname;
  if (request.method !== 'GET') return sendJson(response, 405, { error: 'only GET' });
  if (path === '/healthz') return sendJson(response, 200, { status: 'OK' });
  if (path === '/readyz') return sendReadiness(response, parts);
  // A browser always sends an Origin to another site: no page has any business here.
  if (request.headers.origin !== undefined) return sendJson(response, 403, { error: 'no browsers' });
  if (!isKey(request.headers.authorization, parts.key))
    return sendJson(response, 401, { error: 'wrong or missing key' });
  if (path === '/v1/documents') return sendJson(response, 200, snapshotOf(parts));
  if (path === '/v1/events') {
    const feed = new EventFeed(parts.ledger, parts.progress, parts.ingestion);
    return feed.serve(request, response, signal);
  }
  return sendJson(response, 404, { error: `no ${path} here` });
}

function snapshotOf({ ledger, ingestion }: InternalApiParts): Snapshot {
  return {
    watcherId: ledger.watcherId,
    seq: ledger.seq,
    documents: ledger.documents().flatMap((row) => {
      const state = documentStateOf(row, ledger);
      return 'status' in state ? state : [];
    }),
    ingestion: ingestion(),
  };
}

/** Able to serve while the inbox and the store can be reached. */
function sendReadiness(response: ServerResponse, { ingestion }: InternalApiParts): void {
  const state = ingestion();
  sendJson(response, state.pausedBecause === null ? 200 : 503, state);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function isKey(authorization: string | undefined, key: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${key}`));
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    throw new AskboxError(
      'PORT_IN_USE',
      `the watcher cannot listen on ${host}:${port}, another program does; stop it or set ASKBOX_WATCHER_PORT to a free port`,
      { cause: error },
    );
  }
}
