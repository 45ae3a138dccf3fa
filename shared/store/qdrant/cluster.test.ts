import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { QdrantConfig } from '../../config.ts';
import { queryVector } from '../../text/sparse.ts';
import { makeContent, store } from '../testing/contents.ts';
import { startStandIn } from './testing/stand-in.ts';
import { openQdrantReader, openQdrantWriter } from './qdrant.ts';

// What a real cluster does when a node is lost was tried by hand: docs/operations.md says with which result.

it('loses no call, and shows every document once and current, while its nodes die and come back in turn', async () => {
  await using standIn = await startStandIn('1.18.3', 3);
  const settings: QdrantConfig = {
    urls: standIn.urls,
    apiKey: null,
    collection: `test-${randomUUID()}`,
    isAdopting: false,
    shards: 6,
    replicas: 3,
    writeConsistency: 1,
  };
  const writer = await openQdrantWriter(settings, 'me');
  const reader = await openQdrantReader(settings);
  const contents = (version: number): ReturnType<typeof makeContent>[] =>
    Array.from({ length: 12 }, (_, n) => makeContent(`${n} ${version}`, [`caju ${n}.`, ` versão ${version}`]));
  for (const version of [1, 2]) {
    for (const [n, content] of contents(version).entries()) {
      await standIn.setNode(n % 3, 'dead');
      await store(writer, `${n}.txt`, content, version * 100 + n);
      const { sparse } = await reader.search({ sparse: queryVector(`caju ${n}`), limit: 50 });
      expect(sparse.map(({ chunk }) => chunk.contentId)).toContain(content.summary.id);
      await standIn.setNode(n % 3, 'up');
    }
  }
  const published = (await reader.documents()).map(({ content }) => content.id).toSorted();
  expect(published).toEqual(
    contents(2)
      .map(({ summary }) => summary.id)
      .toSorted(),
  );
  const { sparse } = await reader.search({ sparse: queryVector('caju versão'), limit: 50 });
  expect(sparse.map(({ chunk }) => chunk.text).toSorted()).toEqual(
    contents(2)
      .flatMap(({ chunks }) => chunks.map(({ chunk }) => chunk.text))
      .toSorted(),
  );
});

it('uses a collection that a node made without its answer arriving, and refuses one that another askbox made', async () => {
  await using standIn = await startStandIn('1.18.3', 2);
  const settings: QdrantConfig = {
    urls: standIn.urls,
    apiKey: null,
    collection: `test-${randomUUID()}`,
    isAdopting: false,
    shards: null,
    replicas: 2,
    writeConsistency: null,
  };
  await standIn.fail(
    { call: `PUT /collections/${settings.collection}_documents$`, nth: 1, kind: 'cut' },
    { call: `PUT /collections/${settings.collection}_chunks$`, nth: 1, kind: 'cut' },
  );
  const writer = await openQdrantWriter(settings, 'me');
  const content = makeContent('1', ['caju']);
  await store(writer, '1.txt', content, 1);
  const reader = await openQdrantReader(settings);
  expect((await reader.documents()).map(({ content: { id } }) => id)).toEqual([content.summary.id]);
  await expect(openQdrantWriter(settings, 'you')).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
});
