import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { waitUntilReady } from './wait-until-ready.ts';

/** Starts a service that is ready. */
async function startService(instance: string | null) {
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.end(JSON.stringify({ status: 'OK', instance }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A server that listens on TCP has an AddressInfo; only pipes give a string.
    port: String((server.address() as AddressInfo).port),
    asked: () => asked,
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const configOf = (watcher: { port: string }, api: { port: string }) =>
  parseConfig({ ASKBOX_PORT: api.port, ASKBOX_WATCHER_PORT: watcher.port }, '/');

test('is ready once both services that it started are', async () => {
  using watcher = await startService('ours');
  using api = await startService('ours');
  expect(await waitUntilReady(configOf(watcher, api), 'ours', () => true)).toBe(true);
});

test.each([
  ['another askbox', 'theirs'],
  ['an askbox that was not started by npm start', null],
])('is never ready because %s answers on the port', async (_, instance) => {
  using watcher = await startService('ours');
  using api = await startService(instance);
  expect(await waitUntilReady(configOf(watcher, api), 'ours', () => api.asked() < 3)).toBe(false);
  expect(await waitUntilReady(configOf(api, watcher), 'ours', () => api.asked() < 6)).toBe(false);
});
