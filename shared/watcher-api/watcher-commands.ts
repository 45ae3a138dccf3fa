import { AskboxError, messageOf } from '../errors.ts';
import { CommandRefused, type Refusal } from './command-refused.ts';
import { readInternalKey } from './read-internal-key.ts';
import type { DocumentState, WatcherCommand, WatcherReplies } from './watcher-api.ts';

/** Where the watcher is. */
export interface WatcherAddress {
  /** Base URL of the internal endpoint. */
  readonly url: string;
  /** File with the shared secret of the endpoint; read at every call. */
  readonly keyFile: string;
}

/** Generous, because moving a large file into a trash on another disk takes long. */
const COMMAND_TIMEOUT_MS = 120_000;
/** Erasing rewrites whole databases: 1 GB takes about 10 s. `fetch` itself gives up after 300 s. */
const ERASE_TIMEOUT_MS = 290_000;

/**
 * Sends a command to the watcher and returns its reply. Waits up to two minutes; for an erasure, up to five.
 * @throws CommandRefused when the watcher refuses it; AskboxError WATCHER_UNAVAILABLE, retryable, when the watcher
 * cannot be reached or fails; the signal's reason when it aborts.
 */
export async function sendCommand<Command extends WatcherCommand>(
  watcher: WatcherAddress,
  command: Command,
  signal: AbortSignal,
): Promise<WatcherReplies[Command['type']]> {
  const timeoutMs = command.type === 'erase' ? ERASE_TIMEOUT_MS : COMMAND_TIMEOUT_MS;
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  };
  const response = await ask(watcher, '/v1/commands', request, signal);
  // Sound: the endpoint is ours and requires our key, and watcher-api.ts gives both sides this type.
  return (await response.json()) as WatcherReplies[Command['type']];
}

/**
 * Streams a file to the watcher, which puts it into the inbox; reads the body no faster than the watcher writes it. A
 * body that breaks off leaves nothing behind.
 * @param path inside the inbox; the watcher checks it.
 * @param sizeBytes null when it is not known in advance.
 * @param traceparent what the watcher's spans of this file become parts of. Default: of nothing.
 * @returns the new document, and whether no file was replaced.
 * @throws what `sendCommand` throws.
 */
export async function uploadFile(
  watcher: WatcherAddress,
  path: string,
  body: AsyncIterable<Uint8Array>,
  sizeBytes: number | null,
  signal: AbortSignal,
  traceparent?: string,
): Promise<{ readonly document: DocumentState; readonly isNew: boolean }> {
  const headers: Record<string, string> = {
    ...(sizeBytes !== null && { 'content-length': String(sizeBytes) }),
    ...(traceparent !== undefined && { traceparent }),
  };
  // The type of `fetch` is that of browsers; Node's also takes an async iterable as the body, and then requires
  // `duplex`.
  const request = { method: 'PUT', headers, body: body as unknown as BodyInit, duplex: 'half', signal };
  // A query parameter, because in the path of the URL `..` would be resolved.
  const response = await ask(watcher, `/v1/files?${new URLSearchParams({ path })}`, request, signal);
  // Sound for the same reason as in sendCommand.
  const document = (await response.json()) as DocumentState;
  return { document, isNew: response.status === 201 };
}

/** The headers of a request for a file that the watcher understands; those of the client, as they came. */
export type DownloadHeaders = Readonly<Partial<Record<'range' | 'if-range' | 'if-none-match', string>>>;

/** The statuses of a response about a file: whole, in part, known to the client, no such part. */
const DOWNLOAD_STATUS: readonly number[] = [200, 206, 304, 416];

/**
 * Asks the watcher for the bytes of a file. The response has one of the statuses above, and the headers that belong to
 * it; its body is read from disk only as fast as it is consumed, and must be consumed or cancelled.
 * @param path of a document.
 * @throws what `sendCommand` throws.
 */
export async function downloadFile(
  watcher: WatcherAddress,
  path: string,
  headers: DownloadHeaders,
  signal: AbortSignal,
): Promise<Response> {
  const request = { method: 'GET', headers, signal };
  return ask(watcher, `/v1/files?${new URLSearchParams({ path })}`, request, signal, (status) =>
    DOWNLOAD_STATUS.includes(status),
  );
}

/**
 * Asks the watcher for a copy of its ledger, which no other process can read while it runs. The body is an SQLite database
 * and must be consumed or cancelled.
 * @throws what `sendCommand` throws.
 */
export async function downloadLedger(watcher: WatcherAddress, signal: AbortSignal): Promise<Response> {
  return ask(watcher, '/v1/ledger', { method: 'GET', headers: {}, signal }, signal);
}

async function ask(
  { url, keyFile }: WatcherAddress,
  path: string,
  request: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: BodyInit;
    readonly signal: AbortSignal;
  },
  signal: AbortSignal,
  isExpected = (status: number): boolean => status >= 200 && status < 300,
): Promise<Response> {
  const response = await readInternalKey(keyFile)
    .then((key) =>
      fetch(new URL(path, url), { ...request, headers: { ...request.headers, authorization: `Bearer ${key}` } }),
    )
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw unavailable(url, messageOf(error instanceof Error && error.cause ? error.cause : error), error);
    });
  if (isExpected(response.status)) return response;
  const refusal: unknown = await response.json().catch(() => null);
  if (isRefusal(refusal)) throw new CommandRefused(refusal.code, refusal.message, { field: refusal.field });
  throw unavailable(url, `it answered ${response.status}`);
}

function isRefusal(body: unknown): body is Refusal {
  return typeof body === 'object' && body !== null && 'code' in body && 'message' in body && 'field' in body;
}

function unavailable(url: string, reason: string, cause?: unknown): AskboxError {
  const message = `the watcher at ${url} is not available: ${reason}; check that it is running (npm run status) and try again`;
  return new AskboxError('WATCHER_UNAVAILABLE', message, { isRetryable: true, cause });
}
