import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket, { WebSocketServer } from 'ws';
import { silentLog } from '#shared/log.ts';
import type { AnswerStep } from '../../graphql-api/answers/state.ts';
import { openAnswersStore } from '../../graphql-api/answers/store.ts';
import { openAnswers } from '../../graphql-api/answers/answers.ts';
import { loadSchema } from '../../graphql-api/schema/schema.ts';
import { serveSubscriptions, type EntranceParts } from '../../graphql-api/server/websocket.ts';
import { ownCpuMs } from './processes.ts';

const WORD = 'palavra ';
const ASK = 'subscription { ask(input: { question: "?" }) { sequence ... on AnswerDelta { text offset } } }';

/**
 * Streams words to a client in this process. Both methods return the CPU time per word of both sides, in microseconds.
 */
export interface Streams extends AsyncDisposable {
  /** Sends them as events of an answer, with graphql-ws and its own client. */
  events(count: number): Promise<number>;
  /** Sends the same JSON in frames of a bare WebSocket. */
  frames(count: number): Promise<number>;
}

/** Opens both servers on free ports. */
export async function openStreams(): Promise<Streams> {
  await using opened = new AsyncDisposableStack();
  let toSend = 0;
  async function* write(): AsyncGenerator<AnswerStep> {
    yield { type: 'sources', change: {} };
    for (let sent = 0; sent < toSend; sent++) {
      await setImmediate();
      yield { type: 'delta', text: WORD, change: { status: 'GENERATING' } };
    }
    yield { type: 'completed', finishReason: 'STOP', change: {} };
  }

  const http = await listen(opened);
  const store = opened.use(openAnswersStore('unused', 0));
  // No merging: every word is an event.
  const answers = opened.use(openAnswers({ write, store, log: silentLog, graceMs: 0, mergeMs: 0 }));
  const parts = { schema: loadSchema(), answers, apiKey: null, allowedHosts: [], log: silentLog };
  // `as`: these subscriptions use only `answers`; the document store, the watcher and health are not called.
  opened.use(serveSubscriptions(http, '/graphql', parts as unknown as EntranceParts));
  const client = createClient({ url: `${urlOf(http)}/graphql`, webSocketImpl: WebSocket });
  opened.defer(() => client.dispose());

  const bareHttp = await listen(opened);
  const bare = new WebSocketServer({ server: bareHttp });
  opened.defer(() => bare.close());
  bare.on('connection', (socket) => {
    void sendFrames(socket, toSend);
  });

  const closing = opened.move();
  return {
    events: (count) =>
      perWord(count, async () => {
        toSend = count;
        let received = 0;
        for await (const { data, errors } of client.iterate<{ ask: { text?: string } }>({ query: ASK })) {
          if (errors !== undefined) throw new Error(JSON.stringify(errors));
          if (data?.ask.text === WORD) received++;
        }
        return received;
      }),
    frames: (count) =>
      perWord(count, async () => {
        toSend = count;
        let received = 0;
        const socket = new WebSocket(urlOf(bareHttp));
        socket.on('message', (bytes: Buffer) => {
          if (JSON.parse(bytes.toString()).payload.data.ask.text === WORD) received++;
        });
        await once(socket, 'close');
        return received;
      }),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

async function sendFrames(socket: WebSocket, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent++) {
    await setImmediate();
    const ask = { sequence: sent, text: WORD, offset: sent * WORD.length };
    const frame = { id: '5c8f7a0e-1d7b-4c53-9a53-b0f6b7a1f2ce', type: 'next', payload: { data: { ask } } };
    await new Promise((resolve) => socket.send(JSON.stringify(frame), resolve));
  }
  socket.close();
}

async function perWord(count: number, receive: () => Promise<number>): Promise<number> {
  const startedMs = ownCpuMs();
  const received = await receive();
  if (received !== count) throw new Error(`${received} of ${count} words arrived`);
  return ((ownCpuMs() - startedMs) * 1000) / count;
}

async function listen(opened: AsyncDisposableStack): Promise<Server> {
  const http = createServer().listen(0, '127.0.0.1');
  opened.defer(() => void http.close());
  await once(http, 'listening');
  return http;
}

function urlOf(http: Server): string {
  const address = http.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen');
  return `ws://127.0.0.1:${address.port}`;
}
