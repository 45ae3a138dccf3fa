import { describe, expect } from 'vitest';
import { clearStore, copyStore } from '../copy-store.ts';
import { queryVector } from '../../text/sparse.ts';
import type { StoreReader, StoreSource, StoreWriter, VectorSpace } from '../store.ts';
import { makeContent, makeDocument, store, type TestContent } from './contents.ts';
import { SPACE, type StoreTest } from './store-test.ts';

const NEXT_SPACE: VectorSpace = { name: 'model-b', dimensions: 2 };

const CONTENTS: readonly TestContent[] = [
  makeContent('a', ['Caju maduro. ', 'Caju verde. ', 'Figo.'], { title: 'Frutas', headings: ['Feira'], overlap: 3 }),
  makeContent('b', ['Hotel no centro.'], { language: 'en' }),
];

/** Stores two contents under three paths, with vectors in two spaces, a tombstone and a content that is not published. */
async function fill(writer: StoreWriter): Promise<void> {
  const [fruit, hotel] = CONTENTS as [TestContent, TestContent];
  await store(writer, 'frutas.txt', fruit, 3);
  await store(writer, 'hotel.txt', hotel, 4);
  await writer.publish(makeDocument('hotel-2.txt', hotel), 5);
  await writer.unpublish('apagado.txt', 9);
  const unpublished = makeContent('c', ['nunca publicado']);
  await writer.putChunks(unpublished.summary, unpublished.chunks);
  await writer.putVectors(NEXT_SPACE, hotel.summary.id, [{ ordinal: 0, vector: Float32Array.of(0, 1) }]);
  await writer.putVectors(SPACE, fruit.summary.id, [
    { ordinal: 0, vector: Float32Array.of(1, 0, 0) },
    { ordinal: 2, vector: Float32Array.of(0, 1, 0) },
  ]);
  await writer.activate(SPACE);
}

/** What readers and a watcher see of the store that fill has filled. */
async function stateOf(reader: StoreReader, writer: StoreWriter): Promise<unknown> {
  const search = async (words: string, vector?: Float32Array): Promise<unknown> => {
    const dense = vector === undefined ? {} : { dense: { space: SPACE, vector } };
    const found = await reader.search({ sparse: queryVector(words), ...dense, limit: 10 });
    return [found.sparse, found.dense].map((hits) => hits.map(({ chunk, documents }) => ({ chunk, documents })));
  };
  const hashes = CONTENTS.flatMap(({ chunks }) => chunks.map(({ embeddedTextHash }) => embeddedTextHash));
  return {
    documents: await reader.documents(),
    searches: [await search('caju', Float32Array.of(1, 0, 0)), await search('hotel'), await search('publicado')],
    texts: await Promise.all(CONTENTS.map(({ summary }) => reader.text(summary.id, 0, 1000))),
    spaces: await writer.knownSpaces(),
    vectors: [await writer.findVectors(SPACE, hashes), await writer.findVectors(NEXT_SPACE, hashes)],
    publications: (await Array.fromAsync(writer.publications())).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    lastRevision: writer.lastRevision,
  };
}

/** Tests that a store can be copied into another one of its kind. copy-store.test.ts copies between kinds. */
export function describeCopying(it: StoreTest): void {
  describe('copying', () => {
    it('takes all that is published, with vectors, revisions and tombstones, and nothing else', async ({
      makeStore,
      underTest,
      writer,
      reader,
    }) => {
      await fill(writer);
      await using other = await makeStore();
      await using target = await other.openWriter();
      await using source = await underTest.openSource();
      expect(await copyStore(source, target)).toEqual([]);
      await using copy = await other.openReader();
      expect(await stateOf(copy, target)).toEqual(await stateOf(reader, writer));
      expect(await Array.fromAsync(target.contents())).toHaveLength(2);
      await target.publish(makeDocument('apagado.txt', CONTENTS[0]!), 8);
      expect((await copy.documents()).map(({ path }) => path)).not.toContain('apagado.txt');
    });

    it('goes into a store that was cleared, with any revisions', async ({ makeStore, underTest, writer, reader }) => {
      await fill(writer);
      await using other = await makeStore();
      await using target = await other.openWriter();
      const later = makeContent('d', ['Caju de outra pasta.']);
      await store(target, 'frutas.txt', later, 700);
      await store(target, 'depois.txt', later, 701);
      await target.unpublish('apagado.txt', 702);
      await target.putChunks(CONTENTS[0]!.summary, CONTENTS[0]!.chunks.slice(0, 1));
      await clearStore(target);
      expect(await Array.fromAsync(target.publications())).toEqual([]);
      expect(await Array.fromAsync(target.contents())).toEqual([]);
      await using source = await underTest.openSource();
      expect(await copyStore(source, target)).toEqual([]);
      await using copy = await other.openReader();
      const state = { ...((await stateOf(reader, writer)) as object), lastRevision: expect.any(Number) };
      expect(await stateOf(copy, target)).toEqual(state);
    });

    it('takes the later content of a document that is replaced meanwhile', async ({ makeStore, underTest, writer }) => {
      await fill(writer);
      const [fruit] = CONTENTS as [TestContent, TestContent];
      const later = makeContent('later', ['Jaca.', ' Romã.']);
      await using source = await underTest.openSource();
      const changing = withChunks(source, async function* (content) {
        if (content === fruit.summary.id) {
          await store(writer, 'frutas.txt', later, 20);
          await writer.collect([content]);
        }
        yield* source.chunks(content);
      });
      await using other = await makeStore();
      await using target = await other.openWriter();
      expect(await copyStore(changing, target)).toEqual([]);
      await using copy = await other.openReader();
      expect(await copy.text(later.summary.id, 0, 100)).toBe('Jaca. Romã.');
      expect(await Array.fromAsync(target.contents())).toHaveLength(2);
    });

    it('leaves out, and names, a document of which a chunk cannot be had', async ({ makeStore, underTest, writer }) => {
      await fill(writer);
      const [fruit, hotel] = CONTENTS as [TestContent, TestContent];
      await using source = await underTest.openSource();
      const lacking = withChunks(source, async function* (content) {
        for await (const chunk of source.chunks(content)) {
          if (content === hotel.summary.id || chunk.chunk.ordinal > 0) yield chunk;
        }
      });
      await using other = await makeStore();
      await using target = await other.openWriter();
      expect(await copyStore(lacking, target)).toEqual(['frutas.txt']);
      await using copy = await other.openReader();
      expect((await copy.documents()).map(({ path }) => path)).toEqual(['hotel-2.txt', 'hotel.txt']);
      expect(await target.countChunks(fruit.summary.id)).toBe(0);
    });
  });
}

/** Returns the source with another way of reading chunks. */
function withChunks(source: StoreSource, chunks: StoreSource['chunks']): StoreSource {
  return {
    knownSpaces: (signal) => source.knownSpaces(signal),
    documents: (signal) => source.documents(signal),
    chunks,
    async [Symbol.asyncDispose]() {},
  };
}
