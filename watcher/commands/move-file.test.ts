import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { moveFile } from './move-file.ts';

/** A file system in memory that every Linux has. The temporary folder is rarely on it. */
const OTHER = '/dev/shm';
const isOther = existsSync(OTHER) && statSync(OTHER).dev !== statSync(os.tmpdir()).dev;
const NO_OTHER = `there is no ${OTHER} on another file system than the temporary folder`;

const folders: string[] = [];
const newFolder = (parent: string): string => {
  folders.push(mkdtempSync(path.join(parent, 'askbox-move-')));
  return folders.at(-1)!;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

it('moves a file to another file system, leaving neither the old one nor a draft', async ({ skip }) => {
  skip(!isOther, NO_OTHER);
  const [here, there] = [newFolder(os.tmpdir()), newFolder(OTHER)];
  const [from, to] = [path.join(here, 'a.txt'), path.join(there, 'b.txt')];
  writeFileSync(from, 'text');
  await moveFile(from, to);
  expect([readFileSync(to, 'utf8'), readdirSync(here), readdirSync(there)]).toEqual(['text', [], ['b.txt']]);
});

it('leaves the file where it is when it cannot be moved, and no draft at the goal', async ({ skip }) => {
  skip(!isOther, NO_OTHER);
  const [here, there] = [newFolder(os.tmpdir()), newFolder(OTHER)];
  const from = path.join(here, 'a.txt');
  writeFileSync(from, 'text');
  const taken = path.join(there, 'folder');
  mkdirSync(taken);
  await expect(moveFile(from, taken)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect([readFileSync(from, 'utf8'), readdirSync(there)]).toEqual(['text', ['folder']]);
});

it('loses nothing that is written while it copies', async ({ skip }) => {
  skip(!isOther, NO_OTHER);
  const [here, there] = [newFolder(os.tmpdir()), newFolder(OTHER)];
  const from = path.join(here, 'a.txt');
  writeFileSync(from, Buffer.alloc(32 * 1024 * 1024));
  let isMoving = true;
  const moving = moveFile(from, path.join(there, 'a.txt')).finally(() => (isMoving = false));
  const write = (): void => {
    if (!isMoving) return;
    appendFileSync(from, 'x');
    setImmediate(write);
  };
  write();
  await expect(moving).rejects.toMatchObject({ code: 'CONFLICT' });
  expect([readdirSync(here), readdirSync(there)]).toEqual([['a.txt'], []]);
});
