import { expect, it } from 'vitest';
import type { FoundChunk } from './packed-result.ts';
import { RecentChunks } from './recent-chunks.ts';

/** A chunk of 98 characters, in no document: 100 with the brackets of the empty list. */
function foundIn(name: string): FoundChunk {
  return { id: `${name}/0`, contentId: name, chunk: 'x'.repeat(98), documents: '[]' };
}

it('drops what was found longest ago once it is full', () => {
  const recent = new RecentChunks(300);
  const [a, b, c, d] = [foundIn('a'), foundIn('b'), foundIn('c'), foundIn('d')];
  for (const found of [a, b, c]) recent.keep(found);
  expect(recent.find(a.id)).toBe(a);
  recent.keep(d);
  expect([a, b, c, d].map(({ id }) => recent.find(id))).toEqual([a, undefined, c, d]);
});

it('counts a chunk once that is kept again, and its documents too', () => {
  const recent = new RecentChunks(900);
  const [a, b] = [foundIn('a'), foundIn('b')];
  const documents = 'x'.repeat(602);
  for (let i = 0; i < 20; i++) recent.keep(a);
  recent.keep({ ...b, documents });
  expect(recent.find(a.id)).toBe(a);
  recent.keep(foundIn('c'));
  expect(recent.find(b.id)?.documents).toBe(documents);
  expect(recent.find(foundIn('c').id)).toBeDefined();
});

it('drops a chunk that is larger than all that may be kept', () => {
  const recent = new RecentChunks(99);
  const a = foundIn('a');
  recent.keep(a);
  expect(recent.find(a.id)).toBeUndefined();
});

it('forgets the chunks of the contents that it is told of, or all', () => {
  const recent = new RecentChunks();
  const [a, b] = [foundIn('a'), foundIn('b')];
  for (const found of [a, b]) recent.keep(found);
  recent.forget(new Set([a.contentId]));
  expect([recent.find(a.id), recent.find(b.id)]).toEqual([undefined, b]);
  recent.clear();
  expect(recent.find(b.id)).toBeUndefined();
});
