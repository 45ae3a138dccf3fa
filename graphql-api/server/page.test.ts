import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express from 'express';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { servePage } from './page.ts';

let folder: string;
let url: string;
let stop: () => void;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'askbox-page-'));
  const server = express()
    .use(servePage(path.join(folder, 'dist')))
    .use((_, response) => void response.status(404).send('the next handler'))
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  stop = () => server.close();
});

afterEach(() => {
  stop();
  rmSync(folder, { recursive: true });
});

function build(): void {
  mkdirSync(path.join(folder, 'dist', 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'dist', 'index.html'), '<title>a página</title>');
  writeFileSync(path.join(folder, 'dist', 'assets', 'index-abc.js'), 'let x = 1;');
  writeFileSync(path.join(folder, 'dist', 'notes.secret'), 'not of the page');
  writeFileSync(path.join(folder, 'outside.js'), 'not of the page');
}

test('the page comes with a policy that allows no inline code and no other host, and is asked for again each time', async () => {
  build();
  const page = await fetch(`${url}/`);
  expect(await page.text()).toBe('<title>a página</title>');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  const policy = page.headers.get('content-security-policy')!;
  expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
  expect((await fetch(`${url}/`, { method: 'HEAD' })).status).toBe(200);
});

test('what has its hash in its name is kept for ever', async () => {
  build();
  const script = await fetch(`${url}/assets/index-abc.js`);
  expect(await script.text()).toBe('let x = 1;');
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.headers.get('x-content-type-options')).toBe('nosniff');
});

test('nothing else is served: other files, other methods, paths that lead out of the folder', async () => {
  build();
  for (const name of ['/notes.secret', '/assets/none.js', '/assets', '/outside.js']) {
    expect([name, await (await fetch(url + name)).text()]).toEqual([name, 'the next handler']);
  }
  expect(await (await fetch(`${url}/`, { method: 'POST' })).text()).toBe('the next handler');
  // `fetch` would resolve the dots itself.
  for (const name of ['/../outside.js', '/assets/../../outside.js', '/%2e%2e/outside.js', '/..%2foutside.js']) {
    expect([name, await statusOf(name)]).toEqual([name, 404]);
  }
});

test('a page that is not built says what to do, and is served as soon as it is built', async () => {
  const missing = await fetch(`${url}/`);
  expect([missing.status, await missing.text()]).toEqual([503, expect.stringContaining('npm start')]);
  expect((await fetch(`${url}/assets/index-abc.js`)).status).toBe(404);
  build();
  expect((await fetch(`${url}/`)).status).toBe(200);
});

async function statusOf(name: string): Promise<number | undefined> {
  const asked = request(url, { path: name }).end();
  // Proven by Node's documentation of the event.
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}
