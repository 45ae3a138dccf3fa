import type { FormattedExecutionResult } from 'graphql-ws';
import { CallError, type GraphqlPort } from '../../graphql-api/mcp/port.ts';
import { createApiClient } from '../terminal/api-client.ts';

/** The code with which the API closes a connection whose key is wrong. */
const WRONG_KEY = 4401;

/**
 * Opens a way to a running API, which is connected while operations run. A connection that is lost is not retried, because
 * it ends only when askbox does.
 * @param url of the API, without a path.
 * @param apiKey null if none is required.
 */
export function openRemotePort(url: string, apiKey: string | null): GraphqlPort & AsyncDisposable {
  const client = createApiClient(url, apiKey, { retryAttempts: 0 });
  return {
    async *results<Data>(query: string, variables: object, signal: AbortSignal) {
      if (signal.aborted) return;
      const results = client.iterate<Data>({ query, variables: { ...variables } });
      const stop = (): void => void results.return?.();
      signal.addEventListener('abort', stop, { once: true });
      try {
        for await (const result of results) yield dataOf(result);
      } catch (error) {
        throw asCallError(error, url);
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    async [Symbol.asyncDispose]() {
      await client.dispose();
    },
  };
}

function dataOf<Data>({ data, errors }: FormattedExecutionResult<Data, unknown>): Data {
  if (data !== undefined && data !== null) return data;
  throw new CallError((errors ?? []).map(({ message }) => message).join('\n'));
}

function asCallError(error: unknown, url: string): unknown {
  if (error instanceof CallError) return error;
  // As graphql-ws rejects an operation that is refused.
  if (Array.isArray(error)) return new CallError(error.map(({ message }) => String(message)).join('\n'));
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === WRONG_KEY) {
    return new CallError(`askbox at ${url} refused the key; set ASKBOX_API_KEY to the one that it was started with`);
  }
  return new CallError(`askbox is not running at ${url}; start it with: npm start`);
}
