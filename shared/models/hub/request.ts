import { networkFailed, notPulled, offline, refused, silence } from './error.ts';
import { ModelError } from '../model-error.ts';

/** How to reach the hub. */
export interface HubAccess {
  /** URL without a trailing slash. */
  readonly endpoint: string;
  /** Sent to the endpoint's own host only; null for none. */
  readonly token: string | null;
  /** Refuses every request without using the network. */
  readonly isOffline: boolean;
  /** How long a response may take to begin, and how long it may pause, in milliseconds. Default: 30,000. */
  readonly patienceMs?: number;
}

/** One request to the hub. */
export interface HubRequest {
  /** Default: GET. */
  readonly method?: 'HEAD';
  /** Value of the `Range` header. Default: the whole file. */
  readonly range?: string;
  /** `user/repo`, for the messages of errors. */
  readonly repository: string;
  readonly signal: AbortSignal;
}

/** A response of the hub. Must be disposed: its connection stays open until then. */
export interface HubAnswer extends Disposable {
  readonly response: Response;
  /**
   * The headers about the file, from all responses on the way; the first value of each counts, which is the hub's own
   * about a file stored elsewhere.
   */
  readonly named: Headers;
  /** The host that sent the last response. */
  readonly host: string;
  /** Yields the body. @throws ModelError when it pauses for too long or breaks off. */
  read(): AsyncIterable<Uint8Array>;
}

const REDIRECTS = 5;
const NAMES = ['x-linked-etag', 'x-linked-size', 'x-repo-commit'];

/**
 * Sends one request. Follows redirects itself, because the token is for the hub's own host only; HEAD stops as soon as
 * size and etag are known.
 * @throws ModelError MODEL_NOT_PULLED
 */
export async function requestHub(hub: HubAccess, url: string, request: HubRequest): Promise<HubAnswer> {
  if (hub.isOffline) throw offline(request.repository);
  const connection = openConnection(hub, new URL(url), request);
  try {
    const named = new Headers();
    for (let hop = 0; hop <= REDIRECTS; hop++) {
      const response = await connection.ask();
      for (const name of NAMES) {
        const value = response.headers.get(name);
        if (value !== null && !named.has(name)) named.set(name, value);
      }
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      const isEnough = request.method === 'HEAD' && named.has('x-linked-etag') && named.has('x-linked-size');
      if (location === null || isEnough) {
        if (location === null && !response.ok)
          throw refused(request.repository, response.status, connection.host(), hub);
        return {
          response,
          named,
          host: connection.host(),
          read: () => connection.read(response),
          [Symbol.dispose]: () => connection.close(),
        };
      }
      await response.body?.cancel();
      connection.redirect(location);
    }
    const why = `${connection.host()} redirects endlessly`;
    throw notPulled(request.repository, { why, next: 'check HF_ENDPOINT', isRetryable: false });
  } catch (error) {
    const reason = connection.explain(error);
    connection.close();
    throw reason;
  }
}

interface Connection {
  ask(): Promise<Response>;
  redirect(location: string): void;
  host(): string;
  read(response: Response): AsyncIterable<Uint8Array>;
  /** Returns the error to throw for a failure of this connection. */
  explain(error: unknown): unknown;
  close(): void;
}

/** Aborts its requests when nothing arrives for `patienceMs`. */
function openConnection(hub: HubAccess, start: URL, { method, range, repository, signal }: HubRequest): Connection {
  const patienceMs = hub.patienceMs ?? 30_000;
  const own = new AbortController();
  const either = AbortSignal.any([signal, own.signal]);
  let url = start;
  const timer = setTimeout(() => own.abort(silence(repository, url.host, patienceMs)), patienceMs);

  const explain = (error: unknown): unknown => {
    if (either.aborted) return either.reason;
    return error instanceof ModelError ? error : networkFailed(repository, url.host, error);
  };
  return {
    ask: async () => {
      const isHub = url.origin === new URL(hub.endpoint).origin;
      const response = await fetch(url, {
        method: method ?? 'GET',
        redirect: 'manual',
        headers: {
          'accept-encoding': 'identity', // so that sizes and ranges are those of the file
          ...(range !== undefined && { range }),
          ...(isHub && hub.token !== null && { authorization: `Bearer ${hub.token}` }),
        },
        signal: either,
      });
      timer.refresh();
      return response;
    },
    redirect: (location) => (url = new URL(location, url)),
    host: () => url.host,
    read: async function* (response) {
      try {
        for await (const piece of response.body ?? []) {
          timer.refresh();
          yield piece;
        }
      } catch (error) {
        throw explain(error);
      }
    },
    explain,
    close: () => {
      clearTimeout(timer);
      own.abort();
    },
  };
}
