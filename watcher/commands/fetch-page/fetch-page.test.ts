import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openPageFetcher } from './fetch-page.ts';
import { systemNetwork, type Network, type PageResponse } from './network.ts';
import { isPublicAddress } from './public-address.ts';

const PUBLIC = '93.184.215.14';
const HTML = { 'content-type': 'text/html' };

/** What a made-up server answers; the rest is a page with the word "ok". */
type Answer = Partial<Pick<PageResponse, 'status' | 'headers' | 'address' | 'body'>>;

interface FakeNetwork extends Network {
  /** Every connection made: its address and its URL. */
  readonly connections: string[];
  /** How many of them are still open. */
  open: number;
}

/** A network in which names have these addresses (else a public one) and URLs these answers. */
function fakeNetwork(answers: Record<string, Answer> = {}, names: Record<string, readonly string[]> = {}): FakeNetwork {
  const network: FakeNetwork = {
    connections: [],
    open: 0,
    resolve: async (host) => names[host] ?? [PUBLIC],
    async request(url, address) {
      network.connections.push(`${address} ${url.href}`);
      network.open++;
      let isOpen = true;
      return {
        status: 200,
        headers: HTML,
        address,
        body: bodyOf('ok'),
        ...answers[url.href],
        destroy() {
          if (isOpen) network.open--;
          isOpen = false;
        },
      };
    },
  };
  return network;
}

async function* bodyOf(...pieces: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

const redirect = (location: string, status = 302): Answer => ({ status, headers: { location }, body: bodyOf('') });
const fetchFrom = (network: Network, url: string) => openPageFetcher(network, { isOffline: false })(url);

describe('an address', () => {
  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.8',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
  ])('%j is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each([PUBLIC, '8.8.8.8', '200.160.2.3', '2606:2800:21f:cb07:6820:80da:af6b:8b2c', '2a00:1450:4001:81b::200e'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

const NEVER_FETCHED: readonly (readonly [what: string, url: string, code: string])[] = [
  ['a scheme', 'file:///etc/passwd', 'INVALID'],
  ['another scheme', 'ftp://example.com/', 'INVALID'],
  ['a user', 'https://user@example.com/', 'INVALID'],
  ['a password', 'https://:secret@example.com/', 'INVALID'],
  ['a port', 'http://example.com:6379/', 'INVALID'],
  ['no address', 'example.com', 'INVALID'],
  ['nothing', ' ', 'BLANK'],
  ['too much', `https://example.com/${'a'.repeat(2000)}`, 'TOO_LONG'],
  ['loopback', 'http://127.0.0.1/', 'INVALID'],
  ['loopback in hexadecimal', 'http://0x7f.1/', 'INVALID'],
  ['loopback as a number', 'http://2130706433/', 'INVALID'],
  ['loopback in IPv6', 'http://[::1]/', 'INVALID'],
  ['loopback in IPv6 for IPv4', 'http://[::ffff:127.0.0.1]/', 'INVALID'],
  ['the metadata of a cloud', 'http://169.254.169.254/latest/meta-data/', 'INVALID'],
  ['a name of a private address', 'http://router.example/', 'INVALID'],
  ['a name of a public and a private address', 'http://both.example/', 'INVALID'],
  ['a name without an address', 'http://none.example/', 'INVALID'],
];
const NAMES = { 'router.example': ['192.168.0.1'], 'both.example': [PUBLIC, '127.0.0.1'], 'none.example': [] };

describe('fetching a page', () => {
  test('connects to the address that was checked, and keeps the URL without its fragment', async () => {
    const network = fakeNetwork();
    const page = await fetchFrom(network, 'https://example.com/lei?n=1#art-5');
    expect(page).toEqual({ url: 'https://example.com/lei?n=1', bytes: Buffer.from('ok'), extension: '.html' });
    expect(network.connections).toEqual([`${PUBLIC} https://example.com/lei?n=1`]);
    expect(network.open).toBe(0);
  });

  test.each(NEVER_FETCHED)('never connects to %s', async (_, url, code) => {
    const network = fakeNetwork({}, NAMES);
    await expect(fetchFrom(network, url)).rejects.toMatchObject({ code, field: 'url' });
    expect([network.connections, network.open]).toEqual([[], 0]);
  });

  test.each(NEVER_FETCHED.filter(([, url, code]) => code === 'INVALID' && url.includes(':')))(
    'never connects to %s behind a redirect',
    async (_, url, code) => {
      const network = fakeNetwork({ 'https://start.example/': redirect(url) }, NAMES);
      await expect(fetchFrom(network, 'https://start.example/')).rejects.toMatchObject({ code });
      expect([network.connections, network.open]).toEqual([[`${PUBLIC} https://start.example/`], 0]);
    },
  );

  test('resolves a name again at each redirect', async () => {
    const network = fakeNetwork({ 'http://example.com/': redirect('/again') });
    const addresses = [[PUBLIC], ['127.0.0.1']];
    network.resolve = async () => addresses.shift() ?? [];
    await expect(fetchFrom(network, 'http://example.com/')).rejects.toMatchObject({ code: 'INVALID' });
    expect(network.connections).toEqual([`${PUBLIC} http://example.com/`]);
  });

  test('reads nothing from a connection that leads elsewhere', async () => {
    let isRead = false;
    const body = (async function* () {
      isRead = true;
      yield Buffer.from('secret');
    })();
    const network = fakeNetwork({ 'http://example.com/': { address: '127.0.0.1', body } });
    await expect(fetchFrom(network, 'http://example.com/')).rejects.toMatchObject({ code: 'INVALID' });
    expect([isRead, network.open]).toEqual([false, 0]);
  });

  test('follows five redirects and no sixth', async () => {
    const chain = (length: number): Record<string, Answer> =>
      Object.fromEntries(
        Array.from({ length }, (_, i) => [
          `https://example.com/${i}`,
          redirect(`/${i + 1}`, [301, 302, 303, 307, 308][i % 5]),
        ]),
      );
    expect((await fetchFrom(fakeNetwork(chain(5)), 'https://example.com/0')).url).toBe('https://example.com/5');
    const network = fakeNetwork(chain(6));
    await expect(fetchFrom(network, 'https://example.com/0')).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    expect([network.connections.length, network.open]).toEqual([6, 0]);
  });

  test('tries the next address when one accepts no connection', async () => {
    const working = fakeNetwork({}, { 'example.com': ['2606:4700::1', PUBLIC] });
    const network: Network = {
      resolve: (host) => working.resolve(host),
      request(url, address, signal) {
        if (address.includes(':')) return Promise.reject(new Error('ENETUNREACH'));
        return working.request(url, address, signal);
      },
    };
    expect((await fetchFrom(network, 'http://example.com/')).bytes.toString()).toBe('ok');
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('counts its size after %s is decompressed, up to 10 MB', async (encoding, compress) => {
    const answer = (size: number): Answer => ({
      headers: { ...HTML, 'content-encoding': encoding },
      body: bodyOf(compress(Buffer.alloc(size, 'a'))),
    });
    const limit = 10 * 1024 * 1024;
    const network = fakeNetwork({ 'http://a.example/': answer(limit), 'http://b.example/': answer(limit + 1) });
    expect((await fetchFrom(network, 'http://a.example/')).bytes.length).toBe(limit);
    await expect(fetchFrom(network, 'http://b.example/')).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(network.open).toBe(0);
  });

  test('stops reading a body without end', async () => {
    let pieces = 0;
    const body = (async function* () {
      for (;;) {
        pieces++;
        yield Buffer.alloc(1024 * 1024, 'a');
      }
    })();
    const network = fakeNetwork({ 'http://example.com/': { body } });
    await expect(fetchFrom(network, 'http://example.com/')).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(pieces).toBeLessThan(30);
  });

  test.each([
    ['application/pdf', '%PDF-1.7', '.pdf'],
    ['application/octet-stream', '%PDF-1.7', '.pdf'],
    ['text/plain; charset=utf-8', 'x', '.txt'],
    ['application/xhtml+xml', 'x', '.html'],
  ])('of type %s becomes a file with its extension', async (type, body, extension) => {
    const network = fakeNetwork({ 'http://example.com/': { headers: { 'content-type': type }, body: bodyOf(body) } });
    expect(await fetchFrom(network, 'http://example.com/')).toMatchObject({ extension });
  });

  test.each<[string, Answer]>([
    ['of a type that no reader knows', { headers: { 'content-type': 'video/mp4' } }],
    ['without a type', { headers: {} }],
    ['that is not there', { status: 404 }],
    ['that redirects to nowhere', { status: 302 }],
    ['that is empty', { body: bodyOf('') }],
    ['in an unknown compression', { headers: { ...HTML, 'content-encoding': 'zstd, gzip' } }],
    ['in a broken compression', { headers: { ...HTML, 'content-encoding': 'gzip' } }],
  ])('%s has a reason and a next step', async (_, answer) => {
    const network = fakeNetwork({ 'http://example.com/': answer });
    await expect(fetchFrom(network, 'http://example.com/')).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: expect.stringMatching(/^cannot fetch http:\/\/example\.com\/: .+; .+/),
    });
    expect(network.open).toBe(0);
  });

  test('keeps a charset that only the response declares', async () => {
    const headers = { 'content-type': 'text/html; charset=windows-1251' };
    const network = fakeNetwork({ 'http://example.com/': { headers, body: bodyOf(Uint8Array.of(0xc4, 0xe0)) } });
    expect((await fetchFrom(network, 'http://example.com/')).bytes.toString()).toBe('\uFEFFДа');
  });

  test.each<[string, Partial<Network>]>([
    ['a name server', { resolve: () => new Promise(() => {}) }],
    ['a server', { request: () => new Promise(() => {}) }],
  ])('gives up on %s that does not answer', async (_, silent) => {
    const fetchPage = openPageFetcher({ ...fakeNetwork(), ...silent }, { isOffline: false, timeoutMs: 20 });
    await expect(fetchPage('http://example.com/')).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  });

  test('gives up on a body that does not end, and closes the connection', async () => {
    const body = (async function* () {
      yield Buffer.from('a');
      await new Promise(() => {});
    })();
    const network = fakeNetwork({ 'http://example.com/': { body } });
    const fetchPage = openPageFetcher(network, { isOffline: false, timeoutMs: 20 });
    await expect(fetchPage('http://example.com/')).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    expect(network.open).toBe(0);
  });

  test('refuses a fifth page while four are being fetched', async () => {
    const network = fakeNetwork();
    const { promise: gate, resolve: open } = Promise.withResolvers<readonly string[]>();
    network.resolve = () => gate;
    const fetchPage = openPageFetcher(network, { isOffline: false });
    const pages = Array.from({ length: 4 }, () => fetchPage('http://example.com/'));
    await expect(fetchPage('http://example.com/')).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    open([PUBLIC]);
    expect(await Promise.all(pages)).toHaveLength(4);
    expect(await fetchPage('http://example.com/')).toMatchObject({ extension: '.html' });
  });

  test('does nothing offline', async () => {
    const network = fakeNetwork();
    const fetchPage = openPageFetcher(network, { isOffline: true });
    await expect(fetchPage('http://example.com/')).rejects.toMatchObject({ code: 'INVALID' });
    expect(network.connections).toEqual([]);
  });
});

test('the network connects to the address it is given, whatever the name resolves to', async () => {
  const server = createServer((request, response) => response.end(`${request.headers.host} ${request.url}`));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo; // a TCP server has one
    const url = new URL(`http://askbox.invalid:${port}/a?b=1`);
    const response = await systemNetwork.request(url, '127.0.0.1', AbortSignal.timeout(30_000));
    expect([response.status, response.address]).toEqual([200, '127.0.0.1']);
    expect((await Array.fromAsync(response.body, String)).join('')).toBe(`askbox.invalid:${port} /a?b=1`);
  } finally {
    server.close();
  }
});
