import type { RequestHandler, Response } from 'express';
import { AskboxError } from '#shared/errors.ts';
import { CommandRefused, REFUSAL_STATUS } from '#shared/watcher-api/command-refused.ts';
import { uploadFile, type WatcherAddress } from '#shared/watcher-api/watcher-commands.ts';
import type { DocumentReplica } from '../documents/replica.ts';

/** The route that `putIntoInbox` serves. */
export const INBOX_ROUTE = '/inbox/*path';

/** One hour: Node's default of five minutes is too short for a large file over a slow connection. */
export const UPLOAD_TIMEOUT_MS = 3_600_000;

/**
 * Handles `PUT /inbox/<path>`: streams a file to the watcher at the speed that the watcher writes it, without buffering
 * it. Responds with 201 for a new file and 200 for a replaced one, and `{ path, documentId }`; a refused file gets the
 * status of its code, and `errors` in the form of a GraphQL response.
 */
export function putIntoInbox(watcher: WatcherAddress, replica: DocumentReplica): RequestHandler {
  return async (request, response) => {
    // The wildcard parameter is a list of the decoded path segments.
    const path = [request.params['path']].flat().join('/');
    const { 'content-length': size, 'content-range': range, 'content-encoding': encoding } = request.headers;
    const done = new AbortController();
    response.once('close', () => done.abort(new Error('the client disconnected')));
    try {
      if (range !== undefined || encoding !== undefined) throw notWhole(path);
      // Breaking out of the iterator would destroy the socket, and we still have to send a response.
      const body = request.iterator({ destroyOnReturn: false });
      const sizeBytes = size === undefined ? null : Number(size);
      const { document, isNew } = await uploadFile(watcher, path, body, sizeBytes, done.signal);
      replica.apply({ type: 'document', document });
      response.status(isNew ? 201 : 200).json({ path: document.path, documentId: document.id });
    } catch (error) {
      if (response.destroyed) return; // the client is gone
      request.resume(); // drains the body, so that the client gets to read the response
      if (!(error instanceof AskboxError)) throw error;
      sendError(response, error);
    }
  };
}

/** Refuses a part of a file, such as the rest of an interrupted upload: it would replace the whole file. */
function notWhole(path: string): CommandRefused {
  const message = `${path} was sent in part or encoded; send the whole file without Content-Range and Content-Encoding`;
  return new CommandRefused('INVALID', message);
}

function sendError(response: Response, error: AskboxError): void {
  const { code, message } = error;
  const status = error instanceof CommandRefused ? REFUSAL_STATUS[error.code] : 503;
  response.status(status).json({ errors: [{ message, extensions: { code } }] });
}
