import { AskboxError, messageOf } from '../errors.ts';
import { CommandRefused, type Refusal } from './command-refused.ts';
import { readInternalKey } from './internal-key.ts';
import type { DocumentState, WatcherCommand, WatcherReplies } from './watcher-api.ts';

/** Where the watcher is. */
export interface WatcherAddress {
  /** Base address of the internal endpoint. */
  readonly url: string;
  readonly keyFile: string;
}

/** Moving a large file into a trash on another disk takes its time. */
const COMMAND_TIMEOUT_MS = 120_000;

/**
 * Has the watcher do something.
 * @throws CommandRefused when it will not; AskboxError WATCHER_UNAVAILABLE, retryable, when it cannot be reached or fails.
 */
export async function sendCommand<Command extends WatcherCommand>(
  watcher: WatcherAddress,
  command: Command,
  signal: AbortSignal,
): Promise<WatcherReplies[Command['type']]> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
    signal: AbortSignal.any([signal, AbortSignal.timeout(COMMAND_TIMEOUT_MS)]),
  };
  const response = await ask(watcher, '/v1/commands', request, signal);
  // The endpoint is ours and asks for our key: its types are shared with the watcher.
  return (await response.json()) as WatcherReplies[Command['type']];
}

/**
 * Streams a file into the inbox, no faster than the watcher writes it. A body that breaks off leaves nothing behind.
 * @param path inside the inbox; the watcher checks it.
 * @param sizeBytes null when the sender does not say.
 * @throws as `sendCommand`
 */
export async function putFile(
  watcher: WatcherAddress,
  path: string,
  body: AsyncIterable<Uint8Array>,
  sizeBytes: number | null,
  signal: AbortSignal,
): Promise<{ readonly document: DocumentState; readonly isNew: boolean }> {
  const headers: Record<string, string> = sizeBytes === null ? {} : { 'content-length': String(sizeBytes) };
  // The types at hand are a browser's: Node's fetch takes any async iterable, and then wants `duplex`.
  const request = { method: 'PUT', headers, body: body as unknown as BodyInit, duplex: 'half', signal };
  // Not in the address's own path, where `..` would be taken for a step.
  const response = await ask(watcher, `/v1/files?${new URLSearchParams({ path })}`, request, signal);
  const document = (await response.json()) as DocumentState;
  return { document, isNew: response.status === 201 };
}

async function ask(
  { url, keyFile }: WatcherAddress,
  path: string,
  request: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body: BodyInit;
    readonly signal: AbortSignal;
  },
  signal: AbortSignal,
): Promise<Response> {
  const response = await readInternalKey(keyFile)
    .then((key) =>
      fetch(new URL(path, url), { ...request, headers: { ...request.headers, authorization: `Bearer ${key}` } }),
    )
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw unavailable(url, messageOf(error instanceof Error && error.cause ? error.cause : error), error);
    });
  if (response.ok) return response;
  const refusal: unknown = await response.json().catch(() => null);
  if (isRefusal(refusal)) throw new CommandRefused(refusal.code, refusal.message, { field: refusal.field });
  throw unavailable(url, `it answered ${response.status}`);
}

function isRefusal(body: unknown): body is Refusal {
  return typeof body === 'object' && body !== null && 'code' in body && 'message' in body && 'field' in body;
}

function unavailable(url: string, reason: string, cause?: unknown): AskboxError {
  const message = `the watcher at ${url} cannot do it now: ${reason}; look whether it runs (npm run status) and try again`;
  return new AskboxError('WATCHER_UNAVAILABLE', message, { isRetryable: true, cause });
}
