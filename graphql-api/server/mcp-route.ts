import { randomUUID } from 'node:crypto';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { isInitializeRequest, isJSONRPCNotification, isJSONRPCRequest } from '@modelcontextprotocol/sdk/types.js';
import type { RequestHandler, Response } from 'express';
import type { GraphQLFormattedError } from 'graphql';
import { faultMessage } from '../answers/error.ts';
import { makeMcpServer } from '../mcp/mcp-server.ts';
import { CallError, type GraphqlPort } from '../mcp/port.ts';
import { isUuid } from '../schema/read-input.ts';
import type { Connection } from '../schema/context.ts';
import { CLIENT_LIMITS, countClients } from './client-limits.ts';
import {
  clientGone,
  connectionOfResponse,
  maskErrors,
  maskResult,
  prepareOperation,
  runOperation,
  type OperationParts,
} from './operation.ts';

/** What the route is served with. */
export interface McpRouteParts extends OperationParts {
  /** Whether the tools may change something. */
  readonly mcpWrites: boolean;
}

const SESSION_HEADER = 'mcp-session-id';

/**
 * Handles `POST` to `path`, the Streamable HTTP transport of MCP: one message for each request, whose JSON body is parsed
 * already. Each request is served on its own, so that a client goes on after a restart. A session id is given out only to
 * find the call that a client cancels. The end of a request's connection stops its call, because nothing could deliver
 * its result.
 */
export function serveMcp(parts: McpRouteParts, path: string): RequestHandler {
  const { mcpWrites: mayWrite, log } = parts;
  const counter = countClients(CLIENT_LIMITS.mcpRequests);
  /** How to stop the running calls, by session and id of the request. */
  const running = new Map<string, () => void>();
  return async (request, response) => {
    const message: unknown = request.body;
    if (request.method !== 'POST') return refuse(response.set('allow', 'POST'), 405, 'send messages with POST');
    // The transport would read any other body by itself, without a limit.
    if (typeof message !== 'object' || message === null)
      return refuse(response, 415, 'send a message as application/json');
    if (Array.isArray(message)) return refuse(response, 400, 'send one message at a time; MCP has no batches any more');
    const session = sessionOf(request.headers[SESSION_HEADER]);
    if (isJSONRPCNotification(message) && message.method === 'notifications/cancelled') {
      if (session !== null) running.get(callKey(session, message.params?.['requestId']))?.();
      return response.status(202).end();
    }

    const connection = connectionOfResponse(response);
    const release = counter.take(connection.address);
    if (release === null) return refuse(response, 429, 'too many calls are open already; wait for some to end');
    const describeFault = (error: unknown): string => faultMessage(error, { path }, log);
    const server = makeMcpServer({ port: openLocalPort(parts, connection), mayWrite, describeFault }, null);
    const key = session !== null && isJSONRPCRequest(message) ? callKey(session, message.id) : null;
    const end = (): void => void server.close();
    if (key !== null) running.set(key, end);
    response.once('close', () => {
      release();
      if (key !== null && running.get(key) === end) running.delete(key);
      end();
    });
    if (isInitializeRequest(message)) response.set(SESSION_HEADER, randomUUID());
    const transport = new StreamableHTTPServerTransport();
    await server.connect(transport);
    return transport.handleRequest(request, response, message);
  };
}

/** Runs operations in this process, for the client of one request. */
function openLocalPort(parts: OperationParts, connection: Connection): GraphqlPort {
  const { log } = parts;
  return {
    async *results<Data>(query: string, variables: object, signal: AbortSignal) {
      const gone = new AbortController();
      const stop = (): void => gone.abort(clientGone());
      for (const ended of [signal, connection.signal]) {
        if (ended.aborted) return;
        ended.addEventListener('abort', stop, { once: true });
      }
      const caller: Connection = { ...connection, signal: gone.signal, leaving: () => 'stopped' };
      const operation = prepareOperation({ query, variables: { ...variables } }, parts, caller);
      if (!('schema' in operation)) throw callError(maskErrors(operation, log));
      for await (const result of runOperation(operation, gone.signal)) {
        const { data, errors = [] } = maskResult(result, log);
        if (data === undefined || data === null) throw callError(errors);
        // The caller knows the shape of the data that it selects.
        yield data as Data;
      }
    },
  };
}

function callError(errors: readonly GraphQLFormattedError[]): CallError {
  return new CallError(errors.map(({ message }) => message).join('\n'));
}

/** Returns the session id if it is one of ours by its form; anything else finds no call. */
function sessionOf(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' && isUuid(header) ? header : null;
}

function callKey(session: string, id: unknown): string {
  return `${session} ${JSON.stringify(id)}`;
}

/** Responds with an error in the form of JSON-RPC. */
function refuse(response: Response, status: number, message: string): void {
  response.status(status).json({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null });
}
