import { expect, test } from 'vitest';
import { countFolders, countTags } from './count-documents.ts';

const { signal } = new AbortController();

test('a folder counts what its subfolders have, and the top of the inbox is none', async () => {
  const paths = ['a.txt', 'rh/férias/b.txt', 'rh/c.txt', 'obras/2026/d.txt', 'obras/2026/e.txt', 'zelo/f.txt'];
  expect(
    await countFolders(
      paths.map((path) => ({ path })),
      signal,
    ),
  ).toEqual([
    { path: 'obras', count: 2 },
    { path: 'obras/2026', count: 2 },
    { path: 'rh', count: 2 },
    { path: 'rh/férias', count: 1 },
    { path: 'zelo', count: 1 },
  ]);
  expect(await countFolders([], signal)).toEqual([]);
});

test('tags are counted by their documents, and a document whose tags are unknown has none', async () => {
  const documents = [{ tags: ['fiscal', '2026'] }, { tags: null }, { tags: ['fiscal'] }, { tags: [] }];
  expect(await countTags(documents, signal)).toEqual([
    { tag: 'fiscal', count: 2 },
    { tag: '2026', count: 1 },
  ]);
});

test('counting ends with its caller', async () => {
  await expect(countTags([{ tags: [] }], AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
});
