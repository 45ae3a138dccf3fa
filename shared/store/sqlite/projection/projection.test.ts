import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { BestSlots } from './best.ts';
import { VectorMatrix } from './matrix.ts';
import { Projection } from './projection.ts';
import { randomNumbers } from '../../../testing/random-numbers.ts';
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
