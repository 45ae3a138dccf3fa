import { describe, expect } from 'vitest';
import { type TestContent, makeContent, makeDocument, store } from './contents.ts';
import { SPACE, type StoreTest } from './store-test.ts';
import type { VectorSpace } from '../store.ts';

const OTHER_SPACE: VectorSpace = { name: 'model-b', dimensions: 2 };

/** Tests the semantic arm, and how vector spaces are filled and switched. */
export function describeVectors(storeIt: StoreTest): void {
  const it = storeIt
    .extend(
      'putVector',
      ({ writer }) =>
        (content: TestContent, vector: Float32Array, space = SPACE): Promise<void> =>
          writer.putVectors(space, content.summary.id, [{ ordinal: 0, vector }]),
    )
    .extend('findNear', ({ reader }) => async (vector: Float32Array, space = SPACE): Promise<string[]> => {
      const { dense } = await reader.search({ dense: { space, vector }, limit: 5 });
      return dense.map((hit) => hit.chunk.text);
    })
    .extend('missing', ({ writer }) => async (space: VectorSpace): Promise<string[]> => {
      const missing = await Array.fromAsync(writer.missingVectors(space));
      return missing.map(({ chunk }) => chunk.text);
    });

  describe('vectors', () => {
    it('finds the nearest first, and chunks without a vector not at all', async ({
      writer,
      reader,
      putVector,
      findNear,
    }) => {
      const contents = ['perto', 'longe', 'oposto', 'sem'].map((text) => makeContent(text, [text]));
      for (const [i, content] of contents.entries()) await store(writer, `${i}.txt`, content, i + 1);
      await putVector(contents[0]!, unit(1, 0.1, 0));
      expect(await findNear(unit(1, 0, 0))).toEqual(['perto']);
      await putVector(contents[1]!, unit(1, 3, 0));
      await putVector(contents[2]!, unit(-1, 0, 0));
      expect(await findNear(unit(1, 0, 0))).toEqual(['perto', 'longe', 'oposto']);
      const { dense } = await reader.search({ dense: { space: SPACE, vector: unit(1, 0, 0) }, limit: 1 });
      expect(dense).toHaveLength(1);
      expect(dense[0]?.score).toBeCloseTo(1 / Math.hypot(1, 0.1), 2);
    });

    it('finds by vectors that were there before the content was published again', async ({
      writer,
      putVector,
      findNear,
    }) => {
      const content = makeContent('a', ['volta']);
      await store(writer, 'a.txt', content, 1);
      await putVector(content, unit(1, 0, 0));
      await writer.unpublish('a.txt', 2);
      expect(await findNear(unit(1, 0, 0))).toEqual([]);
      await writer.publish(makeDocument('a.txt', content), 3);
      expect(await findNear(unit(1, 0, 0))).toEqual(['volta']);
    });

    it('finds by a vector that was written after the last ones were deleted', async ({
      writer,
      putVector,
      findNear,
    }) => {
      const [a, b] = [makeContent('a', ['antes']), makeContent('b', ['depois'])];
      await store(writer, 'a.txt', a, 1);
      await putVector(a, unit(1, 0, 0));
      expect(await findNear(unit(1, 0, 0))).toEqual(['antes']);
      await store(writer, 'a.txt', b, 2);
      await writer.collect([a.summary.id]);
      expect(await findNear(unit(1, 0, 0))).toEqual([]);
      await putVector(b, unit(1, 0, 0));
      expect(await findNear(unit(1, 0, 0))).toEqual(['depois']);
    });

    it('refuses vectors and questions of another space', async ({ writer, putVector, findNear }) => {
      const content = makeContent('a', ['um']);
      await store(writer, 'a.txt', content, 1);
      const mismatch = { code: 'SPACE_MISMATCH' };
      await expect(findNear(unit(1, 0, 0))).rejects.toMatchObject(mismatch);
      await putVector(content, unit(1, 0, 0));
      await expect(putVector(content, unit(1, 0))).rejects.toMatchObject(mismatch);
      await expect(putVector(content, unit(1, 0), { ...SPACE, dimensions: 2 })).rejects.toMatchObject(mismatch);
      await expect(findNear(unit(1, 0), OTHER_SPACE)).rejects.toMatchObject(mismatch);
      await expect(findNear(unit(1, 0))).rejects.toMatchObject(mismatch);
    });

    it('makes the first space active by itself, and another one when told to', async ({
      writer,
      reader,
      putVector,
      findNear,
    }) => {
      expect(await reader.spaces()).toEqual({ active: null, filling: [], embeddedShare: 0 });
      for (const port of [writer, reader]) expect(await port.knownSpaces()).toEqual([]);
      const [a, b] = [makeContent('a', ['um']), makeContent('b', ['dois'])];
      await store(writer, 'a.txt', a, 1);
      await store(writer, 'b.txt', b, 2);
      await putVector(a, unit(1, 0, 0));
      expect(await reader.spaces()).toEqual({ active: SPACE, filling: [], embeddedShare: 0.5 });
      await putVector(b, unit(0, 1, 0));
      await putVector(b, unit(0, 1), OTHER_SPACE);
      expect(await reader.spaces()).toEqual({ active: SPACE, filling: [OTHER_SPACE], embeddedShare: 1 });
      expect(await findNear(unit(1, 0, 0))).toEqual(['um', 'dois']);
      for (const port of [writer, reader]) expect(await port.knownSpaces()).toEqual([SPACE, OTHER_SPACE]);
      await writer.activate(OTHER_SPACE);
      for (const port of [writer, reader]) expect(await port.knownSpaces()).toEqual([OTHER_SPACE, SPACE]);
      expect(await reader.spaces()).toEqual({ active: OTHER_SPACE, filling: [SPACE], embeddedShare: 0.5 });
      expect(await findNear(unit(0, 1), OTHER_SPACE)).toEqual(['dois']);
    });

    it('forgets spaces with their vectors, but the active one and the one it is told to keep', async ({
      writer,
      reader,
      putVector,
      findNear,
      missing,
    }) => {
      const content = makeContent('a', ['um']);
      await store(writer, 'a.txt', content, 1);
      await putVector(content, unit(1, 0, 0));
      await putVector(content, unit(0, 1), OTHER_SPACE);
      await writer.forgetSpacesBut(OTHER_SPACE);
      expect((await reader.spaces()).filling).toEqual([OTHER_SPACE]);
      await writer.activate(OTHER_SPACE);
      await writer.forgetSpacesBut(OTHER_SPACE);
      expect(await reader.spaces()).toEqual({ active: OTHER_SPACE, filling: [], embeddedShare: 1 });
      expect(await missing(SPACE)).toEqual(['um']);
      await putVector(content, unit(1, 0, 0));
      expect(await missing(SPACE)).toEqual([]);
      expect(await findNear(unit(0, 1), OTHER_SPACE)).toEqual(['um']);
    });

    it('names the published chunks without a vector, newest documents first', async ({
      writer,
      putVector,
      missing,
    }) => {
      const [a, b, c] = [makeContent('a', ['a0', 'a1']), makeContent('b', ['b0']), makeContent('c', ['c0'])];
      await store(writer, 'b.txt', b, 1);
      await store(writer, 'a.txt', a, 2);
      await store(writer, 'copy-of-b.txt', b, 3);
      await writer.putChunks(c.summary, c.chunks);
      expect(await missing(SPACE)).toEqual(['b0', 'a0', 'a1']);
      await putVector(a, unit(1, 0, 0));
      expect(await missing(SPACE)).toEqual(['b0', 'a1']);
      expect(await missing(OTHER_SPACE)).toEqual(['b0', 'a0', 'a1']);
      const [first] = await Array.fromAsync(writer.missingVectors(SPACE));
      const { chunk, embeddedTextHash } = b.chunks[0]!;
      expect(first).toEqual({ chunk, title: b.summary.title, embeddedTextHash });
    });

    it('names what is published after a pass, again or for the first time, and nothing that was finished', async ({
      writer,
      putVector,
      missing,
    }) => {
      const [a, b, c] = [makeContent('a', ['a0']), makeContent('b', ['b0']), makeContent('c', ['c0'])];
      await store(writer, 'a.txt', a, 1);
      await store(writer, 'c.txt', c, 2);
      expect(await missing(SPACE)).toEqual(['c0', 'a0']);
      await putVector(a, unit(1, 0, 0));
      await writer.unpublish('c.txt', 3);
      expect(await missing(SPACE)).toEqual([]);
      await store(writer, 'b.txt', b, 4);
      await writer.publish(makeDocument('a-again.txt', a), 5);
      expect(await missing(SPACE)).toEqual(['b0']);
      await writer.publish(makeDocument('c.txt', c), 6);
      expect(await missing(SPACE)).toEqual(['c0', 'b0']);
      await putVector(b, unit(0, 1, 0));
      expect(await missing(SPACE)).toEqual(['c0']);
    });

    it('can be filled while the missing ones are read', async ({ writer, missing }) => {
      const content = makeContent('a', ['a0', 'a1', 'a2']);
      await store(writer, 'a.txt', content, 1);
      for await (const { chunk } of writer.missingVectors(SPACE)) {
        await writer.putVectors(SPACE, chunk.contentId, [{ ordinal: chunk.ordinal, vector: unit(1, 0, 0) }]);
      }
      expect(await missing(SPACE)).toEqual([]);
    });

    it('knows the vector of an embedded text again, for another content as well', async ({ writer, putVector }) => {
      const content = makeContent('a', ['igual']);
      await store(writer, 'a.txt', content, 1);
      await putVector(content, unit(1, 2, 3));
      const hash = makeContent('b', ['igual']).chunks[0]!.embeddedTextHash;
      const found = await writer.findVectors(SPACE, [hash, 'unknown']);
      expect([...found.keys()]).toEqual([hash]);
      unit(1, 2, 3).forEach((x, i) => expect(found.get(hash)?.[i]).toBeCloseTo(x, 2));
      expect((await writer.findVectors(OTHER_SPACE, [hash])).size).toBe(0);
    });

    it('keeps the first of two vectors for one chunk', async ({ writer, reader, putVector }) => {
      const content = makeContent('a', ['um']);
      await store(writer, 'a.txt', content, 1);
      await putVector(content, unit(1, 0, 0));
      await putVector(content, unit(0, 1, 0));
      const { dense } = await reader.search({ dense: { space: SPACE, vector: unit(1, 0, 0) }, limit: 5 });
      expect(dense.map((hit) => hit.score)).toEqual([1]);
    });
  });
}

/** A vector of unit length in the direction of these numbers. */
function unit(...numbers: readonly number[]): Float32Array {
  const length = Math.hypot(...numbers);
  return Float32Array.from(numbers, (x) => x / length);
}
