import type { RequestHandler, Response } from 'express';
import { AskboxError } from '#shared/errors.ts';
import { CommandRefused, REFUSAL_STATUS } from '#shared/watcher-api/command-refused.ts';
import { putFile, type WatcherAddress } from '#shared/watcher-api/watcher-commands.ts';
import type { DocumentReplica } from '../documents/replica.ts';

/** The route of `putIntoInbox`. */
export const INBOX_ROUTE = '/inbox/*path';

/** A large file over a slow connection; Node's own five minutes are too few. */
export const UPLOAD_TIMEOUT_MS = 3_600_000;

/**
 * `PUT /inbox/<path>`: streams a file through to the watcher, no faster than that writes it, and nothing is kept here.
 * 201 when it is new, 200 when it replaced one, with `{ path, documentId }`; what is refused is answered as GraphQL does.
 */
export function putIntoInbox(watcher: WatcherAddress, replica: DocumentReplica): RequestHandler {
  return async (request, response) => {
    // A wildcard gives the decoded names between slashes.
    const path = [request.params['path']].flat().join('/');
    const { 'content-length': size, 'content-range': range, 'content-encoding': encoding } = request.headers;
    const done = new AbortController();
    response.once('close', () => done.abort(new Error('the sender has gone')));
    try {
      if (range !== undefined || encoding !== undefined) throw notWhole(path);
      // Whoever stops reading still wants to answer: leaving an iterator destroys the connection unless told otherwise.
      const body = request.iterator({ destroyOnReturn: false });
      const sizeBytes = size === undefined ? null : Number(size);
      const { document, isNew } = await putFile(watcher, path, body, sizeBytes, done.signal);
      replica.apply({ type: 'document', document });
      response.status(isNew ? 201 : 200).json({ path: document.path, documentId: document.id });
    } catch (error) {
      if (response.destroyed) return; // nobody is there to be answered
      request.resume(); // so that the sender gets to read the answer
      if (!(error instanceof AskboxError)) throw error;
      sendError(response, error);
    }
  };
}

/** Such as the rest of a file that broke off: in the place of the file it would be half of it. */
function notWhole(path: string): CommandRefused {
  const message = `${path} has to come whole and as it is; send it without Content-Range and Content-Encoding`;
  return new CommandRefused('INVALID', message);
}

function sendError(response: Response, error: AskboxError): void {
  const { code, message } = error;
  const status = error instanceof CommandRefused ? REFUSAL_STATUS[error.code] : 503;
  response.status(status).json({ errors: [{ message, extensions: { code } }] });
}
