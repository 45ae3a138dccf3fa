import { QdrantClientResourceExhaustedError, QdrantClientTimeoutError } from '@qdrant/js-client-rest';
import { AskboxError, StoreError, messageOf } from '../../errors.ts';

/**
 * What the client threw, as one of our errors, with the server's own reason.
 * @param server address, for the message. @param call what was asked for, as a noun: "the search".
 */
export function qdrantError(server: string, call: string, error: unknown): unknown {
  if (error instanceof AskboxError) return error;
  const unavailable = (reason: string): StoreError =>
    new StoreError('STORE_UNAVAILABLE', `Qdrant at ${server} cannot do ${call} now: ${reason}`, { cause: error });

  if (error instanceof QdrantClientTimeoutError) return unavailable('it did not answer in time; it may be overloaded');
  if (error instanceof QdrantClientResourceExhaustedError) return unavailable('it limits the rate of requests');
  const status = numberOf(error, 'status');
  if (status === undefined) {
    return isOfTheLine(error) ? unavailable(`${reasonOfTheLine(error)}; see whether it runs, and QDRANT_URL`) : error;
  }
  const reason = reasonOf(error);
  if (status === 401 || status === 403) {
    return new StoreError('STORE_REFUSED', `Qdrant at ${server} refuses ${call}: ${reason}; check QDRANT_API_KEY`, {
      cause: error,
    });
  }
  if (status === 404) return unavailable(`${reason}; start the watcher, it makes what is missing`);
  if (status === 408 || status === 409 || status === 429 || status >= 500) return unavailable(reason);
  return new StoreError('STORE_REFUSED', `Qdrant at ${server} refuses ${call}: ${reason} (HTTP ${status})`, {
    cause: error,
  });
}

/** Whether the server says that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof StoreError && numberOf(error.cause, 'status') === 404;
}

/** The client's HTTP errors are anonymous: "Bad Request", with the server's words in `data.status.error`. */
function reasonOf(error: unknown): string {
  const reason = property(property(property(error, 'data'), 'status'), 'error');
  return typeof reason === 'string' ? reason.replaceAll(/\s+/g, ' ').trim() : messageOf(error);
}

/** `fetch failed` and its kin: nothing was heard of the server. */
function isOfTheLine(error: unknown): boolean {
  return error instanceof TypeError || error instanceof SyntaxError || property(error, 'code') !== undefined;
}

function reasonOfTheLine(error: unknown): string {
  const cause = property(error, 'cause');
  return cause === undefined ? messageOf(error) : messageOf(cause) || String(property(cause, 'code'));
}

function numberOf(thing: unknown, name: string): number | undefined {
  const value = property(thing, name);
  return typeof value === 'number' ? value : undefined;
}

function property(thing: unknown, name: string): unknown {
  return typeof thing === 'object' && thing !== null ? Reflect.get(thing, name) : undefined;
}
