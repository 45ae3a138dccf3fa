import { QdrantClientResourceExhaustedError, QdrantClientTimeoutError } from '@qdrant/js-client-rest';
import { AskboxError, StoreError, messageOf } from '../../../errors.ts';

/**
 * Turns what the client threw into a StoreError with the server's own reason. Returns an error of another kind as it
 * is: it is a fault of ours.
 * @param server the address, for the message. @param call what the server was asked to do, as a verb: "store chunks".
 */
export function qdrantError(server: string, call: string, error: unknown): unknown {
  if (error instanceof AskboxError) return error;
  const unavailable = (reason: string): StoreError =>
    new StoreError('STORE_UNAVAILABLE', `Qdrant at ${server} cannot ${call} now: ${reason}`, { cause: error });

  if (error instanceof QdrantClientTimeoutError) return unavailable('it did not answer in time; it may be overloaded');
  if (error instanceof QdrantClientResourceExhaustedError) return unavailable('it limits the rate of requests');
  const status = numberOf(error, 'status');
  if (status === undefined) {
    if (!isConnectionError(error)) return error;
    return unavailable(`${connectionReasonOf(error)}; check that it is running, and QDRANT_URL`);
  }
  const reason = reasonOf(error);
  if (status === 401 || status === 403) {
    return new StoreError('STORE_REFUSED', `Qdrant at ${server} refuses to ${call}: ${reason}; check QDRANT_API_KEY`, {
      cause: error,
    });
  }
  if (status === 404) return unavailable(`${reason}; start the watcher, which creates what is missing`);
  if (status === 408 || status === 409 || status === 429 || status >= 500) return unavailable(reason);
  return new StoreError('STORE_REFUSED', `Qdrant at ${server} refuses to ${call}: ${reason} (HTTP ${status})`, {
    cause: error,
  });
}

/** Whether a call failed because the server does not have the collection. */
export function isNotFound(error: unknown): boolean {
  return error instanceof StoreError && numberOf(error.cause, 'status') === 404;
}

/** Whether a call failed because what it creates is already there. */
export function isConflict(error: unknown): boolean {
  return error instanceof StoreError && numberOf(error.cause, 'status') === 409;
}

/** Whether a call failed because the key does not allow it. */
export function isForbidden(error: unknown): boolean {
  return error instanceof StoreError && numberOf(error.cause, 'status') === 403;
}

/**
 * Tells errors that another node of the cluster may not have: this node did not answer (`silent`), or failed by itself
 * (`failing`). Returns null for any other error.
 */
export function nodeFaultOf(error: unknown): 'silent' | 'failing' | null {
  if (!(error instanceof StoreError) || error.code !== 'STORE_UNAVAILABLE') return null;
  const { cause } = error;
  if (cause instanceof QdrantClientTimeoutError) return 'silent';
  if (cause instanceof QdrantClientResourceExhaustedError) return null;
  const status = numberOf(cause, 'status');
  if (status === undefined) return 'silent';
  return status === 408 || status >= 500 ? 'failing' : null;
}

/** Whether a call failed because its connection was closed: the node may only have tidied up an idle one. */
export function isConnectionClosed(error: unknown): boolean {
  const closing = error instanceof StoreError ? property(property(error.cause, 'cause'), 'code') : undefined;
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(String(closing));
}

/** The message of the client's HTTP errors is only "Bad Request"; the server's own words are in `data.status.error`. */
function reasonOf(error: unknown): string {
  const reason = property(property(property(error, 'data'), 'status'), 'error');
  return typeof reason === 'string' ? reason.replaceAll(/\s+/g, ' ').trim() : messageOf(error);
}

/** `fetch failed` and the like: there was no HTTP response, or none that could be read. */
function isConnectionError(error: unknown): boolean {
  return error instanceof TypeError || error instanceof SyntaxError || property(error, 'code') !== undefined;
}

function connectionReasonOf(error: unknown): string {
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
