import { expect, test } from 'vitest';
import { chunkIdOf, documentIdOf } from '#shared/document.ts';
import { startTestWatcher, testDocument } from '#shared/watcher-api/testing/watcher.ts';
import { DocumentReplica } from './replica.ts';
import { publish, startTestApi, until, type TestApi } from '../testing/running-api.ts';

async function startWithDocuments(): Promise<TestApi> {
  const api = await startTestApi();
  await publish(api.store, 'contratos/locação.pdf', ['Cláusula um. ', 'Cláusula dois. ', 'Cláusula três.'], {
    title: 'Contrato de Locação',
    language: 'pt-BR',
    mediaType: 'application/pdf',
    modifiedAt: '2026-03-01T00:00:00.000Z',
    pages: true,
  });
  await publish(api.store, 'notes.txt', ['Some English notes about a lease.'], {
    language: 'en',
    modifiedAt: '2026-02-01T00:00:00.000Z',
  });
  await publish(api.store, 'leia-me.txt', ['Um texto em português.'], { modifiedAt: '2026-01-01T00:00:00.000Z' });
  await api.restart();
  return api;
}

const LIST = `query ($first: Int! = 20, $after: String, $filter: DocumentFilter, $orderBy: DocumentOrder! = { field: PATH, direction: ASC }) {
  documents(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount nodes { path } edges { cursor } pageInfo { hasNextPage endCursor }
  }
}`;
interface List {
  readonly documents: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly path: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}
const pathsOf = ({ documents }: List): string[] => documents.nodes.map(({ path }) => path);

test('lists documents page by page, in any order, none twice', async () => {
  await using api = await startWithDocuments();
  for (const [field, expected] of [
    ['PATH', ['contratos/locação.pdf', 'leia-me.txt', 'notes.txt']],
    ['MODIFIED_AT', ['leia-me.txt', 'notes.txt', 'contratos/locação.pdf']],
    ['SIZE', ['leia-me.txt', 'notes.txt', 'contratos/locação.pdf']],
  ] as const) {
    for (const direction of ['ASC', 'DESC']) {
      const paths: string[] = [];
      let after: string | null = null;
      do {
        const page: List = await api.query(LIST, { first: 1, after, orderBy: { field, direction } });
        paths.push(...pathsOf(page));
        after = page.documents.pageInfo.hasNextPage ? page.documents.pageInfo.endCursor : null;
        expect(page.documents.totalCount).toBe(3);
      } while (after !== null);
      expect(paths).toEqual(direction === 'ASC' ? expected : expected.toReversed());
    }
  }
});

test('filters documents by path, type, language, status, id and words, without case and accents', async () => {
  await using api = await startWithDocuments();
  const found = async (filter: object): Promise<string[]> => pathsOf(await api.query<List>(LIST, { filter }));
  const contract = ['contratos/locação.pdf'];
  expect(await found({ paths: ['contratos/**'] })).toEqual(contract);
  expect(await found({ mediaTypes: ['application/pdf'] })).toEqual(contract);
  expect(await found({ languages: ['PT'] })).toEqual(['contratos/locação.pdf', 'leia-me.txt']);
  expect(await found({ languages: ['pt-BR'] })).toEqual(contract);
  expect(await found({ status: ['FAILED'] })).toEqual([]);
  expect(await found({ ids: [documentIdOf('notes.txt')] })).toEqual(['notes.txt']);
  expect(await found({ text: 'LOCACAO contrato' })).toEqual(contract);
  expect(await found({ text: 'locacao notes' })).toEqual([]);
});

test('a cursor of another order, direction or list is refused', async () => {
  await using api = await startWithDocuments();
  const orders = ['PATH', 'TITLE', 'CREATED_AT', 'MODIFIED_AT', 'SIZE'].flatMap((field) =>
    ['ASC', 'DESC'].map((direction) => ({ field, direction })),
  );
  const cursors = new Map<string, object>();
  for (const orderBy of orders) {
    const { documents } = await api.query<List>(LIST, { first: 1, orderBy });
    cursors.set(documents.pageInfo.endCursor, orderBy);
  }
  expect(cursors.size).toBe(orders.length);
  for (const [after, its] of cursors) {
    for (const orderBy of orders) {
      const outcome = await api.query<List>(LIST, { first: 5, after, orderBy }).then(
        ({ documents }) => documents.nodes.length,
        (error: unknown) => /BAD_USER_INPUT/.exec(String(error))?.[0],
      );
      expect([its, orderBy, outcome]).toEqual([its, orderBy, orderBy === its ? 2 : 'BAD_USER_INPUT']);
    }
    const chunks = `query ($after: String) { documentByPath(path: "notes.txt") { chunks(after: $after) { totalCount } } }`;
    await expect(api.query(chunks, { after })).rejects.toThrow('BAD_USER_INPUT');
  }
});

test('the documents of a page of chunks are known without asking the store for each, copies included', async () => {
  let calls = 0;
  await using api = await startTestApi({
    reader: (reader) =>
      new Proxy(reader, {
        get(target, name) {
          if (name === 'findChunk') calls++;
          return Reflect.get(target, name).bind?.(target);
        },
      }),
  });
  const texts = ['Um. ', 'Dois. ', 'Três.'];
  await publish(api.store, 'b.txt', texts);
  await publish(api.store, 'a.txt', texts);
  await publish(api.store, 'other.txt', ['Outro.']);
  await api.restart();
  const query = '{ documentByPath(path: "b.txt") { chunks { nodes { documents { path } } } } }';
  const documents = [{ path: 'a.txt' }, { path: 'b.txt' }];
  expect(await api.query(query)).toEqual({
    documentByPath: { chunks: { nodes: [{ documents }, { documents }, { documents }] } },
  });
  expect(calls).toBe(0);
});

test('a replica knows which documents have a content, as they change and go', () => {
  const replica = new DocumentReplica([
    testDocument({ id: 'b.txt', path: 'b.txt', seq: 1, contentId: 'x' }),
    testDocument({ id: 'a.txt', path: 'a.txt', seq: 2, contentId: 'x' }),
    testDocument({ id: 'new.txt', path: 'new.txt', seq: 3, contentId: null }),
  ]);
  const withContent = (contentId: string): string[] => replica.withContent(contentId).map(({ path }) => path);
  expect(withContent('x')).toEqual(['a.txt', 'b.txt']);
  replica.apply({ type: 'document', document: testDocument({ id: 'b.txt', path: 'b.txt', seq: 4, contentId: 'y' }) });
  expect([withContent('x'), withContent('y')]).toEqual([['a.txt'], ['b.txt']]);
  replica.apply({ type: 'removed', document: testDocument({ id: 'a.txt', path: 'a.txt', seq: 5, contentId: null }) });
  expect([withContent('x'), withContent('y'), withContent('z')]).toEqual([[], ['b.txt'], []]);
});

test('a file whose name looks like a glob, or is decomposed, is found by the path that people type', async () => {
  await using api = await startTestApi();
  const bracketed = '(cópia) [final] {x}.txt';
  const decomposed = 'Licitação São José.txt'.normalize('NFD');
  await publish(api.store, bracketed, ['A multa é de dois por cento.']);
  await publish(api.store, decomposed, ['O prazo é de dez dias.']);
  await api.restart();
  const found = async (...paths: readonly string[]): Promise<string[]> =>
    pathsOf(await api.query<List>(LIST, { filter: { paths } }));
  expect(await found(bracketed)).toEqual([bracketed]);
  for (const typed of ['Licitação São José.txt', 'Licitação*', decomposed]) {
    expect(await found(typed.normalize('NFC'))).toEqual([decomposed]);
  }
  const hits = await api.query<{ search: { hits: object[] } }>(
    'query ($paths: [String!]) { search(query: "prazo", filter: { paths: $paths }) { hits { rank } } }',
    { paths: ['Licitação São José.txt'] },
  );
  expect(hits.search.hits).toHaveLength(1);
  const byPath = 'query ($path: String!) { documentByPath(path: $path) { path } }';
  for (const path of [decomposed, decomposed.normalize('NFC')]) {
    expect(await api.query(byPath, { path })).toEqual({ documentByPath: { path: decomposed } });
  }
});

test.each([
  ['documents', 'query ($paths: [String!]) { documents(filter: { paths: $paths }) { totalCount } }'],
  ['search', 'query ($paths: [String!]) { search(query: "x", filter: { paths: $paths }) { tookMs } }'],
  ['ask', 'query ($paths: [String!]) { ask(input: { question: "x", filter: { paths: $paths } }) { id } }'],
  ['reingest', 'mutation ($paths: [String!]) { reingestDocuments(filter: { paths: $paths }) { queued } }'],
])('%s refuses a glob that would multiply', async (_, query) => {
  await using api = await startWithDocuments();
  for (const glob of ['{1..100000}', '{a,b}'.repeat(14), '*a'.repeat(21)]) {
    const refused = await api.query(query, { paths: [glob] }).catch((error: unknown) => error);
    expect([glob, String(refused)]).toEqual([glob, expect.stringMatching(/filter\.paths has .*BAD_USER_INPUT/s)]);
  }
});

test('a date that is in no calendar is refused', async () => {
  await using api = await startTestApi();
  const query = 'query ($at: DateTime) { search(query: "x", filter: { modifiedAfter: $at }) { tookMs } }';
  const isTaken = (at: string): Promise<boolean> =>
    api.query(query, { at }).then(
      () => true,
      () => false,
    );
  for (const at of [
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:00+24:00',
  ]) {
    expect([at, await isTaken(at)]).toEqual([at, false]);
  }
  for (const at of ['2024-02-29T23:59:59.5-03:00', '2026-02-28t00:00:00z', '2026-12-31T23:59:59+14:00']) {
    expect([at, await isTaken(at)]).toEqual([at, true]);
  }
});

test('says what is wrong with an impossible page', async () => {
  await using api = await startWithDocuments();
  for (const wrong of [{ first: 0 }, { first: 101 }, { after: 'nonsense' }, { after: 'WzEsMl0' }]) {
    const refused = await api.query(LIST, wrong).catch((error: unknown) => error);
    expect([wrong, String(refused)]).toEqual([wrong, expect.stringContaining('BAD_USER_INPUT')]);
  }
});

test('a document gives its text, its chunks page by page, and each chunk its place and neighbours', async () => {
  await using api = await startWithDocuments();
  const { documentByPath: document } = await api.query<{
    documentByPath: { id: string; chunks: { pageInfo: { endCursor: string } } };
  }>(
    `{ documentByPath(path: "contratos/locação.pdf") {
      id title status stale chunkCount pageCount text(start: 13, end: 28)
      chunks(first: 2) { totalCount pageInfo { hasNextPage endCursor } nodes {
        position startChar endChar text wordCount locator { pageNumber } pages { first last }
        previous { position } next { position } context(before: 5, after: 5) { position } documents { path }
      } }
    } }`,
  );
  expect(document).toMatchObject({
    title: 'Contrato de Locação',
    status: 'READY',
    stale: true,
    chunkCount: 3,
    pageCount: 3,
    text: 'Cláusula dois. ',
    chunks: {
      totalCount: 3,
      pageInfo: { hasNextPage: true },
      nodes: [
        { position: 0, startChar: 0, previous: null, next: { position: 1 }, wordCount: 2 },
        {
          position: 1,
          locator: { pageNumber: 2 },
          pages: { first: 2, last: 2 },
          previous: { position: 0 },
          next: { position: 2 },
          context: [{ position: 0 }, { position: 1 }, { position: 2 }],
          documents: [{ path: 'contratos/locação.pdf' }],
        },
      ],
    },
  });
  const rest = await api.query(
    'query ($id: ID!, $after: String) { document(id: $id) { chunks(after: $after) { nodes { position next { id } } pageInfo { hasNextPage } } } }',
    { id: document.id, after: document.chunks.pageInfo.endCursor },
  );
  expect(rest).toEqual({
    document: { chunks: { nodes: [{ position: 2, next: null }], pageInfo: { hasNextPage: false } } },
  });
  await expect(api.query('{ documentByPath(path: "notes.txt") { text(start: 0, end: 20001) } }')).rejects.toThrow(
    'end',
  );
  expect(
    await api.query('{ document(id: "x") { id } chunk(id: "x") { id } documentByPath(path: "x") { id } }'),
  ).toEqual({
    document: null,
    chunk: null,
    documentByPath: null,
  });
});

test('finds passages by words, within a filter', async () => {
  await using api = await startWithDocuments();
  const search = `query ($query: String!, $filter: SearchFilter) {
    search(query: $query, filter: $filter) { hits { rank score scores { keyword } excerpt chunk { documents { path } } } tookMs }
  }`;
  const { search: found } = await api.query<{ search: { hits: readonly object[] } }>(search, {
    query: 'clausula dois',
  });
  expect(found.hits).toHaveLength(3);
  expect(found.hits[0]).toMatchObject({
    rank: 1,
    score: 1,
    scores: { keyword: expect.any(Number) },
    excerpt: 'Cláusula dois.',
    chunk: { documents: [{ path: 'contratos/locação.pdf' }] },
  });
  for (const filter of [
    { paths: ['*.txt'] },
    { mediaTypes: ['text/plain'] },
    { languages: ['en'] },
    { documentIds: [documentIdOf('notes.txt')] },
    { modifiedBefore: '2026-03-01T00:00:00Z' },
    { modifiedAfter: '2026-02-28T23:00:00-03:00' },
  ]) {
    const { search: outside } = await api.query<{ search: object }>(search, { query: 'clausula dois', filter });
    expect([filter, outside]).toMatchObject([filter, { hits: [] }]);
  }
  const inside = { paths: ['contratos/*'], modifiedAfter: '2026-02-01T00:00:00Z' };
  const { search: within } = await api.query<{ search: { hits: readonly object[] } }>(search, {
    query: 'clausula dois',
    filter: inside,
  });
  expect(within.hits).toHaveLength(3);
});

test('chunk finds one by its id', async () => {
  await using api = await startWithDocuments();
  const { documentByPath } = await api.query<{ documentByPath: { chunks: { nodes: { id: string }[] } } }>(
    '{ documentByPath(path: "notes.txt") { chunks { nodes { id } } } }',
  );
  const id = documentByPath.chunks.nodes[0]!.id;
  expect(await api.query('query ($id: ID!) { chunk(id: $id) { text } }', { id })).toEqual({
    chunk: { text: 'Some English notes about a lease.' },
  });
  expect(id).not.toBe(chunkIdOf('x', 0));
});

const ready = (path: string, seq: number, more = {}) => testDocument({ id: documentIdOf(path), path, seq, ...more });

test('documentChanged streams what the watcher reports, within the filter', async () => {
  await using watcher = await startTestWatcher([ready('a.txt', 1)]);
  await using api = await startTestApi({ config: { watcherUrl: watcher.url } });
  await until('the watcher is followed', () => watcher.followers === 1);
  const events: unknown[] = [];
  api.client().subscribe(
    {
      query:
        'subscription { documentChanged(filter: { paths: ["b*"] }) { kind path documentId document { status progress stale } } }',
    },
    { next: ({ data }) => events.push(data?.['documentChanged']), error: () => {}, complete: () => {} },
  );
  const arrives = async (count: number): Promise<void> => until(`event ${count}`, () => events.length === count);
  // A subscription is known to exist only once an event has come through it.
  let seq = 1;
  while (events.length === 0) {
    watcher.send('document', ready('b.txt', ++seq, { status: 'DISCOVERED' }), seq);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  events.length = 0;
  watcher.send('document', ready('b.txt', 1_000, { status: 'EXTRACTING' }), 1_000);
  await until('EXTRACTING', () => JSON.stringify(events.at(-1) ?? '').includes('EXTRACTING'));
  events.length = 0;
  watcher.send('document', ready('a.txt', 1_001), 1_001);
  watcher.send('progress', { id: documentIdOf('b.txt'), path: 'b.txt', progress: 0.5 });
  await arrives(1);
  watcher.send('document', ready('b.txt', 1_002), 1_002);
  await arrives(2);
  watcher.send('removed', { id: documentIdOf('b.txt'), path: 'b.txt', seq: 1_003 }, 1_003);
  await arrives(3);
  expect(events).toMatchObject([
    { kind: 'PROGRESSED', path: 'b.txt', document: { status: 'EXTRACTING', progress: 0.5, stale: false } },
    { kind: 'READY', document: { status: 'READY', progress: null } },
    { kind: 'REMOVED', documentId: documentIdOf('b.txt'), document: null },
  ]);
});

test('a watcher that goes away leaves its documents, stale, and health says so', async () => {
  await using watcher = await startTestWatcher([ready('a.txt', 1)]);
  await using api = await startTestApi({ config: { watcherUrl: watcher.url } });
  const state = (): Promise<unknown> =>
    api.query('{ documentByPath(path: "a.txt") { status stale } health { status components { name status } } }');
  await until('the watcher is followed', () => watcher.followers === 1);
  expect(await state()).toMatchObject({ documentByPath: { stale: false }, health: { status: 'OK' } });
  await watcher[Symbol.asyncDispose]();
  let last: unknown;
  const deadline = performance.now() + 20_000;
  do last = await state();
  while (JSON.stringify(last).includes('"stale":false') && performance.now() < deadline);
  expect(last).toMatchObject({ documentByPath: { status: 'READY', stale: true }, health: { status: 'DEGRADED' } });
});

test('a slow reader gets only the latest change of each document', async () => {
  const replica = new DocumentReplica([]);
  const changes = replica.changes(() => true);
  for (let seq = 1; seq <= 100; seq++) {
    replica.apply({ type: 'document', document: ready('a.txt', seq * 2, { status: 'EXTRACTING' }) });
    replica.apply({ type: 'document', document: ready(`b.txt`, seq * 2 + 1) });
  }
  expect((await changes.next()).value).toMatchObject({ document: { path: 'a.txt', seq: 200 } });
  expect((await changes.next()).value).toMatchObject({ document: { path: 'b.txt', seq: 201 } });
  const waiting = changes.next();
  await changes.return!();
  expect(await waiting).toMatchObject({ done: true });
});

test('a reader that is 10,000 documents behind is cut off and told why', async () => {
  const replica = new DocumentReplica([]);
  const changes = replica.changes(() => true);
  for (let n = 0; n < 10_050; n++) replica.apply({ type: 'document', document: ready(`${n}.txt`, n + 1) });
  await expect(changes.next()).rejects.toMatchObject({ code: 'TOO_SLOW' });
  expect(await changes.next()).toMatchObject({ done: true });
});

test('a new snapshot tells readers what has changed meanwhile, removals included, and nothing else', async () => {
  const replica = new DocumentReplica([]);
  const ingestion = { queued: 0, watching: 'EVENTS', pausedBecause: null } as const;
  const snapshot = (documents: ReturnType<typeof ready>[]) => ({ watcherId: 'w', seq: 9, documents, ingestion });
  replica.replace(snapshot([ready('same.txt', 1), ready('gone.txt', 2), ready('edited.txt', 3)]));
  const changes = replica.changes(() => true);
  replica.lose('gone');
  replica.replace(
    snapshot([
      ready('same.txt', 1),
      ready('edited.txt', 4, { contentId: 'new' }),
      ready('bad.txt', 5, { status: 'FAILED' }),
    ]),
  );
  replica.endChanges();
  const kinds = await Array.fromAsync(changes, ({ kind, document }) => `${kind} ${document.path}`);
  expect(kinds).toEqual(['READY edited.txt', 'FAILED bad.txt', 'REMOVED gone.txt']);
  expect(replica.staleBecause).toBeNull();
});

test('readers get no change for a document that the watcher and the store know alike', async () => {
  const fromStore = ready('a.txt', 0);
  const replica = new DocumentReplica([fromStore]);
  const changes = replica.changes(() => true);
  const ingestion = { queued: 0, watching: 'EVENTS', pausedBecause: null } as const;
  replica.replace({ watcherId: 'w', seq: 7, documents: [{ ...fromStore, seq: 7, embeddedChunks: 1 }], ingestion });
  replica.endChanges();
  expect(await Array.fromAsync(changes)).toEqual([]);
  expect(replica.find(fromStore.id)).toMatchObject({ seq: 7, embeddedChunks: 1 });
});

test('a new ledger starts counting again: the same seq is a different state', () => {
  const replica = new DocumentReplica([]);
  const ingestion = { queued: 0, watching: 'EVENTS', pausedBecause: null } as const;
  replica.replace({ watcherId: 'old', seq: 7, documents: [ready('a.txt', 7)], ingestion });
  replica.replace({ watcherId: 'new', seq: 7, documents: [ready('a.txt', 7, { status: 'FAILED' })], ingestion });
  expect(replica.find(ready('a.txt', 7).id)?.status).toBe('FAILED');
});

test('a removal on the feed that is older than the reply to a command removes nothing', () => {
  const put = ready('a.txt', 9);
  const replica = new DocumentReplica([]);
  replica.apply({ type: 'document', document: put });
  replica.apply({ type: 'removed', document: { id: put.id, path: put.path, seq: 8 } });
  expect(replica.find(put.id)).toEqual(put);
  replica.apply({ type: 'removed', document: { id: put.id, path: put.path, seq: 10 } });
  expect(replica.find(put.id)).toBeUndefined();
});
