import { networkFailed, notPulled, offline, refused, silence } from './error.ts';
import { ModelError } from '../model-error.ts';

export interface HubAccess {
  /** URL without a slash at its end. */
  readonly endpoint: string;
  readonly token: string | null;
  /** Refuses at once, without a look at the network. */
  readonly isOffline: boolean;
  /** How long an answer may take to begin, and how long it may pause. Default: 30,000. */
  readonly patienceMs?: number;
}

export interface HubRequest {
  readonly method?: 'HEAD';
  readonly range?: string;
  /** `user/repo`. */
  readonly repository: string;
  readonly signal: AbortSignal;
}

/** Has to be disposed: its line stays open until then. */
export interface HubAnswer extends Disposable {
  readonly response: Response;
  /** What was said on the way; the first word counts, which is the hub's own about a file that lies elsewhere. */
  readonly named: Headers;
  /** Who answered in the end. */
  readonly host: string;
  /** The body; throws a ModelError when it pauses for too long or breaks off. */
  read(): AsyncIterable<Uint8Array>;
}

const REDIRECTS = 5;
const NAMES = ['x-linked-etag', 'x-linked-size', 'x-repo-commit'];

/**
 * One request. Redirects are followed by hand, since the token is for the hub's own host only; HEAD stops where size and
 * etag are known.
 * @throws ModelError MODEL_NOT_PULLED
 */
export async function requestHub(hub: HubAccess, url: string, request: HubRequest): Promise<HubAnswer> {
  if (hub.isOffline) throw offline(request.repository);
  const line = openLine(hub, new URL(url), request);
  try {
    const named = new Headers();
    for (let hop = 0; hop <= REDIRECTS; hop++) {
      const response = await line.ask();
      for (const name of NAMES) {
        const value = response.headers.get(name);
        if (value !== null && !named.has(name)) named.set(name, value);
      }
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      const isEnough = request.method === 'HEAD' && named.has('x-linked-etag') && named.has('x-linked-size');
      if (location === null || isEnough) {
        if (location === null && !response.ok) throw refused(request.repository, response.status, line.host(), hub);
        return {
          response,
          named,
          host: line.host(),
          read: () => line.read(response),
          [Symbol.dispose]: () => line.close(),
        };
      }
      await response.body?.cancel();
      line.redirect(location);
    }
    const why = `${line.host()} redirects without end`;
    throw notPulled(request.repository, { why, next: 'check HF_ENDPOINT', isRetryable: false });
  } catch (error) {
    const reason = line.explain(error);
    line.close();
    throw reason;
  }
}

interface Line {
  ask(): Promise<Response>;
  redirect(location: string): void;
  host(): string;
  read(response: Response): AsyncIterable<Uint8Array>;
  /** What a failure of this line means. */
  explain(error: unknown): unknown;
  close(): void;
}

/** Ends by itself when nothing comes for `patienceMs`. */
function openLine(hub: HubAccess, start: URL, { method, range, repository, signal }: HubRequest): Line {
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
          'accept-encoding': 'identity', // sizes and ranges are those of the file
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
