import { test } from 'vitest';
import { queryVector } from '../../text/sparse.ts';
import type { Hit, StoreReader, StoreSource, StoreWriter, VectorSpace } from '../store.ts';

/** One empty store of a driver, for one test. Disposing of it deletes it. */
export interface StoreUnderTest extends AsyncDisposable {
  openWriter(): Promise<StoreWriter>;
  openReader(signal?: AbortSignal): Promise<StoreReader>;
  openSource(): Promise<StoreSource>;
}

/** The space of the tests' vectors. */
export const SPACE: VectorSpace = { name: 'model-a', dimensions: 3 };

/** The `it` of the contract: each test gets an empty store, with a writer and a reader that are open, and ways to search. */
export type StoreTest = ReturnType<typeof storeTest>;

/** Returns the contract's `it` for one driver. @param makeStore returns a new, empty store. */
export function storeTest(makeStore: () => Promise<StoreUnderTest>) {
  return test
    .extend('makeStore', () => makeStore)
    .extend('opened', async ({ makeStore: make }, { onCleanup }) => {
      const underTest = await make();
      const writer = await underTest.openWriter();
      const reader = await underTest.openReader();
      onCleanup(async () => {
        await reader[Symbol.asyncDispose]();
        await writer[Symbol.asyncDispose]();
        await underTest[Symbol.asyncDispose]();
      });
      return { underTest, writer, reader };
    })
    .extend('underTest', ({ opened }) => opened.underTest)
    .extend('writer', ({ opened }) => opened.writer)
    .extend('reader', ({ opened }) => opened.reader)
    .extend(
      'find',
      ({ reader }) =>
        async (question: string, contents?: readonly string[], limit = 10): Promise<readonly Hit[]> => {
          const request = { sparse: queryVector(question), limit };
          return (await reader.search(contents === undefined ? request : { ...request, contents })).sparse;
        },
    )
    .extend('findPaths', ({ find }) => async (question: string): Promise<string[]> => {
      const hits = await find(question);
      return hits.flatMap((hit) => hit.documents.map((document) => document.path));
    })
    .extend('findTexts', ({ find }) => async (question: string): Promise<string[]> => {
      const hits = await find(question);
      return hits.map((hit) => hit.chunk.text);
    });
}
