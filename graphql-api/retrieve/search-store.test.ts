import { expect, test } from 'vitest';
import type { StoreReader } from '#shared/store/store.ts';
import { queryVector } from '#shared/text/sparse.ts';
import { documentStateFromStore } from '../documents/replica.ts';
import { openTestStore, publish } from '../testing/running-api.ts';
import { searchStore } from './search-store.ts';

const QUESTION = 'contrato de aluguel';

/**
 * Opens a store with ten Portuguese documents that contain the question and an English one that shares some letters
 * with it.
 */
async function openMixedStore() {
  const opened = await openTestStore();
  for (let i = 0; i < 10; i++) {
    await publish(opened.store, `pt-${i}.txt`, [`O contrato de aluguel número ${i}.`], { language: 'pt' });
  }
  await publish(opened.store, 'en.txt', ['The contrast of the tenors.'], { language: 'en' });
  const documents = (await opened.reader.documents()).map(documentStateFromStore);
  let searches = 0;
  const requests: Parameters<StoreReader['search']>[0][] = [];
  const reader = Object.assign(Object.create(opened.reader) as StoreReader, {
    search: (...input: Parameters<StoreReader['search']>) => {
      searches++;
      requests.push(input[0]);
      return opened.reader.search(...input);
    },
  });
  return Object.assign(opened, {
    searches: () => searches,
    requests,
    find: async (about: { paths?: readonly string[]; named?: readonly string[]; isFiltered?: boolean }) => {
      const { paths, named = [], isFiltered = false } = about;
      const allowed = documents.filter(({ path }) => paths?.includes(path) ?? true);
      const request = {
        sparse: queryVector(QUESTION),
        dense: null,
        embedAgain: async () => null,
        limit: 4,
        documents: allowed,
        isFiltered,
        named: documents.flatMap(({ path, contentId }) => (named.includes(path) ? (contentId ?? []) : [])),
      };
      const { sparse: hits } = await searchStore(request, reader, new AbortController().signal);
      return hits.map((hit) => hit.documents[0]!.path).toSorted();
    },
  });
}

test('the best of a language are among the candidates even when another language has better ones enough', async () => {
  await using opened = await openMixedStore();
  const found = await opened.find({});
  expect(found).toHaveLength(5);
  expect(found).toContain('en.txt');
});

test('a language is searched by its name, so that a request does not grow with the number of documents', async () => {
  await using opened = await openMixedStore();
  await opened.find({});
  expect(opened.requests.map(({ contents, language }) => ({ contents, language }))).toEqual([
    { contents: undefined, language: undefined },
    { contents: undefined, language: 'en' },
  ]);
});

test('documents in one language are searched once', async () => {
  await using opened = await openMixedStore();
  expect(await opened.find({ paths: ['pt-1.txt', 'pt-2.txt'], isFiltered: true })).toEqual(['pt-1.txt', 'pt-2.txt']);
  expect(opened.searches()).toBe(1);
});

test('a document that the question names is a candidate, each chunk once', async () => {
  await using opened = await openMixedStore();
  const without = await opened.find({});
  const last = Array.from({ length: 10 }, (_, i) => `pt-${i}.txt`).find((path) => !without.includes(path))!;
  expect(await opened.find({ named: [last, without[1]!] })).toEqual([...without, last].toSorted());
});

test('a filter keeps out what it does not let through, whatever its language', async () => {
  await using opened = await openMixedStore();
  expect(await opened.find({ paths: ['en.txt'], isFiltered: true })).toEqual(['en.txt']);
});
