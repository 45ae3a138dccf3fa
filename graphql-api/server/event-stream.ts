import type { ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { GraphQLError, type FormattedExecutionResult } from 'graphql';
import { AskboxError } from '#shared/errors.ts';
import { CLIENT_LIMITS, countClients } from './client-limits.ts';
import {
  asGraphQLError,
  connectionOfResponse,
  maskErrors,
  maskResult,
  prepareOperation,
  runOperation,
  type OperationParts,
  type SentOperation,
} from './operation.ts';

/** Proxies close connections that are idle for a while. */
const PING_MS = 12_000;

/**
 * Speaks the graphql-sse protocol in its distinct connections mode: one HTTP response of server-sent events for each
 * operation, for clients of plain HTTP such as `curl -N`. Accepts only POST with a JSON body, which is parsed already:
 * a page of any site can make a browser send a GET without a preflight request.
 *
 * Does not use the handler of the graphql-sse package, which queues events for a slow reader without bound. A reader
 * that takes nothing for a minute is cut by the server; see `cutStalledReaders`.
 */
export function serveEventStreams(parts: OperationParts): RequestHandler {
  const { log } = parts;
  const counter = countClients(CLIENT_LIMITS.eventStreams);
  return async (request, response) => {
    const refuse = (status: number, errors: readonly GraphQLError[]): unknown =>
      response.status(status).json({ errors: maskErrors(errors, log) });
    if (request.method !== 'POST' || !isOperation(request.body)) return refuse(400, [notAnOperation()]);
    const connection = connectionOfResponse(response);
    const operation = prepareOperation(request.body, parts, connection);
    if (!('schema' in operation)) return refuse(400, operation);

    const release = counter.take(connection.address);
    if (release === null) return refuse(429, [tooManyStreams()]);
    response.once('close', release);
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    response.flushHeaders(); // the first event may take a while
    const pinging = setInterval(() => response.write(':\n\n'), PING_MS);
    try {
      for await (const result of runOperation(operation, connection.signal)) {
        await write(response, eventOf(maskResult(result, log)));
      }
    } catch (error) {
      await write(response, eventOf({ errors: maskErrors([asGraphQLError(error)], log) }));
    } finally {
      clearInterval(pinging);
    }
    return response.end('event: complete\ndata:\n\n');
  };
}

function isOperation(body: unknown): body is SentOperation {
  const isAbsentOr = (type: string, value: unknown): boolean => (value ?? null) === null || typeof value === type;
  if (typeof body !== 'object' || body === null) return false;
  const { query, operationName, variables }: { [name in keyof SentOperation]?: unknown } = body;
  return typeof query === 'string' && isAbsentOr('string', operationName) && isAbsentOr('object', variables);
}

function eventOf(result: FormattedExecutionResult): string {
  return `event: next\ndata: ${JSON.stringify(result)}\n\n`;
}

/** Resolves once the event has left this process, or never will; only then is the next one taken from the log. */
function write(response: ServerResponse, event: string): Promise<void> {
  return new Promise((resolve) => response.write(event, () => resolve()));
}

function notAnOperation(): GraphQLError {
  const message = 'the request contains no operation; POST one as JSON: { "query": ..., "variables": ... }';
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });
}

function tooManyStreams(): GraphQLError {
  const message = 'too many streams are open already; end some, or ask over WebSocket';
  return asGraphQLError(new AskboxError('TOO_MANY_SUBSCRIPTIONS', message));
}
