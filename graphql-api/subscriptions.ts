import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { GraphQLError, type ExecutionArgs, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { WebSocketServer, type WebSocket } from 'ws';
import { AskboxError } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { ApiParts, Context, Line } from './context.ts';
import { isAuthorized, isOwnSite, maskError, parseGuarded, validateGuarded } from './guard.ts';
import { isUuid } from './read-input.ts';

/** What a way into the API needs, HTTP or WebSocket. */
export interface EntranceParts extends ApiParts {
  readonly schema: GraphQLSchema;
  /** Null lets everybody in who reaches the port. */
  readonly apiKey: string | null;
  /** Host names, besides localhost and IP addresses, that a browser may use for this server. */
  readonly allowedHosts: readonly string[];
  readonly log: Log;
}

const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_SUBSCRIPTIONS = 20;

/**
 * Serves graphql-ws (graphql-transport-ws) on the upgrades of an HTTP server. Its end closes every WebSocket as
 * `going away`, which makes clients come back.
 */
export function serveSubscriptions(http: Server, path: string, parts: EntranceParts): AsyncDisposable {
  const { schema, reader, replica, answers, health, apiKey, allowedHosts, log } = parts;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const mask = (error: GraphQLError): GraphQLFormattedError => maskError(error.toJSON(), error, log);

  const subscriptions = useServer(
    {
      onConnect: ({ connectionParams, extra }) => {
        const [, authorization] =
          Object.entries(connectionParams ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
        if (isAuthorized(authorization, apiKey)) return true;
        // Clients take 4401 as final; with graphql-ws' own 4403 they would try again for ever.
        extra.socket.close(CloseCode.Unauthorized, 'a key is needed: connection_init with authorization');
        return false;
      },
      onSubscribe: ({ extra, subscriptions: open }, id, { query, operationName, variables }) => {
        try {
          // This one is counted already.
          if (Object.keys(open).length > MAX_SUBSCRIPTIONS) throw tooManySubscriptions();
          const document = parseGuarded(query);
          const errors = validateGuarded(schema, document);
          if (errors.length > 0) return errors;
          const line = lineOf(extra.socket, isUuid(id) ? id.toLowerCase() : null);
          const contextValue: Context = { reader, replica, answers, health, line };
          const args: ExecutionArgs = { schema, document, contextValue };
          return { ...args, operationName: operationName ?? null, variableValues: variables ?? null };
        } catch (error) {
          // A syntax error must not close the line for the other subscriptions, as it would when thrown.
          return [error instanceof GraphQLError ? error : asGraphQLError(error)];
        }
      },
      onError: (_context, _id, _payload, errors) => errors.map(mask),
      onNext: (_context, _id, _payload, _args, { data, errors }) =>
        errors === undefined ? undefined : { ...(data === undefined ? {} : { data }), errors: errors.map(mask) },
    },
    sockets,
  );

  http.on('upgrade', (request, socket, head) => {
    if (!isForUs(request, path, allowedHosts)) return refuse(socket);
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  });
  return { [Symbol.asyncDispose]: async () => subscriptions.dispose() };
}

function isForUs(request: IncomingMessage, path: string, allowedHosts: readonly string[]): boolean {
  const asked = URL.parse(request.url ?? '', 'http://api')?.pathname;
  return asked === path && isOwnSite(request.headers, allowedHosts);
}

/** The handshake of a page of another site, or at another path. */
function refuse(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** One signal per socket: a listener for each of its operations would pile up. */
const closings = new WeakMap<WebSocket, AbortSignal>();

function lineOf(socket: WebSocket, operationId: string | null): Line {
  let signal = closings.get(socket);
  if (signal === undefined) {
    const closed = new AbortController();
    socket.once('close', () => closed.abort(new Error('the line was lost')));
    closings.set(socket, (signal = closed.signal));
  }
  // graphql-ws calls `return()` for a stop and for a lost line alike; only the socket tells them apart.
  return { signal, operationId, leaving: () => (socket.readyState === socket.OPEN ? 'stopped' : 'lost') };
}

function tooManySubscriptions(): AskboxError {
  return new AskboxError(
    'TOO_MANY_SUBSCRIPTIONS',
    `more than ${MAX_SUBSCRIPTIONS} subscriptions on one connection; end some or open another`,
  );
}

function asGraphQLError(error: unknown): GraphQLError {
  return new GraphQLError('failed', { originalError: error instanceof Error ? error : new Error(String(error)) });
}
