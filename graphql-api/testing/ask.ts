import { request, type IncomingMessage } from 'node:http';
import type { Client } from 'graphql-ws';
import WebSocket from 'ws';
import { publish, startTestApi, type TestApi } from './running-api.ts';

/** For tests: asks questions over WebSocket and over HTTP. */

/** A question that the document of `startWithDocument` answers. */
export const QUESTION = 'Qual é o prazo de garantia do liquidificador Zafira?';

/** Asks, and selects everything of each event, with the text so far. */
export const ASK = `subscription ($input: AskInput!, $after: Int! = -1) {
  ask(input: $input, after: $after) {
    __typename sequence
    answer { id status text }
    ... on AnswerStarted { queuePosition }
    ... on SourcesRetrieved { sources { rank path excerpt used locator { pageNumber } } }
    ... on AnswerDelta { text offset }
    ... on AnswerThinking { text offset }
    ... on AnswerCompleted { finishReason }
    ... on AnswerFailed { error { code message retryable } }
  }
}`;

/** Follows an answer by its id; like `ASK`, but without the text so far in each event. */
export const FOLLOW = `subscription ($id: ID!, $after: Int! = -1) {
  answerEvents(id: $id, after: $after) {
    __typename sequence
    ... on AnswerDelta { text offset }
    ... on AnswerFailed { error { code } }
  }
}`;

/** An event as `ASK` and `FOLLOW` select it. */
export interface AskEvent {
  readonly __typename: string;
  readonly sequence: number;
  readonly answer: { readonly id: string; readonly status: string; readonly text: string };
  readonly text?: string;
  readonly offset?: number;
  readonly finishReason?: string;
  readonly error?: { readonly code: string };
}

/** Starts an API whose store has one document, which answers `QUESTION`. */
export async function startWithDocument(options: Parameters<typeof startTestApi>[0] = {}): Promise<TestApi> {
  const api = await startTestApi(options);
  await publish(api.store, 'garantia.md', ['O prazo de garantia do liquidificador Zafira é de 27 meses.'], {
    title: 'Garantia',
    pages: true,
  });
  return api;
}

/** Subscribes and collects the events. `done` resolves at the end of the stream, with the errors if there are any. */
export function subscribe(client: Client, variables: Record<string, unknown>) {
  const events: AskEvent[] = [];
  const done = Promise.withResolvers<unknown>();
  const stop = client.subscribe<{ ask: AskEvent }>(
    { query: ASK, variables },
    {
      next: ({ data, errors }) => (data ? events.push(data.ask) : done.resolve(errors)),
      error: (error) => done.resolve(error),
      complete: () => done.resolve(undefined),
    },
  );
  return { events, done: done.promise, stop };
}

/** Returns the text that the deltas add up to; a delta that arrives twice changes nothing. */
export function piecedTogether(events: readonly Partial<AskEvent>[]): string {
  return joined(events.filter(({ __typename }) => __typename !== 'AnswerThinking'));
}

/** Returns the thoughts that the events add up to. */
export function thoughtsOf(events: readonly Partial<AskEvent>[]): string {
  return joined(events.filter(({ __typename }) => __typename === 'AnswerThinking'));
}

function joined(events: readonly Partial<AskEvent>[]): string {
  return events.reduce(
    (text, event) => (event.text === undefined ? text : text.slice(0, event.offset) + event.text),
    '',
  );
}

/** A reader of a stream that can stop reading without closing the connection. */
export interface RawReader {
  readonly events: AskEvent[];
  /** Resolves when the stream or the connection has ended. */
  readonly done: Promise<void>;
  pause(): void;
  resume(): void;
  /** Breaks the connection without closing it properly. */
  hangUp(): void;
}

/** Reads a subscription of one field without a client library. */
export type ReadRaw = (api: Pick<TestApi, 'port'>, query: string, variables: object) => Promise<RawReader>;

/** Speaks graphql-ws by hand. */
export const readOverWebSocket: ReadRaw = async (api, query, variables) => {
  const socket = new WebSocket(`ws://127.0.0.1:${api.port}/graphql`, 'graphql-transport-ws');
  const events: AskEvent[] = [];
  const done = Promise.withResolvers<void>();
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  socket.on('close', () => done.resolve());
  socket.on('message', (bytes: Buffer) => {
    // The graphql-ws protocol says what the server sends.
    const message = JSON.parse(String(bytes)) as { type: string; payload?: { data: Record<string, AskEvent> } };
    if (message.type === 'connection_ack') {
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } }));
    }
    if (message.type === 'next') events.push(...Object.values(message.payload!.data));
    if (message.type === 'complete') done.resolve();
  });
  return {
    events,
    done: done.promise,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    hangUp: () => socket.terminate(),
  };
};

/** Speaks graphql-sse by hand, over its own HTTP connection. */
export const readOverHttp: ReadRaw = async (api, query, variables) => {
  const events: AskEvent[] = [];
  const done = Promise.withResolvers<void>();
  const sent = request({
    host: '127.0.0.1',
    port: api.port,
    path: '/graphql/stream',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  sent.end(JSON.stringify({ query, variables }));
  sent.on('error', () => done.resolve());
  const response = await new Promise<IncomingMessage>((resolve) => sent.once('response', resolve));
  let rest = '';
  response.setEncoding('utf8');
  response.on('error', () => done.resolve());
  response.on('close', () => done.resolve());
  response.on('data', (text: string) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      if (block.startsWith('event: complete')) done.resolve();
      const [, data] = /^event: next\ndata: (.*)$/.exec(block) ?? [];
      if (data !== undefined)
        events.push(...Object.values((JSON.parse(data) as { data: Record<string, AskEvent> }).data));
    }
  });
  return {
    events,
    done: done.promise,
    pause: () => response.pause(),
    resume: () => response.resume(),
    hangUp: () => sent.destroy(),
  };
};
