import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { chunkIdOf, documentIdOf } from '../../document.ts';
import { queryVector } from '../../text/sparse.ts';
import { makeContent, makeDocument, store } from './contents.ts';
import { SPACE, type StoreTest } from './store-test.ts';

/** Tests how a store is opened and closed, and that calls can be aborted. */
export function describeOpening(it: StoreTest): void {
  describe('opening and aborting', () => {
    it('lets a reader wait for the store, and work once a writer has made it', async ({ makeStore }) => {
      const other = await makeStore();
      const opening = other.openReader();
      expect(await Promise.race([opening.then(() => 'open'), nextTurn('waiting')])).toBe('waiting');
      const firstWriter = await other.openWriter();
      await store(firstWriter, 'a.txt', makeContent('a', ['enfim']), 1);
      const waited = await opening;
      expect((await waited.search({ sparse: queryVector('enfim'), limit: 1 })).sparse).toHaveLength(1);
      await waited[Symbol.asyncDispose]();
      await firstWriter[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
    });

    it('ends that wait when it is aborted', async ({ makeStore }) => {
      const other = await makeStore();
      const controller = new AbortController();
      const opening = other.openReader(controller.signal);
      const reason = new Error('enough');
      controller.abort(reason);
      await expect(opening).rejects.toBe(reason);
      await other[Symbol.asyncDispose]();
    });

    it('rejects an aborted call with the reason, and leaves nothing behind', async ({ writer, reader }) => {
      const reason = new Error('enough');
      const signal = AbortSignal.abort(reason);
      const content = makeContent('a', ['um']);
      const { id } = content.summary;
      const calls = [
        () => writer.putChunks(content.summary, content.chunks, signal),
        () => writer.countChunks(id, signal),
        () => writer.publish(makeDocument('a.txt', content), 1, signal),
        () => writer.unpublish('a.txt', 1, signal),
        () => writer.findVectors(SPACE, [], signal),
        () => writer.putVectors(SPACE, id, [], signal),
        () => writer.activate(SPACE, signal),
        () => writer.collect([id], signal),
        () => writer.erase(['a.txt'], signal),
        () => Array.fromAsync(writer.missingVectors(SPACE, signal)),
        () => Array.fromAsync(writer.contents(signal)),
        () => Array.fromAsync(writer.publications(signal)),
        () => reader.search({ sparse: queryVector('um'), limit: 1 }, signal),
        () => reader.spaces(signal),
        () => reader.findChunk(chunkIdOf(id, 0), signal),
        () => reader.neighbours(id, 0, 1, signal),
        () => reader.text(id, 0, 1, signal),
        () => reader.findDocument(documentIdOf('a.txt'), signal),
        () => reader.documents(signal),
        () => reader.stats(signal),
      ];
      for (const call of calls) await expect(call()).rejects.toBe(reason);
      expect(await writer.countChunks(id)).toBe(0);
      expect((await reader.spaces()).active).toBeNull();
    });

    it('stops an iteration in the middle when it is aborted', async ({ writer }) => {
      const controller = new AbortController();
      await store(writer, 'a.txt', makeContent('a', ['a0', 'a1']), 1);
      const seen: string[] = [];
      const reading = (async () => {
        for await (const { chunk } of writer.missingVectors(SPACE, controller.signal)) {
          seen.push(chunk.text);
          controller.abort(new Error('enough'));
        }
      })();
      await expect(reading).rejects.toThrow('enough');
      expect(seen).toEqual(['a0']);
    });

    it('may be closed twice', async ({ writer, reader }) => {
      await writer[Symbol.asyncDispose]();
      await expect(writer[Symbol.asyncDispose]()).resolves.toBeUndefined();
      await reader[Symbol.asyncDispose]();
      await expect(reader[Symbol.asyncDispose]()).resolves.toBeUndefined();
    });
  });
}
