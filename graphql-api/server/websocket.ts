import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  CloseCode,
  handleProtocols,
  makeServer,
  type ConnectionInitMessage,
  type Server as Protocol,
} from 'graphql-ws';
import type { GraphQLError } from 'graphql';
import { WebSocketServer, type WebSocket } from 'ws';
import { AskboxError, messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { Connection } from '../schema/context.ts';
import { addressOf, CLIENT_LIMITS, countClients, DEFAULT_PATIENCE, type Patience } from './client-limits.ts';
import { isAuthorized, isOwnSite } from './guard.ts';
import {
  asGraphQLError,
  clientGone,
  maskErrors,
  maskResult,
  prepareOperation,
  type OperationParts,
} from './operation.ts';
import { subscribeTo } from './subscribe.ts';
import { isUuid } from '../schema/read-input.ts';

/** What each entrance of the API needs, HTTP and WebSocket alike. */
export interface EntranceParts extends OperationParts {
  /** Null accepts every client that reaches the port. */
  readonly apiKey: string | null;
  /** Host names that browsers may use for this server, besides localhost and IP addresses; without ports. */
  readonly allowedHosts: readonly string[];
  /** Default: `DEFAULT_PATIENCE`. */
  readonly patience?: Patience;
}

/** What graphql-ws hands back to us with each of its calls. */
interface Extra {
  readonly socket: WebSocket;
  /** See `addressOf`. */
  readonly address: string;
  /** Called when `connection_init` has arrived. */
  readonly endWait: () => void;
}

const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_SUBSCRIPTIONS = 20;
/** A client for which more than this waits is not listened to until it has read everything. */
const MAX_BACKLOG_BYTES = 256 * 1024;
/** Proxies close connections that are idle for a while. */
const PING_MS = 12_000;
/** A single missed ping may be our own delay: a busy event loop runs timers before it reads what has arrived. */
const MAX_MISSED_PINGS = 2;
/** The wait for a handshake is counted in this many parts. */
const HANDSHAKE_TICKS = 10;
/** How long a client may take to confirm the close before it is cut. */
const CLOSE_MS = 5_000;
/** The same during the shutdown. */
const SHUTDOWN_CLOSE_MS = 1_000;

/**
 * Speaks the protocol of graphql-ws (WebSocket subprotocol `graphql-transport-ws`) to clients that upgrade their HTTP
 * connection. Disposing of it closes every WebSocket as `going away` (1001), which makes clients reconnect.
 *
 * Does not use the adapter of the graphql-ws package, which sends to a client that reads nothing without bound, and
 * writes to the console what a client does wrong.
 * @param path other paths are refused with 403, as are pages of other sites; too many WebSockets are with 429.
 */
export function serveSubscriptions(http: Server, path: string, parts: EntranceParts): AsyncDisposable {
  const { apiKey, allowedHosts, patience = DEFAULT_PATIENCE, log } = parts;
  // Of ws 8.19 and later; its types do not have `closeTimeout` yet.
  const options = { noServer: true, maxPayload: MAX_MESSAGE_BYTES, handleProtocols, closeTimeout: CLOSE_MS };
  const sockets = new WebSocketServer(options);
  const counter = countClients(CLIENT_LIMITS.webSockets);

  const protocol = makeServer<ConnectionInitMessage['payload'], Extra>({
    connectionInitWaitTimeout: 0, // by us, see closeWithoutHandshake
    subscribe: subscribeTo,
    onConnect: ({ connectionParams, extra }) => {
      extra.endWait();
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
      return prepareOperation(operation, parts, connectionOfSocket(extra, isUuid(id) ? id.toLowerCase() : null));
    },
    onError: (_context, _id, _payload, errors) => maskErrors(errors, log),
    onNext: (_context, _id, _payload, _args, result) =>
      result.errors === undefined ? undefined : maskResult(result, log),
  });

  http.on('upgrade', (request, socket: Socket, head) => {
    if (!isAccepted(request, path, allowedHosts)) return refuse(socket, '403 Forbidden');
    const address = addressOf(socket);
    const release = counter.take(address);
    if (release === null) return refuse(socket, '429 Too Many Requests');
    socket.once('close', release);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      cutWhenNotReading(webSocket, socket, patience);
      pingRegularly(webSocket);
      const endWait = closeWithoutHandshake(webSocket, patience);
      serve(webSocket, { socket: webSocket, address, endWait }, protocol, log);
    });
  });
  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => sockets.close(() => resolve()));
      for (const socket of sockets.clients) socket.close(1001, 'Going away');
      const terminating = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), SHUTDOWN_CLOSE_MS);
      await closed;
      clearTimeout(terminating);
    },
  };
}

/** Connects a WebSocket to the protocol. What goes wrong on it is logged, not thrown: only this client is affected. */
function serve(webSocket: WebSocket, extra: Extra, protocol: Protocol<Extra>, log: Log): void {
  const note = (error: unknown): void => log.debug({ reason: messageOf(error) }, 'WebSocket failed');
  webSocket.on('error', note); // such as a message over the limit; ws closes the connection itself
  const closed = protocol.opened(
    {
      protocol: webSocket.protocol,
      send: (text) =>
        new Promise((resolve, reject) => {
          if (webSocket.readyState !== webSocket.OPEN) return resolve();
          webSocket.send(text, (error) => (error ? reject(error) : resolve()));
        }),
      close: (code, reason) => webSocket.close(code, reason),
      onMessage: (receive) =>
        // A Buffer, because `binaryType` has its default.
        webSocket.on('message', (bytes: Buffer) => {
          receive(bytes.toString()).catch((error: unknown) => {
            note(error);
            webSocket.close(CloseCode.InternalServerError, 'Internal server error');
          });
        }),
    },
    extra,
  );
  webSocket.once('close', (code, reason) => void closed(code, String(reason)));
}

/**
 * Bounds what waits in memory for a client that does not read: nothing more is taken from it until it has read all that
 * waits for it, and it is cut when it has taken nothing for `stalledMs`. Otherwise it could have us answer its pings
 * without end, even without a key.
 */
function cutWhenNotReading(webSocket: WebSocket, socket: Socket, { stalledMs }: Patience): void {
  // Unanswered pings of the WebSocket protocol itself, which also make us send, are bounded by ws.
  webSocket.on('message', () => {
    if (webSocket.isPaused || webSocket.bufferedAmount <= MAX_BACKLOG_BYTES) return;
    webSocket.pause();
    socket.once('drain', () => webSocket.resume());
  });
  // Partly sent data counts as activity, so that a slow client is not cut.
  socket.setTimeout(stalledMs, () => {
    if (socket.writableLength > 0) webSocket.terminate();
  });
}

/**
 * Closes a WebSocket that does not send `connection_init` in time. Counts the time in which this process was listening: while
 * its event loop is held up, timers come late, and what the client has sent is still to be read.
 * @returns a function that ends the wait.
 */
function closeWithoutHandshake(webSocket: WebSocket, { handshakeMs }: Patience): () => void {
  let left = HANDSHAKE_TICKS;
  let closing: NodeJS.Immediate | undefined;
  const ticking = setInterval(() => {
    left -= 1;
    if (left > 0) return;
    clearInterval(ticking);
    // After what has arrived by now was read.
    closing = setImmediate(() => webSocket.close(CloseCode.ConnectionInitialisationTimeout, 'no connection_init came'));
  }, handshakeMs / HANDSHAKE_TICKS);
  const endWait = (): void => {
    clearInterval(ticking);
    clearImmediate(closing);
  };
  webSocket.once('close', endWait);
  return endWait;
}

/** Cuts a client that answers no pings. While data waits for the client, a ping would wait behind it. */
function pingRegularly(webSocket: WebSocket): void {
  let missed = 0;
  const heard = (): void => void (missed = 0);
  webSocket.on('pong', heard).on('message', heard);
  const pinging = setInterval(() => {
    if (webSocket.readyState !== webSocket.OPEN || webSocket.bufferedAmount > 0) return;
    if (missed >= MAX_MISSED_PINGS) return webSocket.terminate();
    missed++;
    webSocket.ping();
  }, PING_MS);
  webSocket.once('close', () => clearInterval(pinging));
}

function isAccepted(request: IncomingMessage, path: string, allowedHosts: readonly string[]): boolean {
  const pathname = URL.parse(request.url ?? '', 'http://api')?.pathname;
  return pathname === path && isOwnSite(request.headers, allowedHosts);
}

/** Refuses the handshake with an HTTP status, such as that of a page of another site. */
function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** One signal for each socket, because a listener for each of its operations would accumulate. */
const closings = new WeakMap<WebSocket, AbortSignal>();

function connectionOfSocket({ socket, address }: Extra, operationId: string | null): Connection {
  let signal = closings.get(socket);
  if (signal === undefined) {
    const closed = new AbortController();
    socket.once('close', () => closed.abort(clientGone()));
    closings.set(socket, (signal = closed.signal));
  }
  // graphql-ws calls `return()` for a stop and for a lost connection alike; only the socket's state distinguishes them.
  const leaving: Connection['leaving'] = () => (socket.readyState === socket.OPEN ? 'stopped' : 'lost');
  return { signal, operationId, leaving, address };
}

function tooManySubscriptions(): GraphQLError {
  return asGraphQLError(
    new AskboxError(
      'TOO_MANY_SUBSCRIPTIONS',
      `more than ${MAX_SUBSCRIPTIONS} subscriptions on one connection; end some, or open another connection`,
    ),
  );
}
