import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { GraphQLError } from 'graphql';
import { AskboxError, codeOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { HealthReport } from '../health/health.ts';
import { faultMessage } from '../answers/error.ts';
import type { Tracing } from '#shared/tracing/tracing.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Context } from '../schema/context.ts';
import { addressOf, CLIENT_LIMITS, countClients, DEFAULT_PATIENCE, type Patience } from './client-limits.ts';
import { isAuthorized, isOwnSite, maskError } from './guard.ts';
import { checkCost } from './operation-cost.ts';
import { LIMITS, limitRule } from './operation-limits.ts';
import type { McpRouteParts } from './mcp-route.ts';
import { connectionOfResponse } from './operation.ts';
import { openPlayground } from './playground.ts';
import { servePage } from './page.ts';
import { INBOX_ROUTE, putIntoInbox, UPLOAD_TIMEOUT_MS } from './inbox-route.ts';
import { sendFromInbox } from './inbox-download.ts';
import { serveEventStreams } from './event-stream.ts';
import { serveSubscriptions, type EntranceParts } from './websocket.ts';

/** What the server needs, and where it listens. */
interface ServerParts extends EntranceParts, McpRouteParts {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** What `/healthz` returns as `instance`; null for none. */
  readonly instance: string | null;
  readonly metrics: Metrics;
  /** Makes spans of uploads. Null: none are made. */
  readonly tracing: Tracing | null;
}

/** A server that is listening. Disposing of it ends all answers and closes all connections. */
export interface RunningServer extends AsyncDisposable {
  /** The port that it listens on. */
  readonly port: number;
}

/** GraphQL over HTTP and WebSocket, and the playground. */
const GRAPHQL_PATH = '/graphql';
/** GraphQL over server-sent events; see event-stream.ts. */
const STREAM_PATH = '/graphql/stream';
/** MCP over HTTP. */
const MCP_PATH = '/mcp';

const MAX_BODY = '100kb';
const OTHER_SITE =
  'pages of other sites may not use this server; to open askbox under another host name, add it to ASKBOX_ALLOWED_HOSTS\n';
/** Longer than any component may take to respond. */
const READY_MS = 10_000;
/** How long `/readyz` repeats its last report: it needs no key, and a report costs a query of the store. */
const SHARE_REPORT_MS = 1_000;
/** How long an unfinished request may delay the shutdown. */
const CLOSE_MS = 1_000;

/**
 * Starts the server: GraphQL over HTTP, WebSocket and server-sent events, MCP over HTTP, the files of the inbox, the page for people, the
 * playground, the health checks and the metrics. It is listening once the promise resolves. Disposing of it is orderly, so that every
 * client receives an end: new answers are refused, unfinished ones fail as SHUTTING_DOWN, WebSockets close as
 * `going away`, then HTTP closes.
 * @throws AskboxError PORT_IN_USE, HOST_UNKNOWN
 */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const { schema, host, port, answers, patience = DEFAULT_PATIENCE, log } = parts;
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: true,
    validationRules: [limitRule],
    parseOptions: { maxTokens: LIMITS.tokens },
    formatError: (formatted, error) => maskError(formatted, error, log),
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginLandingPageDisabled(), refuseSubscriptions, refuseCostly],
    logger: {
      debug: (message) => log.debug({ message }, 'apollo'),
      info: (message) => log.debug({ message }, 'apollo'),
      warn: (message) => log.warn({ message }, 'apollo'),
      error: (message) => log.error({ message }, 'apollo'),
    },
  });
  await apollo.start();

  const http = createServer({ requestTimeout: UPLOAD_TIMEOUT_MS }, routes(parts, apollo));
  limitConnections(http);
  cutStalledReaders(http, patience);
  const subscriptions = serveSubscriptions(http, GRAPHQL_PATH, parts);
  await listen(http, host, port).catch(async (error: unknown) => {
    await apollo.stop();
    throw error;
  });
  const address = http.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async [Symbol.asyncDispose]() {
      await answers.close();
      await subscriptions[Symbol.asyncDispose]();
      await apollo.stop();
      await close(http);
    },
  };
}

function routes(parts: ServerParts, apollo: ApolloServer<Context>): Express {
  const { replica, watcher, health, metrics, tracing, apiKey, allowedHosts, instance, log } = parts;
  const readiness = shareReports(() => health(AbortSignal.timeout(READY_MS)));
  const playground = openPlayground(GRAPHQL_PATH, apiKey !== null);
  const app = express().disable('x-powered-by');

  app.use((request, response, next) => {
    if (isOwnSite(request.headers, allowedHosts)) return next();
    response.status(403).type('text').send(OTHER_SITE);
  });
  app.use(servePage());
  app.get('/healthz', (_, response) => response.json({ status: 'OK', instance }));
  app.get('/readyz', async (request, response) => {
    const report = await readiness();
    // The components name paths, models and counts.
    const shown = isAuthorized(request.headers.authorization, apiKey) ? report : { status: report.status };
    response.status(report.status === 'DOWN' ? 503 : 200).json(shown);
  });
  app.get(GRAPHQL_PATH, async (request, response, next) => {
    // Browsers prefer HTML; clients that accept anything get JSON.
    if (request.accepts(['json', 'html']) !== 'html') return next();
    response.set(playground.headers).send(await playground.body());
  });
  const requireKey: RequestHandler = (request, response, next) => {
    if (isAuthorized(request.headers.authorization, apiKey)) return next();
    const message = 'the key is missing or wrong; send the header Authorization: Bearer <ASKBOX_API_KEY>';
    response.status(401).json({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] });
  };
  app.get('/metrics', requireKey, async (_, response) => {
    const { contentType, body } = await metrics.scrape(await readiness());
    response.type(contentType).send(body);
  });
  app.get(INBOX_ROUTE, requireKey, sendFromInbox(watcher, replica));
  app.put(INBOX_ROUTE, requireKey, putIntoInbox(watcher, replica, tracing));
  app.use(GRAPHQL_PATH, requireKey, express.json({ limit: MAX_BODY }));
  app.all(MCP_PATH, requireKey, express.json({ limit: MAX_BODY }), serveMcpWhenAsked(parts));
  app.use(STREAM_PATH, serveEventStreams(parts));
  app.use(
    GRAPHQL_PATH,
    expressMiddleware(apollo, {
      context: async ({ res }) => ({ ...parts, connection: connectionOfResponse(res) }),
    }),
  );
  app.use(answerFault(log));
  return app;
}

/** Serves MCP. Its library is loaded with the first message: otherwise every start of the API would pay for it. */
function serveMcpWhenAsked(parts: McpRouteParts): RequestHandler {
  let route: Promise<RequestHandler> | null = null;
  return async (request, response, next) => {
    route ??= import('./mcp-route.ts').then(({ serveMcp }) => serveMcp(parts, MCP_PATH));
    return (await route)(request, response, next);
  };
}

/** Makes reports at most once a second; requests in between, or while one is made, share the last one. */
function shareReports(makeReport: () => Promise<HealthReport>): () => Promise<HealthReport> {
  let last: Promise<HealthReport> | null = null;
  return () => {
    if (last !== null) return last;
    last = makeReport();
    const forget = (): void => void (last = null);
    last.then(() => setTimeout(forget, SHARE_REPORT_MS).unref(), forget);
    return last;
  };
}

/** Rejects subscriptions at the HTTP endpoint: Apollo would resolve them like queries, without their events. */
const refuseSubscriptions: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation }) => {
      if (operation?.operation !== 'subscription') return;
      throw new GraphQLError(
        `subscriptions are not served over plain HTTP here; use a WebSocket (graphql-ws) at this address, or POST to ${STREAM_PATH} (graphql-sse)`,
        { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } },
      );
    },
  }),
};

/** Refuses operations that ask for too much; over WebSocket and event streams, operation.ts does. */
const refuseCostly: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ schema, document, operation, request: { variables } }) => {
      try {
        if (operation !== undefined) checkCost({ schema, document, operation, variables });
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error;
        const { message, nodes, extensions } = error;
        throw new GraphQLError(message, { nodes: nodes ?? null, extensions: { ...extensions, http: { status: 400 } } });
      }
    },
  }),
};

/** Responds to errors before GraphQL: invalid JSON or too large a body is the client's fault, anything else is ours. */
function answerFault(log: Log): ErrorRequestHandler {
  return (error: { readonly status?: number; readonly message: string }, request, response, _next) => {
    const isCallers = error.status !== undefined && error.status < 500;
    const message = isCallers ? error.message : faultMessage(error, { path: request.path }, log);
    const code = isCallers ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR';
    response.status(isCallers ? error.status : 500).json({ errors: [{ message, extensions: { code } }] });
  };
}

/** Refuses TCP connections beyond the limits; they are cut without a response. */
function limitConnections(http: Server): void {
  const counter = countClients(CLIENT_LIMITS.connections);
  http.on('connection', (socket) => {
    const release = counter.take(addressOf(socket));
    if (release === null) socket.destroy();
    else socket.once('close', release);
  });
}

/**
 * Cuts HTTP connections, those of event streams included, for which data has waited for `stalledMs` while the client
 * read none of it. One that is merely idle stays, and so does a slow one: what is partly sent counts as activity.
 */
function cutStalledReaders(http: Server, { stalledMs }: Patience): void {
  // Without a listener, Node would close idle connections, too.
  http.setTimeout(stalledMs, (socket) => {
    if (socket.writableLength > 0) socket.destroy();
  });
}

async function listen(http: Server, host: string, port: number): Promise<void> {
  try {
    http.listen(port, host);
    await once(http, 'listening');
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') {
      throw new AskboxError(
        'PORT_IN_USE',
        `cannot listen on ${host}:${port}: another program already does; stop it or set ASKBOX_PORT to a free port`,
        { cause: error },
      );
    }
    if (codeOf(error) === 'EADDRNOTAVAIL' || codeOf(error) === 'ENOTFOUND') {
      throw new AskboxError(
        'HOST_UNKNOWN',
        `cannot listen on ${host}: this machine does not have that address; set ASKBOX_HOST to an address that it has`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Closes the server; gives unfinished requests 1 s to finish. */
async function close(http: Server): Promise<void> {
  const closed = once(http, 'close');
  http.close();
  const patience = setTimeout(() => http.closeAllConnections(), CLOSE_MS);
  await closed;
  clearTimeout(patience);
}
