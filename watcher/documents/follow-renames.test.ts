import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLog } from '#shared/log.ts';
import { DocumentDetails } from './document-details.ts';
import { followRenames } from './follow-renames.ts';
import { Ledger } from '../ledger/ledger.ts';

const WAIT = { timeout: 20_000, interval: 10 };
const HOUR_MS = 3_600_000;

let folder: string;
let ledger: Ledger;
let details: DocumentDetails;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-renames-'));
  ledger = new Ledger(path.join(folder, 'ledger.db'));
  details = new DocumentDetails(path.join(folder, 'details.db'));
});
afterEach(() => {
  ledger[Symbol.dispose]();
  details[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Changes the ledger as a scan and a lane would. */
function appear(name: string, bytes: string, atMs: number): void {
  const file = { path: name, signature: name, sizeBytes: 1, modifiedMs: 0, changedMs: 0 };
  ledger.apply([{ type: 'observe', file, quietMs: 0 }], atMs);
  ledger.apply([{ type: 'settle', path: name }], atMs);
  ledger.startReading(ledger.find(name)!);
  ledger.hashed(ledger.find(name)!, bytes, `content of ${bytes}`, true);
  ledger.touch(name);
}
function vanish(name: string, atMs: number): void {
  ledger.apply([{ type: 'miss', path: name }], atMs);
  ledger.apply([{ type: 'remove', path: name }], atMs + 1000);
}
const tagsOf = (name: string): readonly string[] => details.find(name).tags;

it('lets title and tags follow a renamed file, whichever is noticed first, and tells followers of the feed', async () => {
  for (const name of ['a.txt', 'b.txt']) {
    appear(name, `bytes of ${name}`, 1);
    details.set(name, { title: `Title of ${name}`, tags: ['x'] });
  }
  await using _ = followRenames(ledger, details, silentLog);
  appear('new/a.txt', 'bytes of a.txt', HOUR_MS);
  vanish('a.txt', HOUR_MS);
  vanish('b.txt', HOUR_MS);
  appear('new/b.txt', 'bytes of b.txt', HOUR_MS + 5000);
  const { seq } = ledger;
  await vi.waitFor(() => expect([tagsOf('new/a.txt'), tagsOf('new/b.txt')]).toEqual([['x'], ['x']]), WAIT);
  expect([details.find('new/a.txt').title, details.has('a.txt')]).toEqual(['Title of a.txt', false]);
  await vi.waitFor(() => expect(ledger.changedSince(seq, 10).map((row) => row.path)).toContain('new/b.txt'), WAIT);
});

it('finds each of many equal files by its name when their folder is renamed', async () => {
  const names = ['1.txt', '2.txt', '3.txt'];
  for (const name of names) {
    appear(`old/${name}`, 'the same', 1);
    details.set(`old/${name}`, { tags: [name] });
  }
  for (const name of names) appear(`new/${name}`, 'the same', HOUR_MS);
  for (const name of names) vanish(`old/${name}`, HOUR_MS);
  await using _ = followRenames(ledger, details, silentLog); // the watcher was killed before it had followed
  await vi.waitFor(() => expect(names.map((name) => tagsOf(`new/${name}`))).toEqual(names.map((name) => [name])), WAIT);
});

it('leaves a copy alone that was there long before, and what has tags of its own', async () => {
  appear('old-copy.txt', 'bytes', 1);
  appear('a.txt', 'bytes', 1);
  appear('own.txt', 'bytes', HOUR_MS);
  details.set('a.txt', { tags: ['x'] });
  details.set('own.txt', { tags: ['own'] });
  await using _ = followRenames(ledger, details, silentLog);
  vanish('a.txt', HOUR_MS);
  appear('b.txt', 'bytes', HOUR_MS);
  await vi.waitFor(() => expect(tagsOf('b.txt')).toEqual(['x']), WAIT);
  expect([tagsOf('old-copy.txt'), tagsOf('own.txt')]).toEqual([[], ['own']]);
});

it('keeps what people wrote of a file that is gone, for when it comes back', async () => {
  for (const name of ['a.txt', 'moves.txt']) {
    appear(name, `bytes of ${name}`, 1);
    details.set(name, { tags: [name] });
  }
  await using _ = followRenames(ledger, details, silentLog);
  vanish('a.txt', HOUR_MS);
  appear('b.txt', 'other bytes', HOUR_MS);
  appear('a.txt', 'bytes of a.txt', 2 * HOUR_MS);
  vanish('moves.txt', 2 * HOUR_MS);
  appear('moved.txt', 'bytes of moves.txt', 2 * HOUR_MS);
  await vi.waitFor(() => expect(tagsOf('moved.txt')).toEqual(['moves.txt']), WAIT); // all of it was seen
  expect([tagsOf('a.txt'), tagsOf('b.txt')]).toEqual([['a.txt'], []]);
});

it('stops the start rather than lose what people wrote', () => {
  const file = path.join(folder, 'damaged.db');
  writeFileSync(file, 'not a database '.repeat(100));
  const unreadable = (of: string): object =>
    expect.objectContaining({ code: 'DETAILS_UNREADABLE', message: expect.stringContaining(of) });
  expect(() => new DocumentDetails(file)).toThrow(unreadable(file));
  const json = path.join(folder, 'details.json');
  writeFileSync(json, '{"version":1,"docum');
  expect(() => new DocumentDetails(path.join(folder, 'new.db'))).toThrow(unreadable(json));
  expect(existsSync(json)).toBe(true);
});
