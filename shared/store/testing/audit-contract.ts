import { describe, expect } from 'vitest';
import { contentIdOf } from '../../document.ts';
import { makeContent, store } from './contents.ts';
import type { StoreTest } from './store-test.ts';

/** Tests what the audit of the watcher relies on. */
export function describeAudit(it: StoreTest): void {
  describe('audit', () => {
    it('lists contents with what is stored of them, and every path with its tombstones', async ({ writer }) => {
      const [a, b] = [makeContent('a', ['um']), makeContent('b', ['dois', 'três'])];
      await store(writer, 'a.txt', a, 1);
      await writer.putChunks(b.summary, b.chunks.slice(0, 1));
      await writer.unpublish('gone.txt', 2);
      const contents = await Array.fromAsync(writer.contents());
      expect(contents.toSorted((x, y) => x.storedChunks - y.storedChunks || (x.id < y.id ? -1 : 1))).toEqual(
        [
          { id: a.summary.id, storedChunks: 1, isPublished: true },
          { id: b.summary.id, storedChunks: 1, isPublished: false },
        ].toSorted((x, y) => (x.id < y.id ? -1 : 1)),
      );
      const publications = await Array.fromAsync(writer.publications());
      expect(publications.toSorted((x, y) => x.revision - y.revision)).toEqual([
        { path: 'a.txt', revision: 1, content: a.summary.id },
        { path: 'gone.txt', revision: 2, content: null },
      ]);
    });

    it('deletes unpublished contents with their chunks, and never one that a path refers to', async ({
      writer,
      findPaths,
    }) => {
      const [live, dead] = [makeContent('live', ['viva']), makeContent('dead', ['morta'])];
      await store(writer, 'a.txt', dead, 1);
      await store(writer, 'b.txt', live, 2);
      await writer.unpublish('a.txt', 3);
      await writer.collect([live.summary.id, dead.summary.id, contentIdOf('unknown', 'test')]);
      expect(await writer.countChunks(dead.summary.id)).toBe(0);
      expect(await writer.countChunks(live.summary.id)).toBe(1);
      expect(await findPaths('viva')).toEqual(['b.txt']);
      expect((await Array.fromAsync(writer.contents())).map(({ id }) => id)).toEqual([live.summary.id]);
    });

    it('forgets the tombstones of erased paths, and nothing that is published', async ({
      writer,
      reader,
      findPaths,
    }) => {
      const [live, dead] = [makeContent('live', ['viva']), makeContent('dead', ['morta'])];
      await store(writer, 'a.txt', dead, 1);
      await store(writer, 'b.txt', live, 2);
      expect(await findPaths('morta')).toEqual(['a.txt']);
      await writer.unpublish('a.txt', 3);
      await writer.unpublish('other.txt', 4);
      await writer.collect([dead.summary.id]);
      await writer.erase(['a.txt', 'b.txt', 'unknown.txt']);
      await writer.erase(['a.txt']);
      const publications = await Array.fromAsync(writer.publications());
      expect(publications.map(({ path }) => path).toSorted()).toEqual(['b.txt', 'other.txt']);
      expect([await findPaths('morta'), await findPaths('viva')]).toEqual([[], ['b.txt']]);
      expect((await reader.documents()).map(({ path }) => path)).toEqual(['b.txt']);
      expect(writer.lastRevision).toBe(4);
      await store(writer, 'a.txt', dead, 5);
      expect(await findPaths('morta')).toEqual(['a.txt']);
    });
  });
}
