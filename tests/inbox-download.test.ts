import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '#shared/config.ts';
import { silentLog } from '#shared/log.ts';
import { openStoreWriter } from '#shared/store/open-store.ts';
import { startTestApi, until, type TestApi } from '../graphql-api/testing/running-api.ts';
import { CLIENT_LIMITS } from '../graphql-api/server/client-limits.ts';
import { openRecognizedPages } from '../watcher/read/recognized-pages.ts';
import { Commands } from '../watcher/commands/commands.ts';
import { DocumentDetails } from '../watcher/documents/document-details.ts';
import { openInternalKey } from '../watcher/internal-api/create-internal-key.ts';
import { ProgressFeed } from '../watcher/internal-api/event-feed.ts';
import { startInternalApi } from '../watcher/internal-api/internal-api.ts';
import { Ledger } from '../watcher/ledger/ledger.ts';
import { canLink, NO_LINKS } from './fixtures/platform.ts';

/** The watcher's endpoint and the API in this process, over real files; nothing reads them. */
let folder: string;
let inbox: string;
let api: TestApi;
let ledger: Ledger;
let opened: AsyncDisposableStack;
/** How many bytes were read from disk to be sent, and the files that are open for it. */
let bytesRead: number;
let openFiles: Set<symbol>;

beforeEach(async () => {
  opened = new AsyncDisposableStack();
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-download-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  inbox = path.join(folder, 'inbox');
  mkdirSync(inbox);
  ledger = opened.use(new Ledger(path.join(folder, 'ledger.db')));
  const details = opened.use(new DocumentDetails(path.join(folder, 'details.db')));
  const store = opened.use(await openStoreWriter(parseConfig({ ASKBOX_DATA: folder }, folder)));
  const ingestion = () => ({ queued: 0, watching: 'EVENTS', pausedBecause: null }) as const;
  const commands = new Commands({
    inbox,
    trashDir: path.join(folder, 'trash'),
    erasingFile: path.join(folder, 'erasing'),
    keepTrashDays: 30,
    maxFileBytes: 1024 * 1024,
    ledger,
    details,
    store,
    loop: {
      ingestion,
      inboxProblem: () => null,
      pause: () => {},
      resume: () => {},
      reread: () => [],
      hint: () => {},
      stopReading: async () => {},
    },
    recognizedPages: openRecognizedPages(path.join(folder, 'recognized'), silentLog),
    fetchPage: () => Promise.reject(new Error('not in this test')),
    now: Date.now,
    log: silentLog,
  });
  const keyFile = path.join(folder, 'internal.key');
  const watcher = opened.use(
    await startInternalApi({
      host: '127.0.0.1',
      port: 0,
      instance: null,
      key: openInternalKey(keyFile),
      ledger,
      details,
      progress: new ProgressFeed(),
      ingestion,
      commands: { run: (command) => commands.run(command), put: (...file) => commands.put(...file), open: countedOpen },
      log: silentLog,
    }),
  );
  bytesRead = 0;
  // A set for each test: the file of a client that the test before cut off may be closed only now.
  const openNow = (openFiles = new Set());
  async function countedOpen(documentPath: string): ReturnType<Commands['open']> {
    const file = await commands.open(documentPath);
    const opening = Symbol(documentPath);
    openNow.add(opening);
    return {
      ...file,
      async *read(start, end) {
        for await (const piece of file.read(start, end)) {
          bytesRead += piece.length;
          yield piece;
        }
      },
      [Symbol.asyncDispose]: async () => {
        await file[Symbol.asyncDispose]();
        openNow.delete(opening);
      },
    };
  }
  api = opened.use(
    await startTestApi({ config: { watcherUrl: `http://127.0.0.1:${watcher.port}`, internalKeyFile: keyFile } }),
  );
});
afterEach(() => opened.disposeAsync());

const put = (name: string, body: string): Promise<Response> =>
  fetch(`${api.url}/inbox/${name}`, { method: 'PUT', body });
const get = (name: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  fetch(`${api.url}/inbox/${name}`, { method, headers });

/** Returns the status and the code of the error. */
async function refusalOf(response: Response): Promise<[number, unknown]> {
  const body = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return [response.status, body.errors?.[0]?.extensions.code];
}

/** Notes the hash of a file, as the watcher does once it has read the file. Returns the entity tag. */
function noteHash(name: string): string {
  ledger.apply([{ type: 'settle', path: name }], Date.now());
  ledger.startReading(ledger.find(name)!);
  const hash = createHash('sha256')
    .update(readFileSync(path.join(inbox, name)))
    .digest('hex');
  expect(ledger.hashed(ledger.find(name)!, hash, hash, true)).toBe(true);
  return `"${hash}"`;
}

it('sends a file as it is, with headers that keep a browser from running it', async () => {
  await put('a/a%C3%A7%C3%A3o.html', '<script>alert(1)</script>');
  for (const method of ['GET', 'HEAD']) {
    const response = await get('a/a%C3%A7%C3%A3o.html', {}, method);
    expect([response.status, await response.text()]).toEqual([
      200,
      method === 'GET' ? '<script>alert(1)</script>' : '',
    ]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-length': '25',
      'accept-ranges': 'bytes',
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="a__o.html"; filename*=UTF-8''a%C3%A7%C3%A3o.html`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(response.headers.get('etag')).toBeNull(); // the watcher has not read it yet
  }
  await put('x.txt', 'text');
  expect((await get('x.txt')).headers.get('content-disposition')).toBe('inline; filename="x.txt"');
  expect((await get('x.txt?download')).headers.get('content-disposition')).toBe('attachment; filename="x.txt"');
});

it('sends one range of bytes, and says which ranges there are', async () => {
  await put('x.txt', '0123456789');
  const range = async (header: string, more: Record<string, string> = {}) => {
    const response = await get('x.txt', { range: header, ...more });
    return [response.status, response.headers.get('content-range'), await response.text()];
  };
  expect(await range('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
  expect(await range('bytes=8-')).toEqual([206, 'bytes 8-9/10', '89']);
  expect(await range('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
  expect(await range('bytes=9-99')).toEqual([206, 'bytes 9-9/10', '9']);
  expect(await range('bytes=10-')).toEqual([416, 'bytes */10', '']);
  expect(await range('bytes=0-1,4-5')).toEqual([200, null, '0123456789']);
  expect(await range('bytes=0-1', { 'if-range': '"other"' })).toEqual([200, null, '0123456789']);
  const head = await get('x.txt', { range: 'bytes=2-4' }, 'HEAD');
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '10']);
  await put('empty.txt', '');
  expect(await (await get('empty.txt')).text()).toBe('');
  expect((await get('empty.txt', { range: 'bytes=0-' })).status).toBe(416);
});

it('names the bytes by their hash, until they change', async () => {
  await put('x.txt', '0123456789');
  const etag = noteHash('x.txt');
  expect((await get('x.txt')).headers.get('etag')).toBe(etag);
  for (const [condition, status] of [
    [etag, 304],
    [`"other", W/${etag}`, 304],
    ['*', 304],
    ['"other"', 200],
  ] as const) {
    for (const method of ['GET', 'HEAD']) {
      const response = await get('x.txt', { 'if-none-match': condition }, method);
      expect([condition, method, response.status]).toEqual([condition, method, status]);
      expect(response.headers.get('etag')).toBe(etag);
      await response.text();
    }
  }
  const part = await get('x.txt', { range: 'bytes=0-1', 'if-range': etag });
  expect([part.status, await part.text()]).toEqual([206, '01']);
  writeFileSync(path.join(inbox, 'x.txt'), 'abcdefghij'); // the watcher has not noticed yet
  const changed = await get('x.txt', { range: 'bytes=0-1', 'if-range': etag });
  expect([changed.status, changed.headers.get('etag'), await changed.text()]).toEqual([200, null, 'abcdefghij']);
});

it('finds a file whatever way its accents are composed', async () => {
  const decomposed = 'ata da reunia\u0303o.txt';
  await put(encodeURIComponent(decomposed), 'ata');
  expect(await (await get(encodeURIComponent(decomposed.normalize('NFC')))).text()).toBe('ata');
});

it('sends nothing but documents of the inbox', async ({ skip }) => {
  writeFileSync(path.join(folder, 'out.txt'), 'outside');
  writeFileSync(path.join(inbox, '.inboxignore'), 'private/\n');
  writeFileSync(path.join(inbox, '.askbox-draft-1'), 'a part of an upload');
  writeFileSync(path.join(inbox, 'unseen.txt'), 'no scan has seen it yet');
  mkdirSync(path.join(inbox, 'private'));
  writeFileSync(path.join(inbox, 'private', 'x.txt'), 'excluded');
  await put('a/x.txt', 'text');
  await put('gone.txt', 'text');
  rmSync(path.join(inbox, 'gone.txt'));
  const names = ['.inboxignore', '.askbox-draft-1', 'unseen.txt', 'private/x.txt', 'a', 'a/', 'a//x.txt', 'none.txt'];
  const leading = [
    '%2e%2e%2fout.txt',
    'a/%2e%2e%2f%2e%2e%2fout.txt',
    '%2fetc%2fpasswd',
    'a%5cx.txt',
    'a%00',
    'gone.txt',
  ];
  for (const name of [...names, ...leading, '%2e%2e%2ftrash']) {
    expect([name, ...(await refusalOf(await get(name)))]).toEqual([name, 404, 'NOT_FOUND']);
    expect([name, (await get(name, {}, 'HEAD')).status]).toEqual([name, 404]);
  }
  skip(!canLink(), NO_LINKS);
  // What was a file or folder when it was scanned may be a link by now.
  renameSync(path.join(inbox, 'a'), path.join(folder, 'a'));
  symlinkSync(path.join(folder, 'a'), path.join(inbox, 'a'));
  expect(await refusalOf(await get('a/x.txt'))).toEqual([404, 'NOT_FOUND']);
  await put('y.txt', 'text');
  rmSync(path.join(inbox, 'y.txt'));
  symlinkSync(path.join(folder, 'out.txt'), path.join(inbox, 'y.txt'));
  expect(await refusalOf(await get('y.txt'))).toEqual([400, 'INVALID']);
  expect(openFiles.size).toBe(0);
});

it('says that a file may not be read', async ({ skip }) => {
  skip(process.getuid?.() === 0 || process.platform === 'win32', 'root may read everything, and Windows has no modes');
  await put('x.txt', 'text');
  chmodSync(path.join(inbox, 'x.txt'), 0);
  expect(await refusalOf(await get('x.txt'))).toEqual([403, 'UNREADABLE']);
});

it('gives nothing to a page of another site, not even as a picture in it', async () => {
  await put('x.txt', 'text');
  const from = async (headers: Record<string, string>): Promise<number> => {
    // fetch does not send these headers.
    const sent = request(`${api.url}/inbox/x.txt`, { headers }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode!;
  };
  expect(await from({ origin: 'https://evil.example' })).toBe(403);
  expect(await from({ host: 'evil.example' })).toBe(403);
  for (const site of ['cross-site', 'same-site']) {
    for (const dest of ['image', 'script', 'iframe', 'embed', 'empty']) {
      expect(await from({ 'sec-fetch-site': site, 'sec-fetch-dest': dest })).toBe(403);
    }
    expect(await from({ 'sec-fetch-site': site, 'sec-fetch-dest': 'document' })).toBe(200);
  }
  for (const site of ['same-origin', 'none']) {
    expect(await from({ 'sec-fetch-site': site, 'sec-fetch-dest': 'empty' })).toBe(200);
  }
});

describe('a large file', () => {
  const SIZE = 256 * 1024 * 1024;
  /** Ends the response early, or lets it wait. */
  async function start(name: string): Promise<IncomingMessage> {
    const sent = request(`${api.url}/inbox/${name}`, { agent: false }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  }
  beforeEach(async () => {
    await put('large.txt', 'x');
    truncateSync(path.join(inbox, 'large.txt'), SIZE); // takes no space on the disk
  });

  it('is read no faster than its client takes it, and closed when the client leaves', async () => {
    const response = await start('large.txt');
    expect(response.headers['content-length']).toBe(String(SIZE));
    response.pause();
    let before = -1;
    await expect
      .poll(() => before === bytesRead || ((before = bytesRead), false), { interval: 200, timeout: 20_000 })
      .toBe(true);
    // What the sockets and streams on the way hold.
    expect(bytesRead).toBeLessThan(SIZE / 4);
    expect(openFiles.size).toBe(1);
    response.destroy();
    await until('the file is closed', () => openFiles.size === 0);
    expect(bytesRead).toBeLessThan(SIZE / 4);
  });

  it('that becomes shorter ends as an incomplete response', async () => {
    const response = await start('large.txt');
    truncateSync(path.join(inbox, 'large.txt'), 1);
    response.resume();
    await expect(once(response, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
    await until('the file is closed', () => openFiles.size === 0);
  });

  it('is sent to as many clients at once as may have one, and to no more', async () => {
    const responses: IncomingMessage[] = [];
    for (let n = 0; n < CLIENT_LIMITS.downloads.perAddress; n++) responses.push(await start('large.txt'));
    expect(responses.map(({ statusCode }) => statusCode)).toEqual(responses.map(() => 200));
    expect(await refusalOf(await get('large.txt'))).toEqual([429, 'TOO_MANY_DOWNLOADS']);
    responses[0]!.destroy();
    await expect.poll(async () => (await get('large.txt', {}, 'HEAD')).status, { timeout: 20_000 }).toBe(200);
    for (const response of responses) response.destroy();
    await until('all files are closed', () => openFiles.size === 0);
  });
});
