import { signal } from '@preact/signals';
import { createClient, type Client } from 'graphql-ws/client';
import { forgetKey, keyHeader } from './key.ts';

/** An error that the API reported, with a message for people. */
export class ApiError extends Error {
  /** Such as NOT_FOUND; see docs/errors.md. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
  }
}

interface Reported {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

/** Whether the subscriptions have a connection to the server; true until the first one is lost. */
export const isConnected = signal(true);

/**
 * Runs a query or a mutation and returns its `data`.
 * @throws ApiError if the server reports an error, TypeError if it cannot be reached
 */
export async function request<Data>(query: string, variables: object = {}, signal?: AbortSignal): Promise<Data> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...keyHeader() },
    body: JSON.stringify({ query, variables }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (response.status === 401) forgetKey();
  // The caller names the type that its query returns; operations.test.ts checks the queries against the schema.
  const { data, errors } = (await response.json()) as { data?: Data; errors?: readonly Reported[] };
  throwReported(errors);
  if (data === undefined || data === null) throw new ApiError('the server sent no data', 'INTERNAL_SERVER_ERROR');
  return data;
}

/**
 * Runs a mutation of which only the effect is of interest.
 * @throws ApiError also if its payload has user errors, with the message of the first
 */
export async function mutate(mutation: string, variables: object): Promise<void> {
  interface Payload {
    readonly userErrors?: readonly { readonly message: string; readonly code?: string }[];
  }
  for (const { userErrors = [] } of Object.values(await request<Record<string, Payload>>(mutation, variables))) {
    const [first] = userErrors;
    if (first !== undefined) throw new ApiError(first.message, first.code ?? 'BAD_USER_INPUT');
  }
}

/** Throws the first of the errors that the API reports, if there is one. */
function throwReported(errors: readonly Reported[] | undefined): void {
  const first = errors?.[0];
  if (first !== undefined) throw new ApiError(first.message, first.extensions?.code ?? 'INTERNAL_SERVER_ERROR');
}

/** What a subscription is told. */
export interface Listener<Data> {
  readonly next: (data: Data) => void;
  /** The server refused the operation; it is not tried again. */
  readonly error: (error: Error) => void;
  readonly complete?: () => void;
}

/**
 * Subscribes over the page's one WebSocket. After a lost connection it subscribes again, for as long as it takes.
 * @param variables are read again at every reconnect, so that a getter can say where to resume.
 * @returns what unsubscribes, which makes the server stop what it does for this subscription.
 */
export function subscribe<Data>(query: string, variables: object, listener: Listener<Data>): () => void {
  client ??= openClient();
  return client.subscribe<Data>(
    { query, variables: variables as Record<string, unknown> }, // every object has string keys
    {
      next: ({ data, errors }) => {
        try {
          throwReported(errors);
          if (data !== null && data !== undefined) listener.next(data);
        } catch (error) {
          listener.error(asError(error));
        }
      },
      error: (cause) => {
        // graphql-ws gives the errors of a refused operation as a list.
        const reported = Array.isArray(cause) ? (cause[0] as Reported | undefined) : undefined;
        listener.error(
          reported === undefined
            ? asError(cause)
            : new ApiError(reported.message, reported.extensions?.code ?? 'INTERNAL_SERVER_ERROR'),
        );
      },
      complete: () => listener.complete?.(),
    },
  );
}

let client: Client | undefined;

/** How long a connection may be silent after our ping before it counts as lost, as after a sleep. */
const PONG_MS = 5_000;
const PING_EVERY_MS = 12_000;
const MAX_WAIT_MS = 5_000;

function openClient(): Client {
  let silent: ReturnType<typeof setTimeout> | undefined;
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const opened = createClient({
    url: `${scheme}://${location.host}/graphql`,
    connectionParams: () => ({ ...keyHeader() }),
    retryAttempts: Number.POSITIVE_INFINITY,
    // Only what the server says is final; graphql-ws itself ends for those codes.
    shouldRetry: () => true,
    retryWait: (attempt) => untilWorthTrying(Math.min(250 * 2 ** attempt, MAX_WAIT_MS)),
    keepAlive: PING_EVERY_MS,
    on: {
      connected: () => {
        isConnected.value = true;
      },
      closed: (event) => {
        clearTimeout(silent);
        isConnected.value = false;
        if ((event as CloseEvent).code === UNAUTHORIZED) forgetKey(); // graphql-ws documents the event's type
      },
      ping: (wasReceived) => {
        if (wasReceived) return;
        clearTimeout(silent);
        silent = setTimeout(() => opened.terminate(), PONG_MS);
      },
      pong: (wasReceived) => {
        if (wasReceived) clearTimeout(silent);
      },
    },
  });
  return opened;
}

/** Of graphql-ws: the key was refused. */
const UNAUTHORIZED = 4401;

/** Resolves after a wait, or as soon as the network or the tab comes back. */
function untilWorthTrying(waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener('online', done);
      document.removeEventListener('visibilitychange', done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    addEventListener('online', done);
    document.addEventListener('visibilitychange', done);
  });
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error('the connection was lost');
}
