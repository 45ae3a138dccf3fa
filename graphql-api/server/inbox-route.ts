import type { Request, RequestHandler, Response } from 'express';
import { AskboxError, codeOf } from '#shared/errors.ts';
import type { Tracing } from '#shared/tracing/tracing.ts';
import { CommandRefused, REFUSAL_STATUS } from '#shared/watcher-api/command-refused.ts';
import { uploadFile, type WatcherAddress } from '#shared/watcher-api/watcher-commands.ts';
import type { DocumentReplica } from '../documents/replica.ts';

/** The route of the files in the inbox. */
export const INBOX_ROUTE = '/inbox/*path';

/** One hour: Node's default of five minutes is too short for a large file over a slow connection. */
export const UPLOAD_TIMEOUT_MS = 3_600_000;

/**
 * Handles `PUT /inbox/<path>`: streams a file to the watcher at the speed that the watcher writes it, without buffering
 * it. Responds with 201 for a new file and 200 for a replaced one, and `{ path, documentId }`; a refused file gets the
 * status of its code, and `errors` in the form of a GraphQL response. With tracing, it is a span of the client's trace, if
 * that has sent one, and what the watcher does with the file is a part of it.
 */
export function putIntoInbox(
  watcher: WatcherAddress,
  replica: DocumentReplica,
  tracing: Tracing | null,
): RequestHandler {
  return async (request, response) => {
    const path = inboxPathOf(request);
    const { 'content-length': size, 'content-range': range, 'content-encoding': encoding } = request.headers;
    const span = tracing?.start('askbox.upload', { parent: [request.headers['traceparent']].flat()[0] });
    const done = new AbortController();
    response.once('close', () => done.abort(new Error('the client disconnected')));
    try {
      if (range !== undefined || encoding !== undefined) throw notWhole(path);
      // Breaking out of the iterator would destroy the socket, and we still have to send a response.
      const body = request.iterator({ destroyOnReturn: false });
      const sizeBytes = size === undefined ? null : Number(size);
      const { document, isNew } = await uploadFile(watcher, path, body, sizeBytes, done.signal, span?.traceparent);
      span?.set({ 'askbox.document.id': document.id, 'askbox.document.bytes': document.sizeBytes });
      span?.end();
      replica.apply({ type: 'document', document });
      response.status(isNew ? 201 : 200).json({ path: document.path, documentId: document.id });
    } catch (error) {
      span?.end(done.signal.aborted ? 'CANCELLED' : (codeOf(error) ?? 'INTERNAL'));
      if (response.destroyed) return; // the client is gone
      request.resume(); // drains the body, so that the client gets to read the response
      if (!(error instanceof AskboxError)) throw error;
      sendError(response, error);
    }
  };
}

/** Returns the path that a request names, decoded and unchecked. */
export function inboxPathOf(request: Request): string {
  // The wildcard parameter is a list of the decoded path segments.
  return [request.params['path']].flat().join('/');
}

/** Refuses a part of a file, such as the rest of an interrupted upload: it would replace the whole file. */
function notWhole(path: string): CommandRefused {
  const message = `${path} was sent in part or encoded; send the whole file without Content-Range and Content-Encoding`;
  return new CommandRefused('INVALID', message);
}

/** Responds with an error in the form of a GraphQL response. @param status by default that of its code. */
export function sendError(response: Response, error: AskboxError, status = statusOf(error)): void {
  const { code, message } = error;
  response.status(status).json({ errors: [{ message, extensions: { code } }] });
}

function statusOf(error: AskboxError): number {
  return error instanceof CommandRefused ? REFUSAL_STATUS[error.code] : 503;
}
