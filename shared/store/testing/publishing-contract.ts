import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { chunkIdOf, contentIdOf, documentIdOf } from '../../document.ts';
import { makeContent, makeDocument, store } from './contents.ts';
import type { StoreTest } from './store-test.ts';

/** Tests that a document becomes searchable, is replaced and is removed in one step, in whatever order calls arrive. */
export function describePublishing(it: StoreTest): void {
  describe('publishing', () => {
    it('hides chunks until their content is published', async ({ writer, find, findPaths }) => {
      const content = makeContent('a', ['prazo de entrega']);
      await writer.putChunks(content.summary, content.chunks);
      expect(await find('entrega')).toEqual([]);
      await writer.publish(makeDocument('a.txt', content), 1);
      expect(await findPaths('entrega')).toEqual(['a.txt']);
    });

    it('gives back document and chunk as they were stored', async ({ writer, reader }) => {
      const content = makeContent('a', ['um\n', 'dois'], { title: 'Contrato', headings: ['Cláusula 1', 'Preço'] });
      await store(writer, 'pasta/a.txt', content, 1);
      const document = makeDocument('pasta/a.txt', content);
      const hit = await reader.findChunk(chunkIdOf(content.summary.id, 1));
      expect(hit?.chunk).toEqual(content.chunks[1]?.chunk);
      expect(hit?.documents).toEqual([document]);
      expect(await reader.findDocument(documentIdOf('pasta/a.txt'))).toEqual(document);
      expect(await reader.documents()).toEqual([document]);
    });

    it('replaces a content at once and whole', async ({ writer, findTexts }) => {
      await store(writer, 'a.txt', makeContent('old', ['laranja antiga', 'laranja velha']), 1);
      await store(writer, 'a.txt', makeContent('new', ['laranja nova']), 2);
      expect(await findTexts('laranja')).toEqual(['laranja nova']);
    });

    it('never shows a reader half of a replacement, nor none', async ({ writer, find }) => {
      const contents = [3, 1, 4].map((count, version) =>
        makeContent(
          `v${version}`,
          Array.from({ length: count }, (_, i) => `abacaxi versão${version} parte ${i}. `),
        ),
      );
      await store(writer, 'a.txt', contents[0]!, 1);
      let revision = 1;
      let isReading = true;
      const writing = (async () => {
        while (isReading) {
          revision++;
          await store(writer, 'a.txt', contents[revision % contents.length]!, revision);
          await nextTurn();
        }
      })();
      try {
        for (let reads = 0; reads <= 10 || revision < 60; reads++) {
          const hits = await find('abacaxi');
          const ids = new Set(hits.map((hit) => hit.chunk.contentId));
          expect(ids.size).toBe(1);
          expect(hits).toHaveLength(hits[0]!.documents[0]!.content.chunkCount);
          await nextTurn();
        }
      } finally {
        isReading = false;
        await writing;
      }
    });

    it('refuses a content whose chunks are not all there, and keeps the one before', async ({
      writer,
      find,
      findPaths,
    }) => {
      await store(writer, 'a.txt', makeContent('old', ['pera']), 1);
      const content = makeContent('new', ['uva', 'uva', 'uva']);
      await writer.putChunks(content.summary, [content.chunks[0]!, content.chunks[2]!]);
      await expect(writer.publish(makeDocument('a.txt', content), 2)).rejects.toMatchObject({
        code: 'CONTENT_INCOMPLETE',
        message: expect.stringContaining('a.txt'),
      });
      expect(await findPaths('pera')).toEqual(['a.txt']);
      expect(await find('uva')).toEqual([]);
    });

    it('refuses a content with as many chunks as it should have, but not the right ones', async ({ writer }) => {
      const { summary, chunks } = makeContent('a', ['uva', 'uva']);
      const content = { ...makeContent('a', ['uva']), summary: { ...summary, chunkCount: 1 } };
      await writer.putChunks(content.summary, chunks.slice(1));
      await expect(writer.publish(makeDocument('a.txt', content), 1)).rejects.toMatchObject({
        code: 'CONTENT_INCOMPLETE',
      });
    });

    it('goes on with a content after a crash, chunk by chunk', async ({ writer, reader }) => {
      const content = makeContent('a', ['um ', 'dois ', 'três']);
      await writer.putChunks(content.summary, content.chunks.slice(0, 1));
      expect(await writer.countChunks(content.summary.id)).toBe(1);
      await writer.putChunks(content.summary, content.chunks);
      expect(await writer.countChunks(content.summary.id)).toBe(3);
      await writer.publish(makeDocument('a.txt', content), 1);
      expect(await reader.stats()).toMatchObject({ documents: 1, chunks: 3 });
    });

    it('counts no chunks of a content that it does not know', async ({ writer }) => {
      expect(await writer.countChunks(contentIdOf('unknown', 'test'))).toBe(0);
    });

    it('publishes a content without chunks', async ({ writer, reader }) => {
      await writer.publish(makeDocument('vazio.txt', makeContent('empty', [])), 1);
      expect(await reader.stats()).toMatchObject({ documents: 1, chunks: 0 });
    });

    it('takes every call twice without a difference', async ({ writer, reader, find }) => {
      const content = makeContent('a', ['manga']);
      await store(writer, 'a.txt', content, 1);
      const once = [await find('manga'), await reader.stats()];
      await store(writer, 'a.txt', content, 1);
      expect([await find('manga'), await reader.stats()]).toEqual(once);
      await writer.unpublish('a.txt', 2);
      await writer.unpublish('a.txt', 2);
      await writer.collect([content.summary.id]);
      await writer.collect([content.summary.id]);
      expect(await reader.documents()).toEqual([]);
    });

    it('ignores a revision at or below the one of the path', async ({ writer, find, findPaths }) => {
      const [old, current] = [makeContent('old', ['figo']), makeContent('new', ['caju'])];
      await store(writer, 'a.txt', current, 5);
      await store(writer, 'a.txt', old, 4);
      await store(writer, 'a.txt', old, 5);
      await writer.unpublish('a.txt', 5);
      expect(await findPaths('caju')).toEqual(['a.txt']);
      expect(await find('figo')).toEqual([]);
    });

    it('ignores a late revision also when its content is incomplete', async ({ writer, findPaths }) => {
      await store(writer, 'a.txt', makeContent('new', ['caju']), 5);
      await writer.publish(makeDocument('a.txt', makeContent('old', ['figo'])), 4);
      expect(await findPaths('caju')).toEqual(['a.txt']);
    });

    it('does not bring a removed path back by a late publish', async ({ writer, find, findPaths }) => {
      const content = makeContent('a', ['goiaba']);
      await store(writer, 'a.txt', content, 1);
      await writer.unpublish('a.txt', 3);
      await writer.publish(makeDocument('a.txt', content), 2);
      expect(await find('goiaba')).toEqual([]);
      await writer.publish(makeDocument('a.txt', content), 4);
      expect(await findPaths('goiaba')).toEqual(['a.txt']);
    });

    it('leaves a tombstone also for a path that was never published', async ({ writer, reader }) => {
      await writer.unpublish('a.txt', 3);
      await store(writer, 'a.txt', makeContent('a', ['goiaba']), 2);
      expect(await reader.documents()).toEqual([]);
    });

    it('answers for two paths with one content, and for the other when one goes', async ({
      writer,
      reader,
      findPaths,
    }) => {
      const content = makeContent('a', ['kiwi']);
      await store(writer, 'b.txt', content, 1);
      await writer.publish(makeDocument('a.txt', content), 2);
      expect(await findPaths('kiwi')).toEqual(['a.txt', 'b.txt']);
      expect(await reader.stats()).toMatchObject({ documents: 2, chunks: 1 });
      await writer.unpublish('b.txt', 3);
      expect(await findPaths('kiwi')).toEqual(['a.txt']);
    });

    it('removes many paths in one call, each by its own revision', async ({ writer, reader, find, findPaths }) => {
      const shared = makeContent('shared', ['jabuticaba']);
      const paths = Array.from({ length: 150 }, (_, i) => `${i}.txt`);
      await writer.putChunks(shared.summary, shared.chunks);
      for (const [i, path] of paths.entries()) await writer.publish(makeDocument(path, shared), i + 1);
      await store(writer, 'own.txt', makeContent('own', ['cupuaçu']), 200);
      await store(writer, 'newer.txt', makeContent('newer', ['pitanga']), 900);
      const removals = ['never.txt', 'newer.txt', 'own.txt', ...paths].map((path, i) => ({ path, revision: 300 + i }));
      await writer.unpublishAll(removals);
      expect((await reader.documents()).map(({ path }) => path)).toEqual(['newer.txt']);
      expect([await find('jabuticaba'), await find('cupuaçu')]).toEqual([[], []]);
      expect(await findPaths('pitanga')).toEqual(['newer.txt']);
      expect(writer.lastRevision).toBe(900);
      expect(await reader.stats()).toMatchObject({ documents: 1, chunks: 1 });

      const tombstones = (await Array.fromAsync(writer.publications())).filter(({ content }) => content === null);
      const expected = removals.filter(({ path }) => path !== 'newer.txt').map((each) => ({ ...each, content: null }));
      expect(tombstones.toSorted((a, b) => a.revision - b.revision)).toEqual(expected);
      await writer.publish(makeDocument('0.txt', shared), 303);
      expect(await find('jabuticaba')).toEqual([]);
      await writer.publish(makeDocument('0.txt', shared), 304);
      expect(await findPaths('jabuticaba')).toEqual(['0.txt']);
    });

    it('keeps a content in the results while one of its paths is left, and takes an empty list', async ({
      writer,
      findPaths,
    }) => {
      const content = makeContent('a', ['siriguela']);
      for (const [i, path] of ['a.txt', 'b.txt', 'c.txt'].entries()) await store(writer, path, content, i + 1);
      await writer.unpublishAll([]);
      await writer.unpublishAll([
        { path: 'a.txt', revision: 4 },
        { path: 'b.txt', revision: 2 },
        { path: 'c.txt', revision: 5 },
      ]);
      expect(await findPaths('siriguela')).toEqual(['b.txt']);
    });

    it('renames without new chunks', async ({ writer, findPaths }) => {
      const content = makeContent('a', ['melancia']);
      await store(writer, 'old.txt', content, 1);
      await writer.publish(makeDocument('new.txt', content), 2);
      await writer.unpublish('old.txt', 3);
      expect(await findPaths('melancia')).toEqual(['new.txt']);
      expect(await writer.countChunks(content.summary.id)).toBe(1);
    });

    it('remembers the highest revision, also of removals, when it is opened again', async ({
      underTest,
      writer,
      reader,
      findPaths,
    }) => {
      expect(writer.lastRevision).toBe(0);
      await store(writer, 'a.txt', makeContent('a', ['um']), 7);
      await writer.unpublish('b.txt', 9);
      await store(writer, 'c.txt', makeContent('c', ['um']), 8);
      await writer[Symbol.asyncDispose]();
      writer = await underTest.openWriter();
      expect(writer.lastRevision).toBe(9);
      expect(await findPaths('um')).toEqual([]);
      expect((await reader.documents()).map(({ path }) => path)).toEqual(['a.txt', 'c.txt']);
    });
  });
}
