import { expect, it } from 'vitest';
import { makeContent, makeDocument } from '../testing/contents.ts';
import { RecentChunks } from './recent-chunks.ts';

/** A chunk of 100 characters, in no document. */
function foundIn(name: string): {
  readonly chunk: ReturnType<typeof makeContent>['chunks'][number]['chunk'];
  readonly documents: [];
} {
  const { chunk } = makeContent(name, ['x'.repeat(100)]).chunks[0]!;
  return { chunk, documents: [] };
}

it('drops what was found longest ago once it is full', () => {
  const recent = new RecentChunks(300);
  const [a, b, c, d] = [foundIn('a'), foundIn('b'), foundIn('c'), foundIn('d')];
  for (const found of [a, b, c]) recent.keep(found);
  expect(recent.find(a.chunk.id)).toBe(a);
  recent.keep(d);
  expect([a, b, c, d].map(({ chunk }) => recent.find(chunk.id))).toEqual([a, undefined, c, d]);
});

it('counts a chunk once that is kept again, and its documents too', () => {
  const recent = new RecentChunks(900);
  const [a, b] = [foundIn('a'), foundIn('b')];
  const documents = [makeDocument('b.txt', makeContent('b', ['b'])), makeDocument('c.txt', makeContent('b', ['b']))];
  for (let i = 0; i < 20; i++) recent.keep(a);
  recent.keep({ ...b, documents });
  expect(recent.find(a.chunk.id)).toBe(a);
  recent.keep(foundIn('c'));
  expect(recent.find(b.chunk.id)?.documents).toBe(documents);
  expect(recent.find(foundIn('c').chunk.id)).toBeDefined();
});

it('drops a chunk that is larger than all that may be kept', () => {
  const recent = new RecentChunks(99);
  const a = foundIn('a');
  recent.keep(a);
  expect(recent.find(a.chunk.id)).toBeUndefined();
});

it('forgets the chunks of the contents that it is told of, or all', () => {
  const recent = new RecentChunks();
  const [a, b] = [foundIn('a'), foundIn('b')];
  for (const found of [a, b]) recent.keep(found);
  recent.forget(new Set([a.chunk.contentId]));
  expect([recent.find(a.chunk.id), recent.find(b.chunk.id)]).toEqual([undefined, b]);
  recent.clear();
  expect(recent.find(b.chunk.id)).toBeUndefined();
});
