import { randomUUID } from 'node:crypto';
import { subscribe as subscribeToChannel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { until, type TestApi } from '../testing/running-api.ts';
import {
  ASK,
  FOLLOW,
  piecedTogether,
  QUESTION,
  readOverHttp,
  readOverWebSocket,
  startWithDocument,
  subscribe,
  type AskEvent,
  type RawReader,
} from '../testing/ask.ts';

const entrances = [
  { entrance: 'WebSocket', read: readOverWebSocket },
  { entrance: 'HTTP', read: readOverHttp },
];

/** All connections, at the server's end. */
const accepted: Socket[] = [];
subscribeToChannel('net.server.socket', (message) => accepted.push((message as { socket: Socket }).socket));

test('100 followers of one answer all get the exact text from one generation', async () => {
  await using api = await startWithDocument();
  const words = Array.from({ length: 200 }, (_, n) => `palavra ${n} `);
  const id = await askInBackground(api);
  const overWebSocket = Array.from({ length: 4 }, () => api.client()).flatMap((client) =>
    Array.from({ length: 20 }, () => collect(client.iterate({ query: FOLLOW, variables: { id } }))),
  );
  const overHttp = Array.from({ length: 20 }, async () => {
    const reader = await readOverHttp(api, FOLLOW, { id });
    await reader.done;
    return reader.events;
  });
  for (const word of words) {
    api.engines.say(word);
    await new Promise(setImmediate);
  }
  api.engines.finish();
  const texts = (await Promise.all([...overWebSocket, ...overHttp])).map(piecedTogether);
  expect(texts).toEqual(Array.from({ length: 100 }, () => words.join('')));
  expect(api.engines.requests).toHaveLength(1);
});

describe.each(entrances)('over $entrance', ({ read }) => {
  const pausedReader = async (api: TestApi, id: string): Promise<RawReader> => {
    const reader = await read(api, FOLLOW, { id });
    await until('the stream begins', () => reader.events.length > 0);
    reader.pause();
    return reader;
  };

  test('a reader who pauses costs less than 1 MB of memory, and gets the exact text when it goes on', async () => {
    await using api = await startWithDocument({
      config: { keepAnswersDays: 0 }, // a file would be overwritten with the long text every second
      patience: { stalledMs: 600_000 }, // the pause lasts as long as the machine is busy
    });
    const id = await askInBackground(api);
    const other = await pausedReader(api, id);
    const measured = await pausedReader(api, id);
    const connection = accepted.at(-1)!;
    // More than the kernel holds for a connection (4 MB on Linux), or nothing would have to wait in this process.
    const pieces = Array.from({ length: 800 }, (_, n) => `${n} `.padEnd(16 * 1024, '='));
    for (const piece of pieces) {
      api.engines.say(piece);
      await new Promise(setImmediate);
    }
    api.engines.finish();
    await untilEnded(api, id);

    const paused = memoryBytes();
    measured.hangUp();
    await until('the server has noticed', () => connection.destroyed);
    expect(paused - memoryBytes()).toBeLessThan(1024 * 1024);

    other.resume();
    await other.done;
    expect(piecedTogether(other.events) === pieces.join('')).toBe(true);
    expect(api.engines.requests).toHaveLength(1);
  });

  test('a service that stops waits for no reader who reads nothing', async () => {
    const api = await startWithDocument();
    const reader = await read(api, ASK, { input: { question: QUESTION } });
    await until('the engine is asked', () => api.engines.requests.length === 1);
    reader.pause();
    await api[Symbol.asyncDispose]();
    reader.resume();
    await reader.done;
    expect(reader.events.at(-1)).toMatchObject({ __typename: 'AnswerFailed', error: { code: 'SHUTTING_DOWN' } });
  });
});

test('the default client stops the model when it unsubscribes, though it closes its connection at once', async () => {
  await using api = await startWithDocument();
  const asked = subscribe(api.client(), { input: { question: QUESTION } });
  await until('the engine is asked', () => api.engines.requests.length === 1);
  asked.stop();
  await until('the engine is stopped', () => api.engines.aborted === 1);
  expect(api.engines.requests).toHaveLength(1);
});

test('an event that cannot be written is a lost connection and not a stop: the client resumes', async () => {
  await using api = await startWithDocument();
  const client = api.client({ retryAttempts: 10, retryWait: async () => {} });
  const asked = subscribe(client, { input: { question: QUESTION, requestId: randomUUID() } });
  await until('the sources arrive', () => asked.events.length === 2);
  const connection = accepted.findLast(({ destroyed, bytesRead }) => !destroyed && bytesRead > 0)!;
  const fail = (_chunk: unknown, _encoding: unknown, done: (error: Error) => void): void => done(new Error('EPIPE'));
  Object.assign(connection, {
    _write: fail,
    _writev: (_chunks: unknown, done: (error: Error) => void) => fail(0, 0, done),
  });
  api.engines.say('27 meses.');
  await until('the connection is gone', () => connection.destroyed);
  api.engines.finish();
  await asked.done;
  expect(piecedTogether(asked.events)).toBe('27 meses.');
  expect(asked.events.at(-1)).toMatchObject({ __typename: 'AnswerCompleted', finishReason: 'STOP' });
  expect(api.engines.requests).toHaveLength(1);
});

async function collect(events: AsyncIterable<{ data?: unknown }>): Promise<readonly AskEvent[]> {
  return Array.fromAsync(events, ({ data }) => (data as { answerEvents: AskEvent }).answerEvents);
}

/** Starts an answer. @returns its id. */
async function askInBackground(api: TestApi): Promise<string> {
  const { startAnswer } = await api.query<{ startAnswer: { answer: { id: string } } }>(
    'mutation ($input: AskInput!) { startAnswer(input: $input) { answer { id } } }',
    { input: { question: QUESTION, requestId: randomUUID() } },
  );
  await until('the engine is asked', () => api.engines.requests.length === 1);
  return startAnswer.answer.id;
}

async function untilEnded(api: TestApi, id: string): Promise<void> {
  await vi.waitFor(async () => {
    const { answer } = await api.query<{ answer: object }>('query ($id: ID!) { answer(id: $id) { status } }', { id });
    expect(answer).toEqual({ status: 'COMPLETED' });
  }, 20_000);
}

/** Returns the memory in use after a garbage collection, buffers included. */
function memoryBytes(): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
