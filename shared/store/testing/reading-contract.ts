import { describe, expect } from 'vitest';
import { chunkIdOf, contentIdOf, documentIdOf } from '../../document.ts';
import { makeContent, store } from './contents.ts';
import type { StoreTest } from './store-test.ts';

/** Tests what a reader returns besides search results. */
export function describeReading(it: StoreTest): void {
  describe('reading around a hit', () => {
    it('gives the neighbours of a chunk as far as they exist, in order', async ({ writer, reader }) => {
      const content = makeContent('a', ['a', 'b', 'c', 'd', 'e']);
      await store(writer, 'a.txt', content, 1);
      const texts = async (from: number, to: number): Promise<string> =>
        (await reader.neighbours(content.summary.id, from, to)).map((chunk) => chunk.text).join('');
      expect(await texts(1, 3)).toBe('bcd');
      expect(await texts(-2, 0)).toBe('a');
      expect(await texts(4, 9)).toBe('e');
      expect(await texts(7, 9)).toBe('');
    });

    it('gives any span of the text, across borders and overlaps', async ({ writer, reader }) => {
      const parts = ['Primeira parte. ', 'Segunda 📎 parte. ', 'Terceira.'];
      const content = makeContent('a', parts, { overlap: 7 });
      await store(writer, 'a.txt', content, 1);
      const { id, textLength } = content.summary;
      for (let start = 0; start <= textLength; start += 3) {
        for (let end = start; end <= textLength; end += 2) {
          expect(await reader.text(id, start, end)).toBe(content.text.slice(start, end));
        }
      }
      expect(await reader.text(id, -5, 1000)).toBe(content.text);
      expect(await reader.text(id, textLength, textLength + 5)).toBe('');
      expect(await reader.text(id, 5, 2)).toBe('');
    });

    it('gives nothing of a content that is no longer published', async ({ writer, reader, find }) => {
      const content = makeContent('old', ['sigilo']);
      await store(writer, 'a.txt', content, 1);
      await store(writer, 'a.txt', makeContent('new', ['aberto']), 2);
      const { id } = content.summary;
      expect(await reader.text(id, 0, 10)).toBe('');
      expect(await reader.neighbours(id, 0, 10)).toEqual([]);
      expect(await reader.findChunk(chunkIdOf(id, 0))).toBeUndefined();
      expect(await find('sigilo', [id])).toEqual([]);
    });

    it('finds no unknown chunk or document', async ({ writer, reader }) => {
      expect(await reader.findChunk(chunkIdOf(contentIdOf('unknown', 'test'), 0))).toBeUndefined();
      await writer.unpublish('a.txt', 1);
      expect(await reader.findDocument(documentIdOf('a.txt'))).toBeUndefined();
    });

    it('lists documents in the order of code units', async ({ writer, reader }) => {
      const paths = ['b.txt', 'a/z.txt', '\u{1F4CE}.txt', '\uFF21.txt', 'B.txt', 'á.txt'];
      for (const [i, path] of paths.entries()) await store(writer, path, makeContent('a', ['um']), i + 1);
      expect((await reader.documents()).map(({ path }) => path)).toEqual(paths.toSorted());
    });

    it('counts what is published', async ({ writer, reader }) => {
      expect(await reader.stats()).toMatchObject({ documents: 0, chunks: 0 });
      await store(writer, 'a.txt', makeContent('a', ['um', 'dois']), 1);
      const hidden = makeContent('b', ['três']);
      await writer.putChunks(hidden.summary, hidden.chunks);
      const stats = await reader.stats();
      expect(stats).toMatchObject({ documents: 1, chunks: 2 });
      expect(stats.sizeBytes).toBeGreaterThan(0);
    });
  });
}
