import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '#shared/log.ts';
import { readServerSentEvents, type ServerSentEvent } from '#shared/watcher-api/server-sent-events.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import type { Snapshot, WatcherCommand, WatcherEvent } from '#shared/watcher-api/watcher-api.ts';
import { followWatcher } from '#shared/watcher-api/watcher-client.ts';
import { parseConfig } from '#shared/config.ts';
import { openStoreWriter } from '#shared/store/open-store.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { uploadFile, sendCommand } from '#shared/watcher-api/watcher-commands.ts';
import { Commands, type CommandParts } from '../commands/commands.ts';
import { DocumentDetails } from '../documents/document-details.ts';
import { canLink, NO_LINKS } from '../../tests/fixtures/platform.ts';
import { ProgressFeed } from './event-feed.ts';
import { startInternalApi, type InternalApi, type InternalApiParts } from './internal-api.ts';
import { openInternalKey } from './create-internal-key.ts';
import { openRecognizedPages } from '../read/recognized-pages.ts';
import { Ledger } from '../ledger/ledger.ts';
import { removeDrafts } from '../commands/put-file.ts';

const WAIT = { timeout: 20_000, interval: 10 };

let folder: string;
let ledger: Ledger;
let parts: InternalApiParts;
let api: InternalApi;
let url: string;
let keyFile: string;
let pausedBecause: string | null;
let inboxProblem: ReturnType<CommandParts['loop']['inboxProblem']>;
let inbox: string;
let details: DocumentDetails;
let store: StoreWriter;
const progress = new ProgressFeed();

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-internal-'));
  keyFile = path.join(folder, 'internal.key');
  ledger = new Ledger(path.join(folder, 'ledger.db'));
  pausedBecause = null;
  inboxProblem = null;
  inbox = path.join(folder, 'inbox');
  mkdirSync(inbox);
  details = new DocumentDetails(path.join(folder, 'details.db'));
  const ingestion = () => ({ queued: ledger.queue.countUnfinished(), watching: 'EVENTS', pausedBecause }) as const;
  const loop: CommandParts['loop'] = {
    ingestion,
    inboxProblem: () => inboxProblem,
    pause: () => (pausedBecause = 'BY_HAND'),
    resume: ({ confirmRemovals }) => (pausedBecause = confirmRemovals ? null : pausedBecause),
    reread: (matches) => ledger.documents().filter(matches),
    hint: () => {},
    stopReading: async () => {},
  };
  const fetchPage: CommandParts['fetchPage'] = async (given) => ({
    url: `${given}/final`,
    bytes: Buffer.from('<p>Uma página</p>'),
    extension: '.html',
  });
  const trashDir = path.join(folder, 'trash');
  const limits = {
    inbox,
    trashDir,
    erasingFile: path.join(folder, 'erasing'),
    keepTrashDays: 30,
    maxFileBytes: 1024 * 1024,
    recognizedPages: openRecognizedPages(path.join(folder, 'recognized'), silentLog),
  };
  store = await openStoreWriter(parseConfig({ ASKBOX_DATA: folder }, folder));
  const commands = new Commands({ ...limits, ledger, details, store, loop, fetchPage, now: Date.now, log: silentLog });
  parts = {
    host: '127.0.0.1',
    port: 0,
    instance: 'of this test',
    key: openInternalKey(keyFile),
    ledger,
    details,
    progress,
    ingestion,
    commands,
    log: silentLog,
  };
  api = await startInternalApi(parts);
  url = `http://127.0.0.1:${api.port}`;
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  ledger[Symbol.dispose]();
  details[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const observe = (name: string, signature = 's'): void =>
  ledger.apply(
    [{ type: 'observe', file: { path: name, signature, sizeBytes: 1, modifiedMs: 0, changedMs: 0 }, quietMs: 0 }],
    1,
  );
const authorized = () => ({ authorization: `Bearer ${openInternalKey(keyFile)}` });

/** Returns the server-sent events after a position, until `count` events with an id have arrived. */
async function eventsFrom(lastEventId: string | null, count: number): Promise<ServerSentEvent[]> {
  const leaving = new AbortController();
  const headers = { ...authorized(), ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }) };
  const response = await fetch(`${url}/v1/events`, { headers, signal: leaving.signal });
  const events: ServerSentEvent[] = [];
  for await (const event of readServerSentEvents(response.body!)) {
    events.push(event);
    if (event.event === 'reset' || events.filter((each) => each.id !== null).length >= count) break;
  }
  leaving.abort();
  return events;
}

describe('the internal endpoint', () => {
  it('wants the key, and nothing from a browser', async () => {
    const get = (headers: Record<string, string>) =>
      fetch(`${url}/v1/documents`, { headers }).then(({ status }) => status);
    expect(await get({})).toBe(401);
    expect(await get({ authorization: 'Bearer wrong' })).toBe(401);
    expect(await get({ ...authorized(), origin: 'http://localhost:4000' })).toBe(403);
    expect(await get(authorized())).toBe(200);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  });

  it('sends a copy of the ledger, which no other process can read, and leaves none behind', async () => {
    observe('ata.md');
    expect((await fetch(`${url}/v1/ledger`)).status).toBe(401);
    const response = await fetch(`${url}/v1/ledger`, { headers: authorized() });
    const copy = path.join(folder, 'copy.db');
    writeFileSync(copy, Buffer.from(await response.arrayBuffer()));
    using opened = new Ledger(copy);
    expect([opened.setAside, opened.find('ata.md')?.state]).toEqual([null, 'DISCOVERED']);
    // It is deleted just after its last byte was sent.
    await vi.waitFor(() => expect(readdirSync(folder).filter((name) => name.includes('.copy-'))).toEqual([]), 30_000);
  });

  it('is alive without a key, and not ready while it waits for the inbox, but while a person has paused it', async () => {
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'OK', instance: 'of this test' });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    for (const [reason, status] of [
      ['INBOX_MISSING', 503],
      ['STORE_DOWN', 503],
      ['BY_HAND', 200],
      ['INBOX_EMPTIED', 200],
    ] as const) {
      pausedBecause = reason;
      expect([reason, (await fetch(`${url}/readyz`)).status]).toEqual([reason, status]);
    }
  });

  it('tells a follower everything since its position, removals included, and no state twice', async () => {
    observe('a.md');
    const { seq } = ledger;
    observe('b.md');
    observe('b.md', 's2');
    ledger.apply([{ type: 'remove', path: 'a.md' }], 2);
    const events = await eventsFrom(String(seq), 2);
    expect(events.filter(({ id }) => id !== null).map(({ event, data }) => [event, JSON.parse(data).path])).toEqual([
      ['document', 'b.md'],
      ['removed', 'a.md'],
    ]);
  });

  it('sends a snapshot of any length, each document once', async () => {
    const names = Array.from({ length: 1201 }, (_, n) => `${n}.md`);
    const paths = async (): Promise<readonly string[]> => {
      const response = await fetch(`${url}/v1/documents`, { headers: authorized() });
      const snapshot = (await response.json()) as Snapshot;
      expect(snapshot).toMatchObject({ watcherId: ledger.watcherId, seq: ledger.seq });
      return snapshot.documents.map((document) => document.path);
    };
    expect(await paths()).toEqual([]);
    names.forEach((name) => observe(name));
    expect((await paths()).toSorted()).toEqual(names.toSorted());
  });

  it('responds 404 to any other address, however it is written', async () => {
    for (const address of ['/', '//', '//v1/documents', '/v1', '/v1/documents/']) {
      const response = await fetch(url + address, { headers: authorized() });
      expect([address, response.status]).toEqual([address, 404]);
    }
  });

  it('sends a follower with a position that it does not know back to the snapshot', async () => {
    observe('a.md');
    expect(await eventsFrom('999', 1)).toMatchObject([{ event: 'reset' }]);
    expect(await eventsFrom('nonsense', 1)).toMatchObject([{ event: 'reset' }]);
    ledger.apply([{ type: 'remove', path: 'a.md' }], 2);
    ledger.sweep(3); // the removal is forgotten: a follower that has not received it has to start over
    expect(await eventsFrom('0', 1)).toMatchObject([{ event: 'reset' }]);
  });

  it('merges a burst of progress into the latest of each document', async () => {
    const leaving = new AbortController();
    const response = await fetch(`${url}/v1/events`, { headers: authorized(), signal: leaving.signal });
    const received: number[] = [];
    let sent = 0;
    for await (const { event, data } of readServerSentEvents(response.body!)) {
      if (event === 'progress') received.push(JSON.parse(data).progress);
      if (received.at(-1) === 1) break;
      // The first event shows that the feed is listening for progress.
      if (sent === 0) for (; sent <= 1000; sent++) progress.report('a.pdf', sent / 1000);
    }
    leaving.abort();
    expect(received.length).toBeLessThan(10);
  });

  it('keeps the client of the API up to date: snapshot, changes, progress, a pause', async () => {
    observe('a.md');
    const leaving = new AbortController();
    const snapshots: Snapshot[] = [];
    const events: WatcherEvent[] = [];
    const following = followWatcher({
      url,
      keyFile,
      signal: leaving.signal,
      onSnapshot: (snapshot) => snapshots.push(snapshot),
      onEvent: (event) => events.push(event),
      onLost: () => {},
      log: silentLog,
    });
    await vi.waitFor(() => expect(snapshots[0]?.documents.map((each) => each.path)).toEqual(['a.md']), WAIT);
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('ingestion'), WAIT);

    observe('b.md');
    progress.report('b.md', 0.5);
    pausedBecause = 'STORE_DOWN';
    await vi.waitFor(() => {
      expect(events).toContainEqual({
        type: 'document',
        document: expect.objectContaining({ path: 'b.md', status: 'DISCOVERED' }),
      });
      expect(events).toContainEqual({
        type: 'progress',
        progress: expect.objectContaining({ path: 'b.md', progress: 0.5 }),
      });
      expect(events).toContainEqual({
        type: 'ingestion',
        ingestion: expect.objectContaining({ pausedBecause: 'STORE_DOWN' }),
      });
    }, WAIT);
    leaving.abort();
    await following;
    expect(snapshots[0]?.watcherId).toBe(ledger.watcherId);
  });
});

describe('commands', () => {
  const forever = new AbortController().signal;
  const at = () => ({ url, keyFile });
  const run = <Command extends WatcherCommand>(command: Command) => sendCommand(at(), command, forever);
  const put = (name: string, body: string | AsyncIterable<Uint8Array>, sizeBytes: number | null = null) =>
    uploadFile(
      at(),
      name,
      typeof body === 'string'
        ? (async function* () {
            yield Buffer.from(body);
          })()
        : body,
      sizeBytes,
      forever,
    );
  const refusal = (asked: Promise<unknown>) =>
    asked.then(
      () => 'done',
      (error: unknown) => error,
    );

  async function* endless(pieces = Infinity) {
    for (let n = 0; n < pieces; n++) yield Buffer.alloc(64 * 1024, 'x');
  }

  it('puts a file as a whole, into folders that it makes, and reports it immediately', async () => {
    const { document, isNew } = await put('a/b/ção.md', endless(3));
    expect([isNew, document]).toMatchObject([true, { path: 'a/b/ção.md', status: 'DISCOVERED', sizeBytes: 3 * 65536 }]);
    expect(ledger.find('a/b/ção.md')?.sizeBytes).toBe(3 * 65536);
    expect(readFileSync(path.join(inbox, 'a/b/ção.md'), 'utf8')).toBe('x'.repeat(3 * 65536));
    expect(await put('a/b/ção.md', 'other')).toMatchObject({ isNew: false, document: { sizeBytes: 5 } });
  });

  it('reports the trace that an upload is a part of, before the file is there', async () => {
    await api[Symbol.asyncDispose]();
    const traces: unknown[] = [];
    const onTrace = (...trace: unknown[]): void => void traces.push([...trace, existsSync(path.join(inbox, 'a.md'))]);
    api = await startInternalApi({ ...parts, onTrace });
    url = `http://127.0.0.1:${api.port}`;
    await uploadFile(at(), 'a.md', endless(1), null, forever, 'a trace');
    await put('b.md', 'without one');
    expect(traces).toEqual([['a.md', 'a trace', false]]);
  });

  it('adds a text with its title and tags, all or nothing', async () => {
    const add = (name: string, text: string, title: string | null, tags: string[]) =>
      run({ type: 'add', path: name, text, title, tags });
    expect(await refusal(add('x.md', 'text', ' ', []))).toMatchObject({ code: 'BLANK', field: 'title' });
    expect(readdirSync(inbox)).toEqual([]);
    expect(await add('x.md', 'é', 'X', ['a'])).toMatchObject({ path: 'x.md', title: 'X', tags: ['a'], sizeBytes: 2 });
    expect(await refusal(add('x.md', 'other', 'Y', []))).toMatchObject({ code: 'ALREADY_EXISTS', field: 'path' });
    expect([readFileSync(path.join(inbox, 'x.md'), 'utf8'), details.find('x.md').title]).toEqual(['é', 'X']);
  });

  it('adds a page under its name with the address where it was found', async () => {
    const add = (name: string) => run({ type: 'addPage', url: 'https://example.com', name, title: null, tags: ['a'] });
    const found = 'https://example.com/final';
    expect(await add('lei')).toMatchObject({ path: 'lei.html', url: found, title: 'lei.html', tags: ['a'] });
    expect(readFileSync(path.join(inbox, 'lei.html'), 'utf8')).toBe('<p>Uma página</p>');
    expect(await refusal(add('lei'))).toMatchObject({ code: 'ALREADY_EXISTS', field: 'path' });
    expect(await refusal(add('../lei'))).toMatchObject({ code: 'INVALID', field: 'path' });
    expect(details.find('lei.html').url).toBe(found);
  });

  it('refuses a file over the limit while it still comes, and leaves nothing of it', async () => {
    expect(await refusal(put('big.txt', endless()))).toMatchObject({ code: 'TOO_LARGE', name: 'CommandRefused' });
    // The announced size is enough, before any byte has arrived.
    const asked = { method: 'PUT', headers: { ...authorized(), 'content-length': '99999999' } };
    const sent = request(`${url}/v1/files?path=big.txt`, asked);
    sent.flushHeaders();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    sent.destroy();
    expect(readdirSync(inbox)).toEqual([]);
  });

  it('leaves nothing of a file whose sender breaks off', async () => {
    let isDraftSeen = false;
    async function* cut() {
      yield Buffer.alloc(1000);
      await vi.waitFor(() => expect(readdirSync(inbox)).toHaveLength(1), WAIT);
      isDraftSeen = true;
      throw new Error('the connection broke');
    }
    expect(await refusal(put('cut.txt', cut()))).toMatchObject({ code: 'WATCHER_UNAVAILABLE' });
    expect(isDraftSeen).toBe(true);
    await vi.waitFor(() => expect(readdirSync(inbox)).toEqual([]), WAIT);
  });

  it('puts nothing outside of the inbox or through a link, and nothing that would never be read', async ({ skip }) => {
    skip(!canLink(), NO_LINKS);
    symlinkSync(folder, path.join(inbox, 'link'));
    mkdirSync(path.join(inbox, 'folder'));
    writeFileSync(path.join(inbox, '.inboxignore'), '# mine\nprivate/\n');
    for (const [name, code] of [
      ['../out.txt', 'INVALID'],
      ['a/../../out.txt', 'INVALID'],
      ['/etc/out.txt', 'INVALID'],
      ['a\\..\\out.txt', 'INVALID'],
      ['C:/out.txt', 'INVALID'],
      ['a//b.txt', 'INVALID'],
      ['a/./b.txt', 'INVALID'],
      ['line\nbreak.txt', 'INVALID'],
      ['nul\0byte.txt', 'INVALID'],
      ['\u{d800}.txt', 'NOT_A_REFUSAL'], // arrives as U+FFFD, which is a character like any other
      ['NUL.txt', 'INVALID'],
      ['con .txt', 'INVALID'],
      ['LPT\u00b9', 'INVALID'],
      ['conin$', 'INVALID'],
      ['dot./x.txt', 'INVALID'],
      ['.hidden', 'INVALID'],
      ['x.part', 'INVALID'],
      ['a/~$x.docx', 'INVALID'],
      ['private/x.txt', 'INVALID'],
      ['', 'BLANK'],
      [`${'é'.repeat(130)}.txt`, 'TOO_LONG'],
      ['x/'.repeat(1030), 'TOO_LONG'],
      ['link/out.txt', 'CONFLICT'],
      ['folder', 'CONFLICT'],
    ]) {
      const refused = await refusal(put(name!, 'text'));
      const refusedCode = refused instanceof CommandRefused ? refused.code : 'NOT_A_REFUSAL';
      expect([name, refusedCode]).toEqual([name, code]);
    }
    expect(existsSync(path.join(folder, 'out.txt'))).toBe(false);
    expect(readdirSync(inbox).toSorted()).toEqual(['.inboxignore', 'folder', 'link', '\u{fffd}.txt']);
  });

  it('deletes at start what a kill has left of a file, and nothing else', async () => {
    writeFileSync(path.join(inbox, '.askbox-draft-1'), 'the beginning');
    writeFileSync(path.join(inbox, '.hidden'), 'mine');
    await removeDrafts(inbox);
    expect(readdirSync(inbox)).toEqual(['.hidden']);
  });

  it('moves a removed file into the trash, replacing nothing that lies there', async () => {
    for (const text of ['first', 'second']) {
      await put('a/x.txt', text);
      expect(await run({ type: 'remove', path: 'a/x.txt' })).toMatchObject({ path: 'a/x.txt', seq: ledger.seq });
      expect(ledger.find('a/x.txt')?.state).toBe('REMOVED');
    }
    expect(existsSync(path.join(inbox, 'a/x.txt'))).toBe(false);
    const trash = readdirSync(path.join(folder, 'trash'));
    const trashed = trash.map((name) => readFileSync(path.join(folder, 'trash', name, 'a/x.txt'), 'utf8'));
    expect(trashed.toSorted()).toEqual(['first', 'second']);
    expect(await refusal(run({ type: 'remove', path: 'a/x.txt' }))).toMatchObject({ code: 'NOT_FOUND', field: 'path' });
  });

  it('removes nothing through a folder that has become a link or a file', async ({ skip }) => {
    skip(!canLink(), NO_LINKS);
    await put('a/x.txt', 'text');
    rmSync(path.join(inbox, 'a'), { recursive: true });
    mkdirSync(path.join(folder, 'elsewhere'));
    writeFileSync(path.join(folder, 'elsewhere', 'x.txt'), 'not ours');
    symlinkSync(path.join(folder, 'elsewhere'), path.join(inbox, 'a'));
    expect(await refusal(run({ type: 'remove', path: 'a/x.txt' }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(readdirSync(path.join(folder, 'elsewhere'))).toEqual(['x.txt']);
    rmSync(path.join(inbox, 'a'));
    writeFileSync(path.join(inbox, 'a'), 'a file');
    expect(await refusal(run({ type: 'remove', path: 'a/x.txt' }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('touches no file while another folder is in the place of the inbox', async () => {
    await put('x.txt', 'text');
    inboxProblem = 'INBOX_REPLACED';
    pausedBecause = 'STORE_DOWN'; // is shown instead of INBOX_REPLACED, but must not hide it
    expect(await refusal(put('y.txt', 'text'))).toMatchObject({ code: 'CONFLICT' });
    expect(await refusal(run({ type: 'remove', path: 'x.txt' }))).toMatchObject({ code: 'CONFLICT' });
    expect(readdirSync(inbox)).toEqual(['x.txt']);
  });

  it('makes no inbox in the place of one that is missing, also before a scan has noticed', async () => {
    await put('x.txt', 'text');
    renameSync(inbox, `${inbox}-away`);
    expect(await refusal(put('y.txt', 'text'))).toMatchObject({ code: 'CONFLICT' });
    expect(await refusal(run({ type: 'remove', path: 'x.txt' }))).toMatchObject({ code: 'CONFLICT' });
    expect(existsSync(inbox)).toBe(false);
  });

  it('sets titles and tags for followers of the feed and for the next start, and takes them back', async () => {
    observe('a.md');
    const { seq } = ledger;
    const described = await run({
      type: 'describe',
      path: 'a.md',
      title: ' Ata  ',
      tags: ['fiscal', 'ação', 'fiscal'],
    });
    expect(described).toMatchObject({ title: 'Ata', tags: ['fiscal', 'ação'], seq: seq + 1 });
    expect(JSON.parse((await eventsFrom(String(seq), 1)).find(({ id }) => id !== null)!.data)).toEqual(described);
    expect(await run({ type: 'describe', path: 'a.md', title: null })).toMatchObject({
      title: 'a.md',
      tags: ['fiscal', 'ação'],
    });
    using stored = new DocumentDetails(path.join(folder, 'details.db'));
    expect(stored.find('a.md').tags).toEqual(['fiscal', 'ação']);
    for (const [change, code, field] of [
      [{ title: ' ' }, 'BLANK', 'title'],
      [{ title: 'x'.repeat(301) }, 'TOO_LONG', 'title'],
      [{ title: 'a\u001b[2J' }, 'INVALID', 'title'],
      [{ tags: ['ok', ''] }, 'BLANK', 'tags'],
      [{ tags: ['x'.repeat(61)] }, 'TOO_LONG', 'tags'],
      [{ tags: Array.from({ length: 51 }, (_, n) => `${n}`) }, 'TOO_LONG', 'tags'],
    ] as const) {
      expect(await refusal(run({ type: 'describe', path: 'a.md', ...change }))).toMatchObject({ code, field });
    }
    expect(details.find('a.md').tags).toEqual(['fiscal', 'ação']);
    expect(await refusal(run({ type: 'describe', path: 'b.md', title: 'B' }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('reads again what is known of the paths; pauses and resumes', async () => {
    observe('a.md');
    expect(await run({ type: 'reread', paths: ['a.md', 'unknown.md'] })).toMatchObject([{ path: 'a.md' }]);
    expect(await run({ type: 'pause' })).toMatchObject({ pausedBecause: 'BY_HAND' });
    expect(await run({ type: 'resume', confirmRemovals: true })).toMatchObject({ pausedBecause: null });
  });

  it('says so when the disk is full or may not be written to', async () => {
    for (const [errno, status, code] of [
      ['ENOSPC', 507, 'DISK_FULL'],
      ['EROFS', 403, 'READ_ONLY'],
      ['EACCES', 403, 'READ_ONLY'],
      ['EIO', 500, undefined],
    ] as const) {
      const fail = (): Promise<never> => Promise.reject(Object.assign(new Error(`${errno}: open`), { code: errno }));
      await using failing = await startInternalApi({ ...parts, commands: { run: fail, put: fail, open: fail } });
      const address = `http://127.0.0.1:${failing.port}/v1/files?path=x.txt`;
      const response = await fetch(address, { method: 'PUT', headers: authorized(), body: 'x' });
      expect([response.status, (await response.json()) as unknown]).toMatchObject([status, code ? { code } : {}]);
    }
  });

  it('requires the key for commands, and rejects browsers and whatever is not a command', async () => {
    const post = (body: string, headers: Record<string, string>) =>
      fetch(`${url}/v1/commands`, { method: 'POST', headers, body }).then(({ status }) => status);
    expect(await post('{"type":"pause"}', {})).toBe(401);
    expect(await post('{"type":"pause"}', { ...authorized(), origin: 'http://localhost:4000' })).toBe(403);
    expect(pausedBecause).toBeNull();
    for (const body of ['', '{', '{"type":"format"}', '{"type":"remove"}', '{"type":"pause","more":1}']) {
      expect([body, await post(body, authorized())]).toEqual([body, 400]);
    }
    const outside = await fetch(`${url}/v1/files?path=x.txt`, { method: 'PUT', body: 'x' });
    expect([outside.status, readdirSync(inbox)]).toEqual([401, []]);
  });
});
