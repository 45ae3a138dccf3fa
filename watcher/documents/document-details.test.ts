import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DocumentDetails } from './document-details.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-details-'));
  file = path.join(folder, 'details.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('keeps titles and tags when it is opened again, and nothing of what was taken back', () => {
  using before = new DocumentDetails(file);
  before.set('a.md', { title: 'Ata', tags: ['fiscal'] });
  before.set('b.md', { tags: ['jacarandá'] });
  before.set('c.md', { title: 'Contrato' });
  before.move([{ from: 'c.md', to: 'pasta/c.md' }]);
  before.set('a.md', { title: null });
  before.set('b.md', { tags: [] });
  before[Symbol.dispose]();
  using after = new DocumentDetails(file);
  expect(after.find('a.md')).toEqual({ title: null, tags: ['fiscal'], url: null });
  expect(after.find('pasta/c.md')).toEqual({ title: 'Contrato', tags: [], url: null });
  expect(['b.md', 'c.md'].map((name) => after.has(name))).toEqual([false, false]);
  expect(readFileSync(file).includes('jacarandá')).toBe(false);
});

it('writes one row for a change, however many there are', () => {
  using details = new DocumentDetails(file);
  for (let n = 0; n < 50; n++) details.set(`${n}.md`, { tags: [`t${n}`] });
  const rowsBefore = rowIds();
  details.set('7.md', { title: 'Sete' });
  const rowsAfter = rowIds();
  expect(Object.keys(rowsAfter)).toHaveLength(50);
  expect(Object.keys(rowsAfter).filter((name) => rowsAfter[name] !== rowsBefore[name])).toEqual(['7.md']);
});

it('takes over the details.json of an earlier version once, and keeps that file', () => {
  const json = path.join(folder, 'details.json');
  const documents = [
    { path: 'a.md', title: 'Ata', tags: [] },
    { path: 'b.md', title: null, tags: ['fiscal', 'ação'] },
  ];
  const text = JSON.stringify({ version: 1, documents });
  writeFileSync(json, text);
  using first = new DocumentDetails(file);
  expect(first.find('a.md')).toEqual({ title: 'Ata', tags: [], url: null });
  first.set('a.md', { title: 'Ata de maio' });
  first[Symbol.dispose]();
  expect([existsSync(json), readFileSync(`${json}.imported`, 'utf8')]).toEqual([false, text]);

  // As after a kill between the import and the renaming: what was written later stays.
  writeFileSync(json, text);
  using second = new DocumentDetails(file);
  expect(second.find('a.md').title).toBe('Ata de maio');
  expect(second.find('b.md').tags).toEqual(['fiscal', 'ação']);
});

it('takes over the file of a version without addresses', () => {
  const old = new DatabaseSync(file);
  old.exec(`CREATE TABLE details (path TEXT PRIMARY KEY, title TEXT, tags TEXT NOT NULL) STRICT;
    INSERT INTO details VALUES ('a.md', 'Ata', '["fiscal"]');
    PRAGMA application_id = 1634954084; PRAGMA user_version = 1`);
  old.close();
  for (const url of [null, 'https://example.com/']) {
    using details = new DocumentDetails(file);
    expect(details.find('a.md')).toEqual({ title: 'Ata', tags: ['fiscal'], url });
    details.set('a.md', { url: 'https://example.com/' });
  }
  using details = new DocumentDetails(file);
  details.move([{ from: 'a.md', to: 'b.md' }]);
  expect([details.has('a.md'), details.find('b.md').url]).toEqual([false, 'https://example.com/']);
});

it('refuses a file of another program or of a newer askbox', () => {
  using details = new DocumentDetails(file);
  details[Symbol.dispose]();
  for (const sql of ['PRAGMA user_version = 3', 'PRAGMA application_id = 1']) {
    using db = new DatabaseSync(file);
    db.exec(sql);
    db.close();
    expect(() => new DocumentDetails(file)).toThrow(expect.objectContaining({ code: 'DETAILS_UNREADABLE' }));
  }
});

/** The row number of each path. A row that is written again gets another one. */
function rowIds(): Record<string, number> {
  using db = new DatabaseSync(file, { readOnly: true });
  const rows = db.prepare('SELECT path, rowid AS id FROM details').all();
  return Object.fromEntries(rows.map(({ path: name, id }) => [String(name), Number(id)]));
}
