import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
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

/** A large file over a slow line; the headers have to come within Node's own minute. */
const REQUEST_TIMEOUT_MS = 3_600_000;

export interface InternalApiParts {
  readonly host: string;
  readonly port: number;
  /** What callers have to show. */
  readonly key: string;
  readonly ledger: Ledger;
  readonly details: DocumentDetails;
  readonly progress: ProgressFeed;
  readonly ingestion: () => IngestionState;
  readonly commands: Pick<Commands, 'run' | 'put'>;
  readonly log: Log;
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
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    answer(request, response, parts, stop.signal).catch((error: unknown) =>
      answerError(error, request, response, parts),
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

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  parts: InternalApiParts,
  signal: AbortSignal,
): Promise<void> {
  const url = URL.parse(`http://watcher${request.url}`);
  const asked = `${request.method} ${url?.pathname}`;
  if (asked === 'GET /healthz') return sendJson(response, 200, { status: 'OK' });
  if (asked === 'GET /readyz') return sendReadiness(response, parts);
  // A browser always sends an Origin to another site: no page has any business here.
  if (request.headers.origin !== undefined) return sendJson(response, 403, { error: 'no browsers' });
  if (!isKey(request.headers.authorization, parts.key))
    return sendJson(response, 401, { error: 'wrong or missing key' });

  const { commands, ledger, details, progress, ingestion } = parts;
  // Whoever stops reading may still want to answer, and leaving an iterator destroys the line unless told otherwise.
  const body = request.iterator({ destroyOnReturn: false });
  switch (asked) {
    case 'GET /v1/documents':
      response.writeHead(200, JSON_HEADERS);
      return pipeline(snapshotOf(parts), response);
    case 'GET /v1/events':
      return new EventFeed(ledger, details, progress, ingestion).serve(request, response, signal);
    case 'POST /v1/commands':
      return sendJson(response, 200, await commands.run(await readCommand(body)));
    case 'PUT /v1/files': {
      const { document, isNew } = await commands.put(url?.searchParams.get('path') ?? '', body, sizeOf(request));
      return sendJson(response, isNew ? 201 : 200, document);
    }
    default:
      return sendJson(response, 404, { error: `no ${request.method} ${request.url} here` });
  }
}

/** As the sender says; null when it does not. */
function sizeOf({ headers }: IncomingMessage): number | null {
  return headers['content-length'] === undefined ? null : Number(headers['content-length']);
}

function answerError(
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  { log }: InternalApiParts,
): void {
  if (request.errored || response.headersSent) return void response.destroy(); // nobody is there to be answered
  const refusal = refusalOf(error);
  if (refusal === undefined) log.error({ path: request.url, err: error }, 'a fault of ours in a command');
  request.resume(); // so that the sender gets to read the answer
  if (refusal === undefined) sendJson(response, 500, { error: 'a fault of ours, the log has more' });
  else sendJson(response, REFUSAL_STATUS[refusal.code], refusal);
}

const MAY_NOT_WRITE =
  'askbox may not write into the inbox or into its data folder; give the user that runs it the right to, and mount them writable';

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof CommandRefused) return { code: error.code, message: error.message, field: error.field };
  const errno = codeOf(error) ?? '';
  if (['ENOSPC', 'EDQUOT'].includes(errno)) {
    return { code: 'DISK_FULL', message: 'there is no room left on the disk; make some and try again', field: null };
  }
  if (['EACCES', 'EPERM', 'EROFS'].includes(errno)) {
    return { code: 'READ_ONLY', message: `${MAY_NOT_WRITE} (${errno})`, field: null };
  }
  return undefined;
}

/** A `Snapshot`, a slice of documents at a time. Events after its `seq` tell what changes while it is sent. */
async function* snapshotOf({ ledger, details, ingestion }: InternalApiParts): AsyncGenerator<string> {
  const head: Omit<Snapshot, 'documents'> = { watcherId: ledger.watcherId, seq: ledger.seq, ingestion: ingestion() };
  yield `${JSON.stringify(head).slice(0, -1)},"documents":[`;
  let isFirst = true;
  for await (const slice of documentSlices(ledger)) {
    const states = slice.map((document) => JSON.stringify(documentStateFromLedger(document, ledger, details)));
    yield (isFirst ? '' : ',') + states.join(',');
    isFirst = false;
  }
  yield ']}';
}

/** What is waited for on purpose: all that is needed can be reached. */
const READY_ALL_THE_SAME: readonly (string | null)[] = [null, 'BY_HAND', 'INBOX_EMPTIED', 'INBOX_REPLACED'];

/** Able to serve while the inbox and the store can be reached. */
function sendReadiness(response: ServerResponse, { ingestion }: InternalApiParts): void {
  const state = ingestion();
  sendJson(response, READY_ALL_THE_SAME.includes(state.pausedBecause) ? 200 : 503, state);
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
      `the watcher cannot listen on ${host}:${port}, another program does; stop it or set ASKBOX_WATCHER_PORT to a free port`,
      { cause: error },
    );
  }
}
