import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { parseConfig, type Config } from '../config.ts';
import { queryVector } from '../text/sparse.ts';
import { copyStore } from './copy-store.ts';
import { openStoreReader, openStoreSource, openStoreWriter } from './open-store.ts';
import { type StandIn, startStandIn } from './qdrant/testing/stand-in.ts';
import { makeContent, store } from './testing/contents.ts';
import { SPACE } from './testing/store-test.ts';

let standIn: StandIn;
beforeAll(async () => void (standIn = await startStandIn()));
afterAll(() => standIn[Symbol.asyncDispose]());
let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(os.tmpdir(), 'askbox-copy-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));

const sqlite = (): Config => parseConfig({ ASKBOX_DATA: '.' }, folder);
const qdrant = (): Config =>
  parseConfig({ ASKBOX_DATA: '.', QDRANT_URL: standIn.url, ASKBOX_COLLECTION: `test-${randomUUID()}` }, folder);

it.each([
  ['SQLite', 'Qdrant', sqlite, qdrant],
  ['Qdrant', 'SQLite', qdrant, sqlite],
  ['Qdrant', 'Qdrant', qdrant, qdrant],
])('a store in %s has the same in %s: documents, texts and vectors', async (_from, _to, from, to) => {
  const [old, current] = [from(), to()];
  await using writer = await openStoreWriter(old);
  const contents = Array.from({ length: 3 }, (_, n) => makeContent(`${n}`, [`Caju ${n}. `, `Figo ${n}.`]));
  for (const [n, content] of contents.entries()) {
    await store(writer, `${n}.txt`, content, n + 1);
    await writer.putVectors(SPACE, content.summary.id, [{ ordinal: 1, vector: Float32Array.of(0.6, 0, 0.8) }]);
  }
  await writer.unpublish('apagado.txt', 9);
  await using source = await openStoreSource(old);
  await using target = await openStoreWriter(current);
  expect(await copyStore(source, target)).toEqual([]);

  const seen = async (config: Config): Promise<unknown> => {
    await using reader = await openStoreReader(config);
    const { sparse } = await reader.search({ sparse: queryVector('figo'), limit: 10 });
    const dense = await reader.search({ dense: { space: SPACE, vector: Float32Array.of(0, 0, 1) }, limit: 10 });
    const places = [...sparse, ...dense.dense].map(({ chunk, documents }) => ({ chunk, documents }));
    return { documents: await reader.documents(), places, scores: dense.dense.map(({ score }) => score.toFixed(2)) };
  };
  expect(await seen(current)).toEqual(await seen(old));
  expect(target.lastRevision).toBe(9);
});

it('a store that no watcher has made yet is no source', async () => {
  await expect(openStoreSource(qdrant())).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringContaining('start askbox once'),
  });
});
