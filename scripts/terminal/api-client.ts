import { createClient, type Client, type ClientOptions } from 'graphql-ws';
import WebSocket from 'ws';

/**
 * Returns a client of a running API. It connects with the first operation.
 * @param url of the API, without a path.
 * @param apiKey null if none is required.
 */
export function createApiClient(url: string, apiKey: string | null, options: Omit<ClientOptions, 'url'>): Client {
  return createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
    ...options,
  });
}

/** The API refused an operation, or it failed there; the message is the API's. */
export class RefusedError extends Error {
  /** @param errors GraphQL errors, as graphql-ws delivers them. */
  constructor(errors: readonly { readonly message: string }[]) {
    super(errors.map(({ message }) => message).join('\n'));
  }
}

/**
 * Runs a query or mutation, and resolves with its data.
 * @throws RefusedError; whatever graphql-ws rejects with if the connection fails.
 */
export async function runOperation<Data>(client: Client, query: string, variables = {}): Promise<Data> {
  for await (const { data, errors } of client.iterate<Data>({ query, variables })) {
    if (data !== undefined && data !== null) return data;
    throw new RefusedError(errors ?? []);
  }
  throw new Error('the API ended the operation without a result; ask again');
}
