import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { AskboxError, codeOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import { CommandRefused, REFUSAL_STATUS, type Refusal } from '#shared/watcher-api/command-refused.ts';
import type { IngestionState, Snapshot } from '#shared/watcher-api/watcher-api.ts';
import type { Commands } from '../commands/commands.ts';
import type { DocumentDetails } from '../documents/document-details.ts';
import { documentSlices } from '../ledger/document-slices.ts';
import { documentStateFromLedger } from '../documents/document-state.ts';
import { EventFeed, type ProgressFeed } from './event-feed.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readCommand } from '../commands/read-command.ts';
import { sendFile } from './send-file.ts';

/** Long enough for a large file over a slow network. Node's default of one minute still applies to the headers. */
const REQUEST_TIMEOUT_MS = 3_600_000;

/** What the internal endpoint serves, and where. */
export interface InternalApiParts {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** What `/healthz` returns as `instance`; null for none. */
  readonly instance: string | null;
  /** The secret that callers must send. */
  readonly key: string;
  readonly ledger: Ledger;
  readonly details: DocumentDetails;
  readonly progress: ProgressFeed;
  readonly ingestion: () => IngestionState;
  readonly commands: Pick<Commands, 'run' | 'put' | 'open'>;
  /** Called before a file is put whose sender has a trace: what is done with the file is a part of it. Default: nothing. */
  readonly onTrace?: (path: string, traceparent: string) => void;
  readonly log: Log;
}

/** The running endpoint; disposing it closes all connections. */
export interface InternalApi extends AsyncDisposable {
  /** The port that it listens on. */
  readonly port: number;
}

/**
 * Starts the server for the protocol in shared/watcher-api/watcher-api.ts. It is listening once this resolves.
 * @throws AskboxError PORT_IN_USE
 */
export async function startInternalApi(parts: InternalApiParts): Promise<InternalApi> {
  const stop = new AbortController();
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    respond(request, response, parts, stop.signal).catch((error: unknown) =>
      respondToError(error, request, response, parts),
    );
  });
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

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  parts: InternalApiParts,
  signal: AbortSignal,
): Promise<void> {
  const url = URL.parse(`http://watcher${request.url}`);
  const route = `${request.method} ${url?.pathname}`;
  if (route === 'GET /healthz') return sendJson(response, 200, { status: 'OK', instance: parts.instance });
  if (route === 'GET /readyz') return sendReadiness(response, parts);
  // Browsers always send an Origin to another site, and no web page may use this endpoint.
  if (request.headers.origin !== undefined) return sendJson(response, 403, { error: 'browsers are not allowed' });
  if (!isKey(request.headers.authorization, parts.key))
    return sendJson(response, 401, { error: 'wrong or missing key' });

  const { commands, ledger, details, progress, ingestion } = parts;
  // By default, breaking out of the iterator would destroy the socket, and a response may still have to be sent.
  const body = request.iterator({ destroyOnReturn: false });
  switch (route) {
    case 'GET /v1/documents':
      response.writeHead(200, JSON_HEADERS);
      return pipeline(snapshotOf(parts), response);
    case 'GET /v1/events':
      return new EventFeed(ledger, details, progress, ingestion).serve(request, response, signal);
    case 'POST /v1/commands':
      return sendJson(response, 200, await commands.run(await readCommand(body)));
    case 'GET /v1/ledger':
      return sendLedger(ledger, response);
    case 'PUT /v1/files': {
      const path = url?.searchParams.get('path') ?? '';
      const [traceparent] = [request.headers['traceparent']].flat();
      if (traceparent !== undefined) parts.onTrace?.(path, traceparent);
      const { document, isNew } = await commands.put(path, body, sizeOf(request));
      return sendJson(response, isNew ? 201 : 200, document);
    }
    case 'GET /v1/files': {
      await using file = await commands.open(url?.searchParams.get('path') ?? '');
      return await sendFile(file, request, response);
    }
    default:
      return sendJson(response, 404, { error: `there is no ${request.method} ${request.url} here` });
  }
}

/** Sends a copy of the ledger's database, which only this process can read. */
async function sendLedger(ledger: Ledger, response: ServerResponse): Promise<void> {
  const copy = ledger.copy();
  try {
    response.writeHead(200, { 'content-type': 'application/vnd.sqlite3', 'cache-control': 'no-store' });
    await pipeline(createReadStream(copy), response);
  } finally {
    await rm(copy, { force: true });
  }
}

/** Returns the size that the client announced in bytes; null if it announced none. */
function sizeOf({ headers }: IncomingMessage): number | null {
  return headers['content-length'] === undefined ? null : Number(headers['content-length']);
}

function respondToError(
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  { log }: InternalApiParts,
): void {
  if (request.errored || response.headersSent) return void response.destroy(); // too late for an error response
  const refusal = refusalOf(error);
  if (refusal === undefined)
    log.error({ path: request.url, err: error }, 'a request failed because of a bug in askbox');
  request.resume(); // discard the rest of the body, so that the client gets to read the response
  if (refusal === undefined) sendJson(response, 500, { error: 'a bug in askbox; see the log of the watcher' });
  else sendJson(response, REFUSAL_STATUS[refusal.code], refusal);
}

const MAY_NOT_WRITE =
  'askbox is not allowed to write into the inbox or its data folder; give the user that runs it permission, and mount both writable';

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof CommandRefused) return { code: error.code, message: error.message, field: error.field };
  const errno = codeOf(error) ?? '';
  if (['ENOSPC', 'EDQUOT'].includes(errno)) {
    return { code: 'DISK_FULL', message: 'the disk is full; free some space and try again', field: null };
  }
  if (['EACCES', 'EPERM', 'EROFS'].includes(errno)) {
    return { code: 'READ_ONLY', message: `${MAY_NOT_WRITE} (${errno})`, field: null };
  }
  return undefined;
}

/**
 * Yields a `Snapshot` as JSON text. The text is joined by hand, because JSON.stringify would need the whole snapshot in
 * memory and block the event loop: this way, one slice of documents at a time is built and sent. What changes meanwhile
 * has a higher `seq` than the snapshot's, so the follower gets it as events.
 */
async function* snapshotOf({ ledger, details, ingestion }: InternalApiParts): AsyncGenerator<string> {
  const head: Omit<Snapshot, 'documents'> = { watcherId: ledger.watcherId, seq: ledger.seq, ingestion: ingestion() };
  yield `${JSON.stringify(head).slice(0, -1)},"documents":[`; // without the closing brace, which is yielded last
  let isFirst = true;
  for await (const slice of documentSlices(ledger)) {
    const states = slice.map((document) => JSON.stringify(documentStateFromLedger(document, ledger, details)));
    yield (isFirst ? '' : ',') + states.join(',');
    isFirst = false;
  }
  yield ']}';
}

/**
 * Reasons for a pause (null: not paused) with which the watcher is still ready: the inbox and the store can be reached.
 */
const READY_WHILE_PAUSED: readonly (string | null)[] = [null, 'BY_HAND', 'INBOX_EMPTIED', 'INBOX_REPLACED'];

/** Responds 200 while the inbox and the store can be reached, else 503. */
function sendReadiness(response: ServerResponse, { ingestion }: InternalApiParts): void {
  const state = ingestion();
  sendJson(response, READY_WHILE_PAUSED.includes(state.pausedBecause) ? 200 : 503, state);
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, JSON_HEADERS);
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
      `the watcher cannot listen on ${host}:${port} because another program does; stop it or set ASKBOX_WATCHER_PORT to a free port`,
      { cause: error },
    );
  }
}
