import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
// The type that Readable.fromWeb takes; the one of `fetch` is that of browsers.
import type { ReadableStream } from 'node:stream/web';
import type { Request, RequestHandler, Response as OurResponse } from 'express';
import { AskboxError } from '#shared/errors.ts';
import { downloadFile, type DownloadHeaders, type WatcherAddress } from '#shared/watcher-api/watcher-commands.ts';
import type { DocumentReplica } from '../documents/replica.ts';
import { addressOf, CLIENT_LIMITS, countClients } from './client-limits.ts';
import { fileHeadersOf } from './file-headers.ts';
import { inboxPathOf, sendError } from './inbox-route.ts';

const SENT_ON = ['range', 'if-range', 'if-none-match'] as const;
const TAKEN_OVER = ['content-length', 'content-range', 'accept-ranges', 'etag'] as const;

/**
 * Handles `GET /inbox/<path>` and HEAD: sends the file as it is, or one range of its bytes, read from the watcher no
 * faster than the client takes it. No browser takes it for a page of ours: see `fileHeadersOf`. A refused request gets
 * the status of its code, and `errors` in the form of a GraphQL response.
 */
export function sendFromInbox(watcher: WatcherAddress, replica: DocumentReplica): RequestHandler {
  const counter = countClients(CLIENT_LIMITS.downloads);
  return async (request, response) => {
    const release = counter.take(addressOf(request.socket));
    if (release === null) return sendError(response, tooMany(), 429);
    const gone = new AbortController();
    response.once('close', () => {
      release();
      gone.abort(new Error('the client disconnected'));
    });
    try {
      await send(watcher, replica, request, response, gone.signal);
    } catch (error) {
      if (response.destroyed) return; // the client has gone, or has seen that its file is incomplete
      if (!(error instanceof AskboxError)) throw error;
      sendError(response, error);
    }
  };
}

async function send(
  watcher: WatcherAddress,
  replica: DocumentReplica,
  request: Request,
  response: OurResponse,
  signal: AbortSignal,
): Promise<void> {
  const asked = inboxPathOf(request);
  const document = replica.findByPath(asked);
  const path = document?.path ?? asked;
  const file = await downloadFile(watcher, path, conditionsOf(request), signal);
  for (const name of TAKEN_OVER) {
    const value = file.headers.get(name);
    if (value !== null) response.setHeader(name, value);
  }
  const isDownload = request.query['download'] !== undefined;
  response.writeHead(file.status, fileHeadersOf(path, document?.mediaType ?? null, isDownload));
  if (file.body === null || request.method === 'HEAD') {
    await file.body?.cancel();
    return void response.end();
  }
  // Sound: Node's `fetch` gives its own streams.
  await pipeline(Readable.fromWeb(file.body as ReadableStream), response, { signal });
}

/** Returns what the watcher has to know. A range has a meaning for GET only. */
function conditionsOf({ method, headers }: Request): DownloadHeaders {
  if (method === 'HEAD') return headers['if-none-match'] ? { 'if-none-match': headers['if-none-match'] } : {};
  const given = SENT_ON.flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}

function tooMany(): AskboxError {
  const message = 'too many files are being sent already; wait for one of them, and try again';
  return new AskboxError('TOO_MANY_DOWNLOADS', message, { isRetryable: true });
}
