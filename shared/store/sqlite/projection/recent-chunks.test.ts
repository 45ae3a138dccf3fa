import { expect, it } from 'vitest';
import { type FoundChunk, type FoundDocuments, RecentChunks } from './recent-chunks.ts';

/** A chunk of 100 characters. */
function chunkIn(content: number): FoundChunk {
  return { id: `${content}/0`, contentId: `${content}`, content, json: 'x'.repeat(100) };
}

/** Documents of 100 characters. */
function documentsOf(content: number): FoundDocuments {
  return { contentId: `${content}`, content, json: 'x'.repeat(100) };
}

it('drops what was found longest ago once it is full, chunks and documents by themselves', () => {
  const recent = new RecentChunks(300, 200);
  const [a, b, c, d] = [chunkIn(1), chunkIn(2), chunkIn(3), chunkIn(4)];
  for (const found of [a, b, c]) recent.keepChunk(found);
  expect(recent.findChunk(a.id)).toBe(a);
  recent.keepChunk(d);
  expect([a, b, c, d].map(({ id }) => recent.findChunk(id))).toEqual([a, undefined, c, d]);

  const [e, f, g] = [documentsOf(1), documentsOf(2), documentsOf(3)];
  for (const found of [e, f]) recent.keepDocuments(found);
  expect(recent.findDocuments(1)).toBe(e);
  recent.keepDocuments(g);
  expect([1, 2, 3].map((content) => recent.findDocuments(content))).toEqual([e, undefined, g]);
  expect(recent.findChunk(a.id)).toBe(a);
});

it('counts once what is kept again', () => {
  const recent = new RecentChunks(200, 200);
  for (let i = 0; i < 20; i++) {
    recent.keepChunk(chunkIn(1));
    recent.keepDocuments(documentsOf(1));
  }
  recent.keepChunk(chunkIn(2));
  recent.keepDocuments(documentsOf(2));
  expect(recent.findChunk('1/0')).toBeDefined();
  expect(recent.findDocuments(1)).toBeDefined();
});

it('drops what is larger than all that may be kept', () => {
  const recent = new RecentChunks(99, 99);
  recent.keepChunk(chunkIn(1));
  recent.keepDocuments(documentsOf(1));
  expect([recent.findChunk('1/0'), recent.findDocuments(1)]).toEqual([undefined, undefined]);
});

it('forgets what belongs to the contents that it is told of, or all, also when only one of both is kept', () => {
  const recent = new RecentChunks();
  const [a, b] = [chunkIn(1), chunkIn(2)];
  for (const found of [a, b]) recent.keepChunk(found);
  for (const content of [2, 3]) recent.keepDocuments(documentsOf(content));
  recent.forget(new Set(['1', '3']));
  expect([recent.findChunk(a.id), recent.findChunk(b.id)]).toEqual([undefined, b]);
  expect([recent.findDocuments(2)?.content, recent.findDocuments(3)]).toEqual([2, undefined]);
  recent.clear();
  expect([recent.findChunk(b.id), recent.findDocuments(2)]).toEqual([undefined, undefined]);
});
