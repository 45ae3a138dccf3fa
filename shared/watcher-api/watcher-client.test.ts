import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import { readServerSentEvents } from './server-sent-events.ts';
import { startTestWatcher, testDocument, type TestWatcher } from './testing/watcher.ts';
import { followWatcher } from './watcher-client.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'askbox-watcher-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function follow(watcher: TestWatcher, options: { readonly maxSilenceMs?: number } = {}) {
  const stop = new AbortController();
  const said: string[] = [];
  const ended = followWatcher({
    url: watcher.url,
    keyFile: path.join(dir, 'internal.key'),
    signal: stop.signal,
    onSnapshot: ({ seq, documents }) => said.push(`snapshot ${seq} of ${documents.length}`),
    onEvent: (event) => said.push(event.type === 'document' ? `document ${event.document.path}` : event.type),
    onLost: (reason) => said.push(`lost: ${reason}`),
    log: silentLog,
    ...options,
  });
  return {
    said,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`not within 20 s: ${what}`);
    await sleep(2);
  }
}

test('takes a snapshot, then every event after its seq', async () => {
  await using watcher = await startTestWatcher([testDocument({ id: 'a', path: 'a.txt', seq: 7 })]);
  writeFileSync(path.join(dir, 'internal.key'), `${watcher.key}\n`);
  await using following = follow(watcher);
  await until('it is followed', () => watcher.followers === 1);
  expect(watcher.lastEventId).toBe('7');
  watcher.send('document', testDocument({ id: 'b', path: 'b.txt', seq: 8 }), 8);
  watcher.send('of a newer watcher', {});
  watcher.send('ingestion', { queued: 0, watching: 'EVENTS', pausedBecause: null });
  await until('the events', () => following.said.length === 3);
  expect(following.said).toEqual(['snapshot 7 of 1', 'document b.txt', 'ingestion']);
});

test('a lost connection is reported once, and followed by a new snapshot', async () => {
  await using watcher = await startTestWatcher();
  writeFileSync(path.join(dir, 'internal.key'), watcher.key);
  await using following = follow(watcher);
  await until('it is followed', () => watcher.followers === 1);
  watcher.documents = [testDocument({ id: 'a', path: 'a.txt', seq: 1 })];
  watcher.drop();
  await until('it is followed again', () => watcher.snapshots === 2 && watcher.followers === 1);
  expect(following.said).toEqual(['snapshot 0 of 0', expect.stringMatching(/^lost: /), 'snapshot 1 of 1']);
});

test('a watcher that hangs with its connections open is lost, and followed again when it speaks', async () => {
  await using watcher = await startTestWatcher();
  writeFileSync(path.join(dir, 'internal.key'), watcher.key);
  await using following = follow(watcher, { maxSilenceMs: 20 });
  await until('it is lost and followed again', () => following.said.length >= 3);
  expect(following.said.slice(0, 3)).toEqual([
    'snapshot 0 of 0',
    expect.stringMatching(/^lost: the watcher has been silent/),
    'snapshot 0 of 0',
  ]);
});

test('a loss after each snapshot is reported each time, however often the events cannot be followed', async () => {
  await using watcher = await startTestWatcher();
  writeFileSync(path.join(dir, 'internal.key'), watcher.key);
  watcher.refusesEvents = true;
  await using following = follow(watcher);
  await until('the third attempt', () => watcher.snapshots >= 3 && following.said.length >= 6);
  const attempt = ['snapshot 0 of 0', expect.stringMatching(/^lost: .*503/)];
  expect(following.said.slice(0, 6)).toEqual([...attempt, ...attempt, ...attempt]);
});

test('a reset takes a new snapshot without reporting a lost connection', async () => {
  await using watcher = await startTestWatcher();
  writeFileSync(path.join(dir, 'internal.key'), watcher.key);
  await using following = follow(watcher);
  await until('it is followed', () => watcher.followers === 1);
  watcher.send('reset', {});
  await until('it starts over', () => following.said.length === 2);
  expect(following.said).toEqual(['snapshot 0 of 0', 'snapshot 0 of 0']);
});

test('waits for a key that the watcher has not made yet', async () => {
  await using watcher = await startTestWatcher();
  await using following = follow(watcher);
  await until('it is lost', () => following.said.length === 1);
  expect(following.said[0]).toMatch(/lost: no key in .*internal\.key/);
  writeFileSync(path.join(dir, 'internal.key'), watcher.key);
  await until('it is followed', () => watcher.followers === 1);
});

test('reads events that arrive in any pieces', async () => {
  const stream = ': a comment\n\nevent: a\r\nid: 1\r\ndata: é\r\n\r\ndata: one\ndata: two\n\ndata: unfinished';
  const bytes = new TextEncoder().encode(stream);
  for (let size = 1; size <= 7; size++) {
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
    }
    expect(await Array.fromAsync(readServerSentEvents(pieces()))).toEqual([
      { event: 'a', data: 'é', id: '1' },
      { event: 'message', data: 'one\ntwo', id: null },
    ]);
  }
});
