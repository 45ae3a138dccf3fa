import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { randomNumbers } from '../../testing/random-numbers.ts';
import { queryVector } from '../../text/sparse.ts';
import type { Hit, StoreReader, StoreWriter } from '../store.ts';
import { makeContent, makeDocument, type TestContent } from '../testing/contents.ts';
import { openSqliteReader, openSqliteWriter } from './sqlite.ts';

const seed = randomInt(2 ** 31);
process.stdout.write(`seed ${seed}\n`);
const next = randomNumbers(seed);
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)]!;

const SPACE = { name: 'random', dimensions: 8 };
const WORDS = ['prazo', 'multa', 'aluguel', 'foro', 'obra', 'cláusula', 'seguro', 'vistoria', 'caução', 'reajuste'];
// What JSON has to escape or leave alone.
const ODD = [
  '"',
  '\\',
  '\n',
  '\t',
  '\r\n',
  '\0',
  '\u0001',
  '\u001F',
  '\u007F',
  '\u2028',
  '</a>',
  '😀',
  '𝔸',
  'é',
  "'",
  '',
];

function randomText(words: number): string {
  return Array.from({ length: words }, () => `${pick(WORDS)}${pick(ODD)} `).join('');
}

function randomVector(): Float32Array {
  const vector = Float32Array.from({ length: SPACE.dimensions }, () => next() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

it('gives each hit, cold and warm, as it is stored, with the exact cosine, in the order of the scores', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'askbox-packed-'));
  try {
    await using writer = await openSqliteWriter(path.join(folder, 'store.db'));
    await using reader = await openSqliteReader(path.join(folder, 'store.db'));
    const stored = new Map<string, Awaited<ReturnType<typeof storeRandom>>>();
    let revision = 0;
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 12; i++) {
        const name = `${round}/${i}${pick(ODD).replaceAll('\0', '')}`;
        stored.set(name, await storeRandom(writer, name, () => ++revision));
      }
      const removed = pick([...stored.keys()]);
      for (const { path: place } of documentsOf(removed, stored.get(removed)!.content)) {
        await writer.unpublish(place, ++revision);
      }
      stored.delete(removed);
      for (let i = 0; i < 4; i++) {
        const query = randomVector();
        const request = { sparse: queryVector(randomText(3)), dense: { space: SPACE, vector: query }, limit: 20 };
        const cold = await reader.search(request);
        expect(await reader.search(request)).toEqual(cold);
        expect(cold.dense).toEqual(nearest(stored, query, 20));
        await checkSparse(reader, stored, cold.sparse);
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** A content under one, two or three paths. */
function documentsOf(name: string, content: TestContent) {
  const count = 1 + (content.summary.chunkCount % 3);
  return ['b', '𝔸', '\uFF21'].slice(0, count).map((folder) => ({
    ...makeDocument(`${folder}/${name}`, content),
    title: Array.from(content.text).slice(0, 9).join(''),
  }));
}

async function storeRandom(writer: StoreWriter, name: string, revision: () => number) {
  const parts = Array.from({ length: 1 + Math.floor(next() * 6) }, () => randomText(12));
  const options = { headings: [randomText(2), pick(ODD)], language: pick(['pt', null]) };
  const content = makeContent(name, parts, next() < 0.5 ? options : { ...options, title: randomText(3) });
  const vectors = parts.map(randomVector);
  await writer.putChunks(content.summary, content.chunks);
  for (const document of documentsOf(name, content)) await writer.publish(document, revision());
  await writer.putVectors(
    SPACE,
    content.summary.id,
    vectors.map((vector, ordinal) => ({ ordinal, vector })),
  );
  return { content, vectors };
}

type Stored = ReadonlyMap<string, Awaited<ReturnType<typeof storeRandom>>>;

function hitsOf(stored: Stored, query: Float32Array): Hit[] {
  return [...stored].flatMap(([name, { content, vectors }]) =>
    content.chunks.map(({ chunk }, i) => ({
      chunk,
      documents: inOrder(documentsOf(name, content)),
      score: dot(query, vectors[i]!),
    })),
  );
}

function nearest(stored: Stored, query: Float32Array, limit: number): Hit[] {
  return hitsOf(stored, query).toSorted(byScore).slice(0, limit);
}

async function checkSparse(reader: StoreReader, stored: Stored, found: readonly Hit[]): Promise<void> {
  const all = new Map(hitsOf(stored, new Float32Array(8)).map((hit) => [hit.chunk.id, { ...hit, score: 0 }]));
  expect(found).toEqual(found.toSorted(byScore));
  for (const hit of found) {
    expect({ ...hit, score: 0 }).toEqual(all.get(hit.chunk.id));
    // Reads column by column.
    expect({ ...hit, score: 0 }).toEqual(await reader.findChunk(hit.chunk.id));
  }
}

function inOrder<Document extends { readonly path: string }>(documents: readonly Document[]): Document[] {
  return documents.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The store keeps vectors as 16-bit floats. */
function dot(query: Float32Array, vector: Float32Array): number {
  let sum = 0;
  for (const [i, number] of [...new Float16Array(vector)].entries()) sum += query[i]! * number;
  return sum;
}

function byScore(a: Hit, b: Hit): number {
  return b.score - a.score || (a.chunk.id < b.chunk.id ? -1 : 1);
}
