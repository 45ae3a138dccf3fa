import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openPageFetcher } from './commands/fetch-page/fetch-page.ts';
import type { Network } from './commands/fetch-page/network.ts';
import type { FetchPage } from './ingest-link.ts';
import { zipOf } from './testing/files.ts';
import { makeLoopFolders, settled, WAIT, type LoopFolders } from './testing/running-loop.ts';

const LINK = '[InternetShortcut]\r\nURL=https://example.com/edital\r\n';
const PAGE = '<html><title>Edital 77</title><p>O pregão do edital 77 começa em março.</p></html>';

let folders: LoopFolders;
beforeEach(async () => void (folders = await makeLoopFolders()));
afterEach(() => folders[Symbol.asyncDispose]());

/** Fetches from a network in which example.com is public and intranet.example is not. */
function fetching(connections: string[], location?: string): FetchPage {
  const network: Network = {
    resolve: async (host) => [host === 'intranet.example' ? '192.168.0.7' : '93.184.215.14'],
    async request(url, address) {
      connections.push(url.href);
      const isMoved = location !== undefined && url.href.endsWith('/edital');
      return {
        status: isMoved ? 302 : 200,
        headers: isMoved ? { location } : { 'content-type': 'text/html; charset=utf-8' },
        address,
        body: (async function* () {
          yield Buffer.from(PAGE);
        })(),
        destroy: () => {},
      };
    },
  };
  return openPageFetcher(network, { isOffline: false });
}

it('a link file becomes a document with the text and the address of its page', async () => {
  folders.drop('favoritos/edital.url', LINK);
  const connections: string[] = [];
  const onPageFetched = vi.fn<(path: string, url: string) => void>();
  const { ledger, loop } = await folders.start({ fetchPage: fetching(connections, '/edital-77'), onPageFetched });
  const document = await settled(ledger, 'favoritos/edital.url', 'READY');
  expect(ledger.contents.find(document.liveContentId!)).toMatchObject({ title: 'Edital 77', mediaType: 'text/html' });
  expect(onPageFetched.mock.calls).toEqual([['favoritos/edital.url', 'https://example.com/edital-77']]);
  expect(await folders.search('pregão em março')).toEqual(['favoritos/edital.url']);
  expect(connections).toEqual(['https://example.com/edital', 'https://example.com/edital-77']);

  loop.reread(() => true);
  await vi.waitFor(() => expect(connections).toHaveLength(4), WAIT);
  await settled(ledger, 'favoritos/edital.url', 'READY');
});

it.each([
  ['a private address', '[InternetShortcut]\nURL=http://192.168.0.1/\n', undefined, 0],
  ['a name with a private address', '[InternetShortcut]\nURL=http://intranet.example/\n', undefined, 0],
  ['a redirect to a private name', LINK, 'http://intranet.example/', 1],
] as const)('never fetches %s', async (_, link, location, expected) => {
  folders.drop('a.url', link);
  const connections: string[] = [];
  const { ledger } = await folders.start({ fetchPage: fetching(connections, location) });
  const { error } = await settled(ledger, 'a.url', 'FAILED');
  expect(error).toMatchObject({ code: 'UNSUPPORTED_TYPE', message: expect.stringContaining('no public address') });
  expect(connections).toHaveLength(expected);
});

it('fetches nothing for links inside other files, stubs of Google Drive and files that only look like links', async () => {
  folders.drop('a.gdoc', '{"url": "https://docs.google.com/open?id=1"}');
  folders.drop('b.txt', LINK);
  writeFileSync(folders.file('c.zip'), zipOf({ 'a.url': LINK, 'nota.txt': 'A nota do zip.' }));
  const connections: string[] = [];
  const { ledger } = await folders.start({ fetchPage: fetching(connections) });
  await settled(ledger, 'a.gdoc', 'FAILED');
  await settled(ledger, 'b.txt', 'FAILED');
  await settled(ledger, 'c.zip', 'READY');
  expect(connections).toEqual([]);
});

it('says of the page why it cannot be read, in the name of the link', async () => {
  folders.drop('a.url', LINK);
  const page = { url: 'https://example.com/edital', bytes: Buffer.from('%PDF-1.7 not one'), extension: '.pdf' };
  const { ledger } = await folders.start({ fetchPage: async () => page });
  const { error } = await settled(ledger, 'a.url', 'FAILED');
  expect(error).toMatchObject({
    code: 'DAMAGED',
    message: expect.stringMatching(/^cannot read a\.url: it is a link to/),
  });
});

it('reads refused links at the next start once the setting is on, and keeps their text when it is off again', async () => {
  folders.drop('a.url', LINK);
  folders.drop('b.url', '[InternetShortcut]\nURL=file:///etc/passwd\n');
  const off = await folders.start();
  const { error } = await settled(off.ledger, 'a.url', 'FAILED');
  expect(error?.message).toContain('ASKBOX_FETCH_LINKS=true');
  await settled(off.ledger, 'b.url', 'READY');
  await folders.stop();

  const connections: string[] = [];
  const on = await folders.start({ fetchPage: fetching(connections) });
  await settled(on.ledger, 'a.url', 'READY');
  expect(connections).toHaveLength(1);
  await folders.stop();

  const offAgain = await folders.start();
  await settled(offAgain.ledger, 'a.url', 'READY');
  expect(offAgain.reads()).toBe(0);
});
