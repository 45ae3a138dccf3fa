import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { BestSlots } from './best.ts';
import { VectorMatrix } from './matrix.ts';
import { Projection } from './projection.ts';
import { randomNumbers } from '../../../testing/random-numbers.ts';
import { idf } from '../../../text/idf.ts';
import type { SparseVector } from '../../../text/sparse.ts';
import { openPlainScan, openScan } from './scan-kernel.ts';

interface TestContent {
  readonly id: string;
  readonly chunks: readonly { readonly chunkId: string; readonly chunkRow: number }[];
  readonly postings: readonly { readonly terms: Uint32Array; readonly weights: Uint8Array }[];
}

const seed = randomInt(2 ** 31);
process.stdout.write(`seed ${seed}\n`);
const next = randomNumbers(seed);
const random = (limit: number): number => Math.floor(next() * limit);

/** Chunks with ten of a hundred terms each, one of which is 0. */
function makeContent(id: string, chunkCount: number): TestContent {
  const postings = Array.from({ length: chunkCount }, () => {
    const terms = [...new Set(Array.from({ length: 10 }, () => random(100) * 0x1_00_00_01))];
    const sorted = Uint32Array.from(terms).sort();
    return { terms: sorted, weights: Uint8Array.from(sorted, () => 1 + random(255)) };
  });
  return { id, chunks: postings.map((_, i) => ({ chunkId: `${id}/${i}`, chunkRow: random(1e6) })), postings };
}

function projectAll(contents: readonly TestContent[]): Projection {
  return new Projection(contents, (visit) => {
    for (const { postings } of contents) for (const { terms, weights } of postings) visit(terms, weights);
  });
}

function askFor(projection: Projection, contents?: readonly string[]): unknown {
  const query = { indices: Uint32Array.of(0, 5 * 0x1_00_00_01, 99 * 0x1_00_00_01), values: Float32Array.of(1, 2, 1) };
  const slots = projection.select(contents);
  return [projection.searchSparse(query, slots, 50), projection.findNear(Float32Array.of(1, 1), slots, 50)];
}

it('finds after any additions and removals what one finds that was filled at once', () => {
  const contents = Array.from({ length: 40 }, (_, i) => makeContent(`old${i}`, random(60)));
  const followed = projectAll(contents);
  followed.startVectors(2);
  for (let round = 0; round < 200; round++) {
    const added = makeContent(`new${round}`, random(60));
    followed.add(added, added.postings);
    const [removed] = contents.splice(random(contents.length), 1);
    followed.remove(removed!.id);
    contents.push(added);
    if (round % 20 > 0) continue;
    const fresh = projectAll(contents);
    fresh.startVectors(2);
    for (const { id, chunks } of contents) {
      for (const [ordinal, { chunkId }] of chunks.entries()) {
        const angle = Number.parseInt(chunkId.replaceAll(/\D/g, ''), 10) / 100;
        const vector = Float32Array.of(Math.cos(angle), Math.sin(angle));
        followed.setVector(id, ordinal, vector, ordinal);
        fresh.setVector(id, ordinal, vector, ordinal);
      }
    }
    const some = contents.slice(0, 10).map(({ id }) => id);
    expect(askFor(followed)).toEqual(askFor(fresh));
    expect(askFor(followed, some)).toEqual(askFor(fresh, some));
  }
});

it('gives each chunk of many the sum of its postings, in the order of the query, after any changes', () => {
  // The first terms are in about 1/2, 1/4, 1/8 of the chunks: some above the share at which a term is skipped.
  const makeMany = (id: string, count: number): TestContent => {
    const postings = Array.from({ length: count }, () => {
      const terms = Uint32Array.from({ length: 12 }, (_, i) => i + 1).filter((term) => next() < 2 ** -term + 0.02);
      return { terms, weights: Uint8Array.from(terms, () => 1 + random(255)) };
    });
    return { id, chunks: postings.map((_, i) => ({ chunkId: `${id}/${i}`, chunkRow: random(1e6) })), postings };
  };
  const contents = Array.from({ length: 60 }, (_, i) => makeMany(`old${i}`, 200));
  const projection = projectAll(contents);
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 4; i++) {
      const added = makeMany(`new${round}-${i}`, 150 + random(100));
      projection.add(added, added.postings);
      const [removed] = contents.splice(random(contents.length), 1);
      projection.remove(removed!.id);
      contents.push(added);
    }
    const indices = Uint32Array.from({ length: 13 }, (_, i) => i + 1);
    const query = { indices, values: Float32Array.from(indices, () => 0.1 + next()) };
    expect(projection.searchSparse(query, projection.select(undefined), 80)).toEqual(plainSearch(contents, query, 80));
  }
});

/** BM25 as searchSparse describes it, in the most obvious way. */
function plainSearch(contents: readonly TestContent[], query: SparseVector, limit: number): unknown[] {
  const all = contents.flatMap(({ chunks, postings }) =>
    chunks.map((chunk, i) => ({ ...chunk, weightOf: new Map(zip(postings[i]!.terms, postings[i]!.weights)) })),
  );
  const scores = all.map(() => 0);
  query.indices.forEach((term, i) => {
    const found = all.filter(({ weightOf }) => weightOf.has(term)).length;
    if (all.length > 10_000 && found > all.length / 4) return;
    const factor = query.values[i]! * idf(found, all.length);
    for (const [slot, { weightOf }] of all.entries()) scores[slot]! += (weightOf.get(term) ?? 0) * factor;
  });
  return all
    .map(({ chunkId, chunkRow }, slot) => ({ chunkId, chunkRow, score: scores[slot]! }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1))
    .slice(0, limit);
}

function zip(terms: Uint32Array, weights: Uint8Array): [number, number][] {
  return Array.from(terms, (term, i) => [term, weights[i]!]);
}

it('counts neither removed chunks nor their share when a term may be too common', () => {
  const search = (live: number, removed: number, held: number): number => {
    const chunksWith = (id: string, count: number, terms: readonly number[]): TestContent => {
      const postings = Array.from({ length: count }, () => ({
        terms: Uint32Array.from(terms),
        weights: Uint8Array.from(terms, () => 9),
      }));
      return { id, chunks: postings.map((_, i) => ({ chunkId: `${id}${i}`, chunkRow: i })), postings };
    };
    const contents = [
      chunksWith('held', held, [1]),
      chunksWith('other', live - held, [2]),
      chunksWith('gone', removed, [1]),
    ];
    const projection = projectAll(contents);
    projection.remove('gone');
    const query = { indices: Uint32Array.of(1), values: Float32Array.of(1) };
    return projection.searchSparse(query, projection.select(undefined), 3).length;
  };
  expect(search(12_000, 1500, 3000)).toBe(3);
  expect(search(12_000, 1500, 3001)).toBe(0);
  expect(search(12_000, 1500, 4501)).toBe(0);
});

it('scores the same with more terms than it keeps counts of', () => {
  const terms = Uint32Array.from({ length: 10_001 }, (_, i) => i);
  const postings = [{ terms, weights: Uint8Array.from(terms, () => 9) }];
  const kept = { id: 'kept', chunks: [{ chunkId: 'kept/0', chunkRow: 1 }], postings };
  const projection = projectAll([kept, { id: 'gone', chunks: [{ chunkId: 'gone/0', chunkRow: 2 }], postings }]);
  projection.remove('gone');
  for (const length of [9999, 10_000, 10_001, 10_001]) {
    const query = { indices: terms.slice(0, length), values: Float32Array.from({ length }, () => 1) };
    const slots = projection.select(undefined);
    expect(projection.searchSparse(query, slots, 1)).toEqual(plainSearch([kept], query, 1));
  }
});

it('does not look for terms of more than a quarter of many chunks, and does in a small store', () => {
  const common = { terms: Uint32Array.of(1), weights: Uint8Array.of(9) };
  const both = { terms: Uint32Array.of(1, 2), weights: Uint8Array.of(9, 9) };
  const search = (count: number): string[] => {
    const postings = Array.from({ length: count }, (_, i) => (i === 7 ? both : common));
    const chunks = postings.map((_, i) => ({ chunkId: `${i}`, chunkRow: i }));
    const projection = projectAll([{ id: 'a', chunks, postings }]);
    const query = { indices: Uint32Array.of(1, 2), values: Float32Array.of(1, 1) };
    return projection.searchSparse(query, projection.select(undefined), 3).map(({ chunkId }) => chunkId);
  };
  expect(search(10_001)).toEqual(['7']);
  expect(search(10_000)).toEqual(['7', '0', '1']);
});

it('scans vectors of any length, more than a block of them, with and without the kernel', () => {
  for (const open of [openScan, openPlainScan]) {
    const matrix = new VectorMatrix(5, open);
    for (let slot = 0; slot < 9000; slot++) matrix.set(slot, Float32Array.of(1, slot / 9000, 0, 0, 0));
    matrix.set(8999, Float32Array.of(0, 0, 0, 0, 1));
    matrix.set(10_000, Float32Array.of(0, 0, 0, 0, -1));
    const best = new BestSlots(2, (slot, other) => slot < other);
    const isSelected = new Uint8Array(10_001).fill(1);
    isSelected[8998] = 0;
    matrix.scan(Float32Array.of(0, 0.1, 0, 0, 0.9), isSelected, best);
    expect(best.toArray().map(({ slot }) => slot)[0]).toBe(8999);
    expect(best.toArray().map(({ slot }) => slot)).not.toContain(8998);
  }
});

it('keeps the best slots in order, ties as it is told, and none when none are wanted', () => {
  const best = new BestSlots(3, (slot, other) => slot > other);
  for (const [slot, score] of [
    [1, 5],
    [2, 7],
    [3, 5],
    [4, 5],
    [5, 1],
    [6, 9],
  ] as const)
    best.offer(slot, score);
  expect(best.toArray()).toEqual([
    { slot: 6, score: 9 },
    { slot: 2, score: 7 },
    { slot: 4, score: 5 },
  ]);
  const none = new BestSlots(0, () => true);
  none.offer(1, 1);
  expect(none.toArray()).toEqual([]);
});
