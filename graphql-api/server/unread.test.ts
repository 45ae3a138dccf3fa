import { once } from 'node:events';
import { subscribe as subscribeToChannel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { until, type TestApi } from '../testing/running-api.ts';
import {
  FOLLOW,
  piecedTogether,
  QUESTION,
  readOverHttp,
  readOverWebSocket,
  startWithDocument,
  type RawReader,
} from '../testing/ask.ts';

/** All connections, at the server's end. */
const accepted: Socket[] = [];
subscribeToChannel('net.server.socket', (message) => accepted.push((message as { socket: Socket }).socket));

const entrances = [
  { entrance: 'WebSocket', read: readOverWebSocket },
  { entrance: 'HTTP', read: readOverHttp },
];

/** Opens a WebSocket. @returns both of its ends. */
async function openSocket(api: TestApi): Promise<{ socket: WebSocket; connection: Socket }> {
  const socket = new WebSocket(`ws://127.0.0.1:${api.port}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  return { socket, connection: accepted.at(-1)! };
}

const PING = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(60_000) } });

/** Makes the kernel take nothing more for a connection, as it does when its client reads nothing for long. */
function fillUp(connection: Socket): void {
  const neverDone = (): void => {};
  Object.assign(connection, { _write: neverDone, _writev: neverDone });
}

/** Starts an answer. @returns its id. */
async function askInBackground(api: TestApi): Promise<string> {
  const { startAnswer } = await api.query<{ startAnswer: { answer: { id: string } } }>(
    'mutation ($input: AskInput!) { startAnswer(input: $input) { answer { id } } }',
    { input: { question: QUESTION } },
  );
  await until('the engine is asked', () => api.engines.requests.length === 1);
  return startAnswer.answer.id;
}

test('a client that sends pings and reads nothing costs less than 1 MB, and gets its pongs when it goes on', async () => {
  await using api = await startWithDocument();
  const { socket, connection } = await openSocket(api);
  let pongs = 0;
  socket.on('message', () => pongs++);
  socket.pause();
  let pings = 0;
  // How much the kernel holds for a connection varies.
  const sending = setInterval(() => {
    socket.send(PING);
    pings++;
  }, 1);
  await until('the server stops reading', () => connection.isPaused()).finally(() => clearInterval(sending));
  expect(connection.writableLength).toBeLessThan(1024 * 1024);
  socket.resume();
  await until('all pongs', () => pongs === pings);
  socket.terminate();
});

test('a client that sends protocol pings and reads nothing is cut', async () => {
  await using api = await startWithDocument();
  const { socket, connection } = await openSocket(api);
  fillUp(connection);
  for (let sent = 0; sent < 500; sent++) socket.ping('x'.repeat(125));
  await expect.poll(() => connection.destroyed, { timeout: 20_000 }).toBe(true);
  socket.terminate();
});

test('a client that keeps not reading is cut', async () => {
  await using api = await startWithDocument({ patience: { stalledMs: 100 } });
  const { socket, connection } = await openSocket(api);
  fillUp(connection);
  socket.send(PING);
  await expect.poll(() => connection.destroyed, { timeout: 20_000 }).toBe(true);
  socket.terminate();
});

test('a WebSocket that does not finish its handshake is cut, whether it reads or not', async () => {
  await using api = await startWithDocument({ patience: { handshakeMs: 20 } });
  const reading = await openSocket(api);
  const [code] = await once(reading.socket, 'close');
  expect(code).toBe(4408);
  const silent = await openSocket(api);
  silent.socket.pause();
  await expect.poll(() => silent.connection.destroyed, { timeout: 20_000 }).toBe(true);
  silent.socket.terminate();
});

test('a message over the limit closes the connection as 1009 and prints nothing past the log', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  try {
    await using api = await startWithDocument();
    const { socket } = await openSocket(api);
    socket.send('x'.repeat(64 * 1024 + 1));
    const [code] = await once(socket, 'close');
    expect(code).toBe(1009);
    expect(printed).not.toHaveBeenCalled();
  } finally {
    printed.mockRestore();
  }
});

test('one address may have 256 WebSockets; the next is refused with 429 until one of them has closed', async () => {
  await using api = await startWithDocument();
  const status = (): Promise<string> => {
    const socket = new WebSocket(`ws://127.0.0.1:${api.port}/graphql`, 'graphql-transport-ws');
    return new Promise((resolve) => {
      socket.on('open', () => resolve('open'));
      socket.on('unexpected-response', (_, response) => resolve(String(response.statusCode)));
      socket.on('error', (error) => resolve(error.message));
    });
  };
  const open = await Promise.all(Array.from({ length: 256 }, () => openSocket(api)));
  expect(await status()).toBe('429');
  open.pop()!.socket.terminate();
  await expect.poll(status, { timeout: 20_000 }).toBe('open');
});

describe.each(entrances)('over $entrance', ({ read }) => {
  const follow = async (api: TestApi): Promise<{ reader: RawReader; connection: Socket }> => {
    const reader = await read(api, FOLLOW, { id: await askInBackground(api) });
    await until('the stream begins', () => reader.events.length > 0);
    return { reader, connection: accepted.at(-1)! };
  };

  test('a reader that never reads is cut', async () => {
    await using api = await startWithDocument({ patience: { stalledMs: 100 } });
    const { reader, connection } = await follow(api);
    fillUp(connection);
    api.engines.say('27 meses.');
    await expect.poll(() => connection.destroyed, { timeout: 20_000 }).toBe(true);
    await reader.done;
  });

  test('a reader for whom nothing is written is not cut', async () => {
    await using api = await startWithDocument({ patience: { stalledMs: 50 } });
    const { reader, connection } = await follow(api);
    let checks = 0;
    connection.on('timeout', () => checks++);
    await until('it was checked', () => checks > 0);
    api.engines.say('27 meses.');
    api.engines.finish();
    await reader.done;
    expect(piecedTogether(reader.events)).toBe('27 meses.');
  });
});
