import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { QdrantConfig } from '../../config.ts';
import { queryVector } from '../../text/sparse.ts';
import { connectToQdrant } from './connection/connection.ts';
import { IS_LIVE } from './filters.ts';
import { QdrantReader } from './reader.ts';
import { type Fault, type SeenRequest, type StandIn, startStandIn } from './testing/stand-in.ts';
import { openQdrantReader, openQdrantWriter } from './qdrant.ts';
import { type TestContent, makeContent, makeDocument, store } from '../testing/contents.ts';
import type { StoreReader, VectorSpace } from '../store.ts';

// What the driver sends, and what happens when the connection or the server fails. The other end is our own stand-in: only
// the contract suite, run with QDRANT_URL, shows whether a real server does with these requests what we mean.

let standIn: StandIn;
beforeAll(async () => void (standIn = await startStandIn()));
afterAll(() => standIn[Symbol.asyncDispose]());

let settings: QdrantConfig;
beforeEach(async () => {
  settings = {
    urls: standIn.urls,
    apiKey: null,
    collection: `test-${randomUUID()}`,
    isAdopting: false,
    shards: null,
    replicas: null,
    writeConsistency: null,
  };
  await standIn.fail();
  await standIn.requests();
});

/** Returns the requests since the last call, without the collection's name. */
async function calls(): Promise<(SeenRequest & { readonly on: string })[]> {
  const seen = await standIn.requests();
  return seen.map((request) => ({ ...request, on: request.call.replace(`${settings.collection}_`, '') }));
}

async function textsFor(reader: StoreReader, question: string): Promise<string[]> {
  const { sparse } = await reader.search({ sparse: queryVector(question), limit: 20 });
  return sparse.map(({ chunk }) => chunk.text).toSorted();
}

describe('the collections', () => {
  it('have their indexes before the first point, and refuse what has none', async () => {
    await openQdrantWriter(settings, 'me');
    const seen = await calls();
    expect(seen.map(({ on }) => on).filter((on) => on.startsWith('PUT'))).toEqual([
      'PUT /collections/documents',
      ...Array.from({ length: 3 }, () => 'PUT /collections/documents/index'),
      'PUT /collections/chunks',
      ...Array.from({ length: 8 }, () => 'PUT /collections/chunks/index'),
    ]);
    expect(seen.find(({ on }) => on === 'PUT /collections/chunks')?.body).toMatchObject({
      sparse_vectors: { words: { modifier: 'idf', index: { memory: 'cached' } } },
      strict_mode_config: { enabled: true, unindexed_filtering_retrieve: false, unindexed_filtering_update: false },
      metadata: { program: 'askbox', owner: 'me' },
    });
  });

  it('are made with the older fields on a server of 1.18', async () => {
    await using older = await startStandIn('1.18.3');
    await openQdrantWriter({ ...settings, urls: [older.url], shards: 6, replicas: 2, writeConsistency: 1 }, 'me');
    const { body } = (await older.requests()).find(({ call }) => /^PUT \S+_chunks$/.test(call))!;
    expect(body).toMatchObject({
      on_disk_payload: true,
      sparse_vectors: { words: { index: { on_disk: false } } },
      quantization_config: { scalar: { always_ram: true } },
      shard_number: 6,
      replication_factor: 2,
      write_consistency_factor: 1,
    });
    expect(JSON.stringify(body)).not.toContain('"memory"');
  });

  it('are completed when a crash left them half made', async () => {
    await standIn.fail({ call: 'chunks/index', nth: 3, kind: 'lost' });
    await expect(openQdrantWriter(settings, 'me')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const controller = new AbortController();
    const opening = openQdrantReader(settings, controller.signal);
    await openQdrantWriter(settings, 'me');
    expect(await (await opening).documents()).toEqual([]);
  });

  it('of another owner are refused, until told to adopt them', async () => {
    await openQdrantWriter(settings, 'me');
    await expect(openQdrantWriter(settings, 'you')).rejects.toMatchObject({
      code: 'STORE_FOREIGN',
      isRetryable: false,
      message: expect.stringMatching(/_documents.*ASKBOX_ADOPT.*ASKBOX_COLLECTION/),
    });
    await openQdrantWriter({ ...settings, isAdopting: true }, 'you');
    await openQdrantWriter(settings, 'you');
    await expect(openQdrantWriter(settings, 'me')).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
  });

  it('of another program or of a newer version are refused, adopting or not', async () => {
    const { call, chunks } = await connectToQdrant(settings);
    await call('run a test', undefined, (client) => client.createCollection(chunks, { vectors: {} }));
    const adopting = { ...settings, isAdopting: true };
    await expect(openQdrantWriter(adopting, 'me')).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
    await call('run a test', undefined, (client) => client.deleteCollection(chunks));

    await openQdrantWriter(settings, 'me');
    for (const metadata of [{ format: 99 }, { format: 1, analyser: 99 }]) {
      await call('run a test', undefined, (client) => client.updateCollection(chunks, { metadata }));
      const newer = { code: 'STORE_FOREIGN', message: expect.stringContaining('newer') };
      await expect(openQdrantWriter(adopting, 'me')).rejects.toMatchObject(newer);
      await expect(openQdrantReader(adopting)).rejects.toMatchObject(newer);
    }
  });

  it('are analysed anew from their own text when another analyser made the words, and readers wait', async () => {
    const parts = Array.from({ length: 70 }, (_, i) => `cláusula ${i}. `);
    const writer = await openQdrantWriter(settings, 'me');
    await store(writer, 'a.txt', makeContent('a', parts, { title: 'Locação' }), 1);
    const { call, chunks, documents } = await connectToQdrant(settings);
    for (const name of [chunks, documents]) {
      await call('run a test', undefined, (client) => client.updateCollection(name, { metadata: { analyser: 0 } }));
    }
    const opening = openQdrantReader(settings);
    await calls();
    await openQdrantWriter(settings, 'me');
    const updates = (await calls()).filter(({ on }) => on === 'PUT /collections/chunks/points/vectors');
    expect(updates.map(({ body }) => body.points.length)).toEqual([64, 6]);
    expect(await textsFor(await opening, 'locações')).toHaveLength(20);
  });
});

describe('collections of format 1', () => {
  it('get the language of their chunks, while readers wait, without a change of their words', async () => {
    const writer = await openQdrantWriter(settings, 'me');
    const contents = ['pt', 'en', null].map((language) => makeContent(String(language), ['hotel'], { language }));
    for (const [n, content] of contents.entries()) await store(writer, `${n}.txt`, content, n + 1);
    const { call, chunks, documents } = await connectToQdrant(settings);
    await call('run a test', undefined, (client) =>
      client.setPayload(chunks, { payload: { language: null }, filter: { must: [IS_LIVE] } }),
    );
    for (const name of [chunks, documents]) {
      await call('run a test', undefined, (client) => client.updateCollection(name, { metadata: { format: 1 } }));
    }
    const opening = openQdrantReader(settings);
    await calls();
    await openQdrantWriter(settings, 'me');
    expect((await calls()).filter(({ on }) => on.includes('points/vectors'))).toEqual([]);
    const reader = await opening;
    const { sparse } = await reader.search({ sparse: queryVector('hotel'), language: 'en', limit: 5 });
    expect(sparse.map((hit) => hit.documents[0]?.path)).toEqual(['1.txt']);
    await openQdrantWriter(settings, 'me');
    expect((await calls()).filter(({ on }) => on.endsWith('points/payload'))).toEqual([]);
  });
});

describe('requests', () => {
  it('of a mass removal are four for 64 paths', async () => {
    const writer = await openQdrantWriter(settings, 'me');
    const paths = Array.from({ length: 130 }, (_, n) => `${n}.txt`);
    for (const [n, path] of paths.entries()) await store(writer, path, makeContent(path, ['caju']), n + 1);
    await calls();
    await writer.unpublishAll(paths.map((path, n) => ({ path, revision: 200 + n })));
    const seen = await calls();
    expect(seen).toHaveLength(12);
    expect(seen.slice(0, 4).map(({ on }) => on)).toEqual([
      'POST /collections/documents/points',
      'POST /collections/documents/points/batch',
      'POST /collections/documents/points/scroll',
      'POST /collections/chunks/points/batch',
    ]);
    expect(await textsFor(await openQdrantReader(settings), 'caju')).toEqual([]);
  });

  it('for missing vectors are as many among a hundred documents as among one', async () => {
    const writer = await openQdrantWriter(settings, 'me');
    const space: VectorSpace = { name: 'model', dimensions: 1 };
    const missing = async (): Promise<number> => (await Array.fromAsync(writer.missingVectors(space))).length;
    const add = async (n: number): Promise<void> => {
      const content = makeContent(`n${n}`, [`caju ${n}`]);
      await store(writer, `${n}.txt`, content, n);
      await writer.putVectors(space, content.summary.id, [{ ordinal: 0, vector: Float32Array.of(1) }]);
    };
    for (let n = 1; n <= 100; n++) await add(n);
    expect(await missing()).toBe(0);
    await add(101);
    await calls();
    expect(await missing()).toBe(0);
    expect((await calls()).length).toBeLessThanOrEqual(2);
  });

  it('of a publication come in the order that makes one write the commit', async () => {
    const writer = await openQdrantWriter(settings, 'me');
    const [old, current] = [makeContent('old', ['figo']), makeContent('new', ['caju'])];
    await store(writer, 'a.txt', old, 1);
    await calls();
    await store(writer, 'a.txt', current, 2);
    const writes = (await calls()).filter(({ query }) => query['wait'] !== undefined);
    const [content, oldContent] = [current.summary.id, old.summary.id];
    expect(writes).toMatchObject([
      { on: 'PUT /collections/chunks/points', body: { update_mode: 'insert_only' } },
      {
        on: 'POST /collections/chunks/points/payload',
        body: {
          payload: { live: true, liveRevision: 2 },
          filter: { must: [{ match: { value: content } }, { key: 'liveRevision', range: { lt: 2 } }] },
        },
      },
      {
        on: 'PUT /collections/documents/points',
        body: {
          points: [{ payload: { path: 'a.txt', revision: 2, content } }],
          update_filter: { must: [{ key: 'revision', range: { lt: 2 } }] },
        },
      },
      {
        on: 'POST /collections/chunks/points/payload',
        body: {
          payload: { live: false },
          filter: {
            must: [
              { key: 'content', match: { any: [oldContent] } },
              { key: 'live', match: { value: true } },
              { key: 'liveRevision', range: { lt: 2 } },
            ],
          },
        },
      },
    ]);
    expect(writes.map(({ query }) => query)).toEqual(writes.map(() => ({ wait: 'true' })));
  });

  it('ask both arms at once, and long lists of contents in parts', async () => {
    const writer = await openQdrantWriter(settings, 'me');
    const content = makeContent('a', ['caju']);
    await store(writer, 'a.txt', content, 1);
    const space: VectorSpace = { name: 'model', dimensions: 2 };
    const vector = Float32Array.of(1, 0);
    await writer.putVectors(space, content.summary.id, [{ ordinal: 0, vector }]);
    const reader = await openQdrantReader(settings);
    await reader.search({ sparse: queryVector('caju'), limit: 5 });
    await calls();
    const contents = [content.summary.id, ...Array.from({ length: 2000 }, (_, i) => `other ${i}`)];
    const found = await reader.search({ sparse: queryVector('caju'), dense: { space, vector }, contents, limit: 5 });
    expect(found).toMatchObject({ sparse: [{ chunk: { text: 'caju' } }], dense: [{ score: 1 }] });
    const searches = (await calls()).filter(({ on }) => on.endsWith('query/batch')).map(({ body }) => body.searches);
    expect(searches.map((parts) => parts.length)).toEqual([2, 2]);
    expect(searches[0][0]).toMatchObject({ using: 'words', limit: 21 });
    expect(searches[0][1]).toMatchObject({ using: expect.stringMatching(/^space-/), limit: 21 });
    expect(searches.map(([arm]) => arm.filter.must[0].match.any.length)).toEqual([2000, 1]);
  });

  it('to copies of shards want one order of writes, and any one copy at reads; the key goes with each', async () => {
    const cluster = { ...settings, replicas: 2, apiKey: 'secret' };
    const writer = await openQdrantWriter(cluster, 'me');
    await store(writer, 'a.txt', makeContent('a', ['caju']), 1);
    const reader = await openQdrantReader(cluster);
    await calls();
    await store(writer, 'a.txt', makeContent('b', ['figo']), 2);
    await textsFor(reader, 'figo');
    await reader.documents();
    const seen = await calls();
    expect(seen.every(({ apiKey }) => apiKey === 'secret')).toBe(true);
    const writes = seen.filter(({ query }) => query['wait'] !== undefined);
    expect(writes).toHaveLength(4);
    expect(writes.map(({ query }) => query)).toEqual(writes.map(() => ({ wait: 'true', ordering: 'medium' })));
    expect(seen.filter(({ query }) => query['consistency'] !== undefined)).toEqual([]);
  });

  it('keep the path of an address, and take 6333 only for an address without a port', async () => {
    const unavailable = { code: 'STORE_UNAVAILABLE' };
    await expect(connectToQdrant({ ...settings, urls: [`${standIn.url}/qdrant/`] })).rejects.toMatchObject(unavailable);
    expect((await calls()).map(({ on }) => on)).toEqual(['GET /qdrant/']);
    await expect(connectToQdrant({ ...settings, urls: ['http://127.0.0.1:80'] })).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringContaining(':80'),
    });
  });
});

describe('a server that', () => {
  const open = async (): Promise<StoreReader> => {
    await openQdrantWriter(settings, 'me');
    return openQdrantReader(settings);
  };
  const answers = (status: number, error: string, headers: Record<string, string> = {}): Fault => ({
    call: 'points/count',
    nth: 1,
    kind: 'answers',
    status,
    answer: { status: { error }, time: 0 },
    headers,
  });

  it.each(['1.17.1', '1.21.0', '2.0.0'])(
    'is of version %s is refused, with the versions that are not',
    async (version) => {
      await using other = await startStandIn(version);
      await expect(openQdrantWriter({ ...settings, urls: [other.url] }, 'me')).rejects.toMatchObject({
        code: 'STORE_UNSUPPORTED',
        isRetryable: false,
        message: expect.stringMatching(new RegExp(`${version}.*1\\.18.*1\\.20`)),
      });
    },
  );

  it.each([
    [500, 'Service internal error: disk quota', 'STORE_UNAVAILABLE'],
    [503, 'the shard is not active', 'STORE_UNAVAILABLE'],
    [408, 'Timeout: operation timed out', 'STORE_UNAVAILABLE'],
    [404, "Not found: Collection doesn't exist!", 'STORE_UNAVAILABLE'],
    [400, 'Bad request: limit exceeded 70000 > 1000', 'STORE_REFUSED'],
    [422, 'Validation error in JSON body', 'STORE_REFUSED'],
  ])('answers %i gives its own reason: %s', async (status, reason, code) => {
    const reader = await open();
    await standIn.fail(answers(status, reason));
    await expect(reader.stats()).rejects.toMatchObject({
      code,
      isRetryable: code === 'STORE_UNAVAILABLE',
      message: expect.stringContaining(reason),
    });
    expect(await reader.stats()).toMatchObject({ documents: 0 });
  });

  it.each([401, 403])('answers %i makes the key suspect', async (status) => {
    const reader = await open();
    await standIn.fail(answers(status, 'Must provide an API key'));
    await expect(reader.stats()).rejects.toMatchObject({
      code: 'STORE_REFUSED',
      message: expect.stringMatching(/API key.*QDRANT_API_KEY/),
    });
  });

  it.each([{}, { 'retry-after': '3' }])('limits the rate may be asked again: %j', async (headers) => {
    const reader = await open();
    await standIn.fail(answers(429, 'Rate limiting exceeded', headers));
    await expect(reader.stats()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/rate/i),
    });
  });

  it('answers something else than JSON is unavailable', async () => {
    const reader = await open();
    await standIn.fail({ ...answers(502, ''), answer: '<html>Bad Gateway</html>' } as Fault);
    await expect(reader.stats()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('hangs is given up by itself, or when the caller does', async () => {
    await open();
    const hanging: Fault = { call: 'points/count', nth: 1, kind: 'hangs' };
    await standIn.fail(hanging);
    const impatient = new QdrantReader(await connectToQdrant(settings, undefined, { callMs: 2000 }));
    await expect(impatient.stats()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('in time'),
    });
    await standIn.fail(hanging);
    const reader = await openQdrantReader(settings);
    const controller = new AbortController();
    const asking = reader.stats(controller.signal);
    controller.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
  });

  it('is not there is unavailable, and the message names it', async () => {
    const gone = await startStandIn();
    await gone[Symbol.asyncDispose]();
    await expect(openQdrantWriter({ ...settings, urls: [gone.url] }, 'me')).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(new RegExp(`${gone.url}.*ECONNREFUSED.*QDRANT_URL`)),
    });
  });

  it('holds a point that we did not write is damaged', async () => {
    const reader = await open();
    const { call, documents } = await connectToQdrant(settings);
    const points = [{ id: randomUUID(), payload: { kind: 'publication', path: 7 }, vector: {} }];
    await call('run a test', undefined, (client) => client.upsert(documents, { points }));
    await expect(reader.documents()).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      message: expect.stringContaining('path'),
    });
  });
});

describe('a replacement', () => {
  const STEPS = {
    'the storing of chunks': 'PUT /collections/\\S+_chunks/points$',
    'the publishing of chunks': 'POST /collections/\\S+_chunks/points/payload$',
    'the commit': 'PUT /collections/\\S+_documents/points$',
  };
  const parts = (word: string, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `manga ${word} ${i}. `);
  const [old, current, newest] = [
    makeContent('old', parts('velha', 3)),
    makeContent('new', parts('nova', 4)),
    makeContent('newest', parts('novíssima', 2)),
  ];
  const textsOf = ({ chunks }: TestContent): string[] => chunks.map(({ chunk }) => chunk.text).toSorted();

  describe.each(Object.entries(STEPS))('whose writer dies at %s', (_, call) => {
    it.each(['lost', 'cut'] as const)(
      '(its write is %s) shows one content whole, and is finished by the next writer',
      async (kind) => {
        const writer = await openQdrantWriter(settings, 'me');
        await store(writer, 'a.txt', old, 1);
        const reader = await openQdrantReader(settings);
        await standIn.fail({ call, nth: 1, kind });
        await expect(store(writer, 'a.txt', current, 2)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        const isCommitted = call === STEPS['the commit'] && kind === 'cut';
        expect(await textsFor(reader, 'manga')).toEqual(textsOf(isCommitted ? current : old));

        await standIn.fail();
        const next = await openQdrantWriter(settings, 'me');
        await store(next, 'a.txt', current, next.lastRevision + 1);
        expect(await textsFor(reader, 'manga')).toEqual(textsOf(current));
        await next.collect([old.summary.id, current.summary.id]);
        expect(await Array.fromAsync(next.contents())).toEqual([
          { id: current.summary.id, storedChunks: 4, isPublished: true },
        ]);
      },
    );

    it('and whose write arrives after the next writer has gone on, changes nothing any more', async () => {
      const writer = await openQdrantWriter(settings, 'me');
      await store(writer, 'a.txt', old, 1);
      const reader = await openQdrantReader(settings);
      await standIn.fail({ call, nth: 1, kind: 'late' });
      await expect(store(writer, 'a.txt', current, 2)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

      const next = await openQdrantWriter(settings, 'me');
      await store(next, 'a.txt', newest, 3);
      await standIn.release();
      expect(await textsFor(reader, 'manga')).toEqual(textsOf(newest));
      expect((await reader.documents()).map(({ content }) => content.id)).toEqual([newest.summary.id]);
    });
  });

  it('whose withdrawing of the old chunks arrives after these are published again, leaves them', async () => {
    const writer = await openQdrantWriter(settings, 'me');
    await store(writer, 'a.txt', old, 1);
    await standIn.fail({ call: STEPS['the publishing of chunks'], nth: 2, kind: 'late' });
    await expect(store(writer, 'a.txt', current, 2)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const next = await openQdrantWriter(settings, 'me');
    await next.publish(makeDocument('b.txt', old), 3);
    await standIn.release();
    const reader = await openQdrantReader(settings);
    expect(await textsFor(reader, 'manga')).toEqual([...textsOf(current), ...textsOf(old)].toSorted());
  });

  it('survives a late deletion of the content that it publishes again', async () => {
    const writer = await openQdrantWriter(settings, 'me');
    await store(writer, 'a.txt', old, 1);
    await writer.unpublish('a.txt', 2);
    await standIn.fail({ call: 'chunks/points/delete', nth: 1, kind: 'late' });
    await expect(writer.collect([old.summary.id])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const next = await openQdrantWriter(settings, 'me');
    await store(next, 'a.txt', old, 3);
    await standIn.release();
    expect(await textsFor(await openQdrantReader(settings), 'manga')).toEqual(textsOf(old));
  });

  it('that happens between a search and the look at who is published makes the search begin again', async () => {
    const writer = await openQdrantWriter(settings, 'me');
    await store(writer, 'a.txt', old, 1);
    await writer.putChunks(current.summary, current.chunks);
    const connection = await connectToQdrant(settings);
    let searches = 0;
    const reader = new QdrantReader({
      ...connection,
      async call(name, signal, send) {
        const result = await connection.call(name, signal, send);
        if (name === 'search' && ++searches === 2) await writer.publish(makeDocument('a.txt', current), 2);
        return result;
      },
    });
    expect(await textsFor(reader, 'manga')).toEqual(textsOf(current));
    // Two searches to see the old content for the first time, two for the new one.
    expect(searches).toBe(4);
  });
});
