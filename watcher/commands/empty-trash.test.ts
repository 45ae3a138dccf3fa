import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TrashRetention } from './empty-trash.ts';
import { moveToTrash } from './trash.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 0, 1);

let folder: string;
let trashDir: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-trash-'));
  trashDir = path.join(folder, 'trash');
  mkdirSync(path.join(folder, 'inbox/a'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

async function trash(name: string, atMs: number): Promise<void> {
  writeFileSync(path.join(folder, 'inbox', name), name);
  await moveToTrash(path.join(folder, 'inbox'), name, trashDir, atMs);
}
const left = (): readonly string[] =>
  readdirSync(trashDir, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.txt'))
    .map((name) => path.basename(name))
    .toSorted();

it('deletes what is older than the days it is kept, once it was old for an hour', async () => {
  await trash('a/old.txt', START_MS);
  await trash('a/same.txt', START_MS);
  await trash('new.txt', START_MS + DAY_MS);
  const retention = new TrashRetention(trashDir, 30);
  expect(await retention.pass(START_MS + 30 * DAY_MS - 1, 0)).toBe(0);
  expect(await retention.pass(START_MS + 30 * DAY_MS, 1 * HOUR_MS)).toBe(0);
  expect(await retention.pass(START_MS + 30 * DAY_MS + HOUR_MS - 1, 2 * HOUR_MS - 1)).toBe(0);
  expect(left()).toEqual(['new.txt', 'old.txt', 'same.txt']);
  expect(await retention.pass(START_MS + 30 * DAY_MS + HOUR_MS, 2 * HOUR_MS)).toBe(2);
  expect(left()).toEqual(['new.txt']);
});

it('deletes nothing because of a clock that jumps ahead and is set right within an hour', async () => {
  await trash('a.txt', START_MS);
  const retention = new TrashRetention(trashDir, 30);
  await retention.pass(START_MS + 3650 * DAY_MS, 0);
  await retention.pass(START_MS + 3650 * DAY_MS, HOUR_MS - 1);
  await retention.pass(START_MS + DAY_MS, 2 * HOUR_MS);
  await retention.pass(START_MS + 3650 * DAY_MS, 3 * HOUR_MS);
  expect(left()).toEqual(['a.txt']);
});

it('leaves alone what it has not put there, keeps nothing for 0 days, and does without a trash', async () => {
  const retention = new TrashRetention(trashDir, 0);
  expect(await retention.pass(START_MS, 0)).toBe(0);
  mkdirSync(path.join(trashDir, 'backup of 2020-01-01'), { recursive: true });
  await trash('a.txt', START_MS);
  await retention.pass(START_MS, 0);
  expect(await retention.pass(START_MS, HOUR_MS)).toBe(1);
  expect([left(), existsSync(path.join(trashDir, 'backup of 2020-01-01'))]).toEqual([[], true]);
});
