import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '#shared/log.ts';
import { openRecognizedPages, type RecognizedPages } from './recognized-pages.ts';

let parent: string;
let folder: string;
let pages: RecognizedPages;
beforeEach(() => {
  parent = mkdtempSync(path.join(os.tmpdir(), 'askbox-recognized-'));
  folder = path.join(parent, 'recognized');
  pages = openRecognizedPages(folder, silentLog);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const page = (text: string) => ({ paragraphs: [text, 'ção\u2028'], confidence: 91.5 });

it('keeps the pages of each content in order, closed to other users, until they are deleted', () => {
  expect([pages.find('c1'), existsSync(folder)]).toEqual([[], false]);
  pages.add('c1', page('um'));
  pages.add('c1', null);
  pages.add('c2', page('dois'));
  expect(openRecognizedPages(folder, silentLog).find('c1')).toEqual([page('um'), null]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder).map((name) => statSync(path.join(folder, name)).mode & 0o777)).toEqual([0o600, 0o600]);
  pages.delete('c1');
  pages.delete('c1');
  expect([pages.find('c1'), pages.find('c2')]).toEqual([[], [page('dois')]]);
  pages.add('c3', null);
  pages.keepOnly(new Set(['c3', 'c4']));
  expect(readdirSync(folder)).toEqual(['c3.jsonl']);
});

it.each(['{"paragraphs":["cort', '{"paragraphs":1}\n', '{}\n', '\n'])(
  'reads up to what a kill or a disk has damaged (%j), and goes on from there',
  (damage) => {
    pages.add('c1', page('um'));
    appendFileSync(path.join(folder, 'c1.jsonl'), damage);
    expect(pages.find('c1')).toEqual([page('um')]);
    pages.add('c1', page('dois'));
    expect(pages.find('c1')).toEqual([page('um'), page('dois')]);
  },
);

it('takes no more than 16 MB of a content', () => {
  const large = page('x'.repeat(8_000_000));
  for (let n = 0; n < 4; n++) pages.add('c1', large);
  expect(pages.find('c1')).toHaveLength(2);
});

it('throws nothing when the disk fails', () => {
  writeFileSync(folder, 'a file in the place of the folder');
  pages.add('c1', null);
  pages.delete('c1');
  pages.keepOnly(new Set());
  expect(pages.find('c1')).toEqual([]);
});
