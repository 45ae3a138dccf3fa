import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import type { GraphQLError } from 'graphql';
import { WebSocketServer, type WebSocket } from 'ws';
import { AskboxError } from '#shared/errors.ts';
import type { Connection } from '../schema/context.ts';
import { isAuthorized, isOwnSite } from './guard.ts';
import {
  asGraphQLError,
  clientGone,
  maskErrors,
  maskResult,
  prepareOperation,
  type OperationParts,
} from './operation.ts';
import { isUuid } from '../schema/read-input.ts';

/** What each entrance of the API needs, HTTP and WebSocket alike. */
export interface EntranceParts extends OperationParts {
  /** Null accepts every client that reaches the port. */
  readonly apiKey: string | null;
  /** Host names that browsers may use for this server, besides localhost and IP addresses; without ports. */
  readonly allowedHosts: readonly string[];
}

const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_SUBSCRIPTIONS = 20;
/** How long a client may take to confirm the close; one that reads nothing would delay the shutdown by 30 s. */
const CLOSE_MS = 1_000;

/**
 * Speaks the protocol of graphql-ws (WebSocket subprotocol `graphql-transport-ws`) to clients that upgrade their HTTP
 * connection. Disposing of it closes every WebSocket as `going away` (1001), which makes clients reconnect.
 * @param path other paths are refused with 403, as are pages of other sites.
 */
export function serveSubscriptions(http: Server, path: string, parts: EntranceParts): AsyncDisposable {
  const { apiKey, allowedHosts, log } = parts;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });

  const subscriptions = useServer(
    {
      onConnect: ({ connectionParams, extra }) => {
        const [, authorization] =
          Object.entries(connectionParams ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
        if (isAuthorized(authorization, apiKey)) return true;
        // Clients take 4401 as final; with graphql-ws's own 4403 they would retry forever.
        extra.socket.close(CloseCode.Unauthorized, 'key missing or wrong; send authorization in connection_init');
        return false;
      },
      onSubscribe: ({ extra, subscriptions: open }, id, operation) => {
        // `open` includes this one already.
        if (Object.keys(open).length > MAX_SUBSCRIPTIONS) return [tooManySubscriptions()];
        return prepareOperation(
          operation,
          parts,
          connectionOfSocket(extra.socket, isUuid(id) ? id.toLowerCase() : null),
        );
      },
      onError: (_context, _id, _payload, errors) => maskErrors(errors, log),
      onNext: (_context, _id, _payload, _args, result) =>
        result.errors === undefined ? undefined : maskResult(result, log),
    },
    sockets,
  );

  http.on('upgrade', (request, socket, head) => {
    if (!isAccepted(request, path, allowedHosts)) return refuse(socket);
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  });
  return {
    async [Symbol.asyncDispose]() {
      const patience = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), CLOSE_MS);
      await subscriptions.dispose();
      clearTimeout(patience);
    },
  };
}

function isAccepted(request: IncomingMessage, path: string, allowedHosts: readonly string[]): boolean {
  const pathname = URL.parse(request.url ?? '', 'http://api')?.pathname;
  return pathname === path && isOwnSite(request.headers, allowedHosts);
}

/** Refuses the handshake of a page of another site, or at another path. */
function refuse(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** One signal for each socket, because a listener for each of its operations would accumulate. */
const closings = new WeakMap<WebSocket, AbortSignal>();

function connectionOfSocket(socket: WebSocket, operationId: string | null): Connection {
  let signal = closings.get(socket);
  if (signal === undefined) {
    const closed = new AbortController();
    socket.once('close', () => closed.abort(clientGone()));
    closings.set(socket, (signal = closed.signal));
  }
  // graphql-ws calls `return()` for a stop and for a lost connection alike; only the socket's state distinguishes them.
  return { signal, operationId, leaving: () => (socket.readyState === socket.OPEN ? 'stopped' : 'lost') };
}

function tooManySubscriptions(): GraphQLError {
  return asGraphQLError(
    new AskboxError(
      'TOO_MANY_SUBSCRIPTIONS',
      `more than ${MAX_SUBSCRIPTIONS} subscriptions on one connection; end some, or open another connection`,
    ),
  );
}
