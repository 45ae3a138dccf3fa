import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '#shared/log.ts';
import { readServerSentEvents, type ServerSentEvent } from '#shared/watcher-api/server-sent-events.ts';
import type { Snapshot, WatcherEvent } from '#shared/watcher-api/watcher-api.ts';
import { followWatcher } from '#shared/watcher-api/watcher-client.ts';
import { ProgressFeed } from './event-feed.ts';
import { startInternalApi, type InternalApi } from './internal-api.ts';
import { openInternalKey } from './internal-key.ts';
import { Ledger } from './ledger.ts';

const WAIT = { timeout: 20_000, interval: 10 };

let folder: string;
let ledger: Ledger;
let api: InternalApi;
let url: string;
let keyFile: string;
let pausedBecause: string | null;
const progress = new ProgressFeed();

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-internal-'));
  keyFile = path.join(folder, 'internal.key');
  ledger = new Ledger(path.join(folder, 'ledger.db'));
  pausedBecause = null;
  const ingestion = () => ({ queued: ledger.countUnfinished(), watching: 'EVENTS', pausedBecause }) as const;
  api = await startInternalApi({
    host: '127.0.0.1',
    port: 0,
    key: openInternalKey(keyFile),
    ledger,
    progress,
    ingestion,
  });
  url = `http://127.0.0.1:${api.port}`;
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
  ledger[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const observe = (name: string, signature = 's'): void =>
  ledger.apply([{ type: 'observe', file: { path: name, signature, sizeBytes: 1, modifiedMs: 0, changedMs: 0 } }], 1);
const authorized = () => ({ authorization: `Bearer ${openInternalKey(keyFile)}` });

/** Server-sent events from a position, until `count` with an id have come. */
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

  it('is alive without a key, and not ready while it is paused', async () => {
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    pausedBecause = 'INBOX_MISSING';
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
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

  it('sends who comes from a position it does not know back to the snapshot', async () => {
    observe('a.md');
    expect(await eventsFrom('999', 1)).toMatchObject([{ event: 'reset' }]);
    expect(await eventsFrom('nonsense', 1)).toMatchObject([{ event: 'reset' }]);
    ledger.apply([{ type: 'remove', path: 'a.md' }], 2);
    ledger.sweep(3); // the removal is forgotten: whoever was away since before it has to start over
    expect(await eventsFrom('0', 1)).toMatchObject([{ event: 'reset' }]);
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
