import { expect, test, vi } from 'vitest';
import { contentIdOf, documentIdOf } from '#shared/document.ts';
import { startTestWatcher, testDocument, type TestWatcher } from '#shared/watcher-api/testing/watcher.ts';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { publish, startTestApi, until, type TestApi } from '../testing/running-api.ts';

/** A guard against hanging, never a measurement. */
const WAIT = { timeout: 20_000 };
const KEY = 'a key of at least 16 characters';
const idOf = documentIdOf;
const document = (path: string, more: Partial<DocumentState> = {}): DocumentState =>
  testDocument({ id: idOf(path), path, ...more });

/** Starts an API that follows a watcher which knows these documents. */
async function startFollowing(
  documents: readonly DocumentState[],
): Promise<AsyncDisposable & { readonly api: TestApi; readonly watcher: TestWatcher }> {
  await using opened = new AsyncDisposableStack();
  const watcher = opened.use(await startTestWatcher(documents));
  const api = opened.use(await startTestApi({ config: { watcherUrl: watcher.url } }));
  await until('the watcher is followed', () => watcher.followers === 1);
  const closing = opened.move();
  return { api, watcher, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

const commandsOf = (watcher: TestWatcher): unknown[] => watcher.asked.map(({ body }) => JSON.parse(body));

test('what the watcher did is in the answer and in the query after it', async () => {
  await using following = await startFollowing([document('a.txt'), document('b.txt')]);
  const { api, watcher } = following;
  watcher.reply = { status: 200, body: document('a.txt', { seq: 5, title: 'A', tags: ['x', 'y'] }) };
  const update =
    'mutation ($input: UpdateDocumentInput!) { updateDocument(input: $input) { document { title tags } userErrors { code } } }';
  expect(await api.query(update, { input: { id: idOf('a.txt'), title: 'A', tags: ['x', 'y'] } })).toEqual({
    updateDocument: { document: { title: 'A', tags: ['x', 'y'] }, userErrors: [] },
  });
  expect(
    await api.query(
      '{ documentByPath(path: "a.txt") { title tags } stats { folders { path } tags(first: 1) { tag count } } }',
    ),
  ).toEqual({
    documentByPath: { title: 'A', tags: ['x', 'y'] },
    stats: { folders: [], tags: [{ tag: 'x', count: 1 }] },
  });
  // An event that was in transit on the feed when the command was done is older, and must not undo it.
  watcher.send('document', document('a.txt', { seq: 4, title: 'old' }), 4);
  watcher.send('document', document('c.txt', { seq: 6 }), 6);
  let last: { c: object | null; a: { title: string } };
  do last = await api.query('{ c: documentByPath(path: "c.txt") { id } a: documentByPath(path: "a.txt") { title } }');
  while (last.c === null);
  expect(last.a.title).toBe('A');

  watcher.reply = { status: 200, body: { id: idOf('b.txt'), path: 'b.txt', seq: 7 } };
  const gone = await api.query('mutation ($id: ID!) { deleteDocument(id: $id) { deletedId } }', { id: idOf('b.txt') });
  expect(gone).toEqual({ deleteDocument: { deletedId: idOf('b.txt') } });
  expect(await api.query('{ stats { documents } documentByPath(path: "b.txt") { id } }')).toEqual({
    stats: { documents: 2 },
    documentByPath: null,
  });

  watcher.reply = { status: 200, body: { ...document('b.txt'), seq: 8 } };
  const back = await api.query('mutation ($id: ID!) { restoreDocument(id: $id) { document { path } } }', {
    id: idOf('b.txt'),
  });
  expect(back).toEqual({ restoreDocument: { document: { path: 'b.txt' } } });
  expect(await api.query('{ stats { documents } }')).toEqual({ stats: { documents: 3 } });
  expect(commandsOf(watcher)).toEqual([
    { type: 'describe', path: 'a.txt', title: 'A', tags: ['x', 'y'] },
    { type: 'remove', path: 'b.txt' },
    { type: 'restore', id: idOf('b.txt') },
  ]);
});

test('a refusal of the watcher is a user error at the field that can be fixed', async () => {
  await using following = await startFollowing([document('a.txt')]);
  const { api, watcher } = following;
  const userErrors = async (mutation: string): Promise<unknown> =>
    Object.values(
      await api.query<Record<string, { userErrors: unknown }>>(
        `mutation { ${mutation} { userErrors { field code message } } }`,
      ),
    )[0]?.userErrors;
  const refuse = (code: string, field: string | null): void => {
    watcher.reply = { status: 400, body: { code, message: 'because', field } };
  };
  refuse('TOO_LONG', 'tags');
  expect(await userErrors(`updateDocument(input: { id: "${idOf('a.txt')}", tags: ["x"] })`)).toEqual([
    { field: ['input', 'tags'], code: 'TOO_LONG', message: 'because' },
  ]);
  refuse('ALREADY_EXISTS', 'path');
  expect(await userErrors('addDocument(input: { source: { text: "t" }, title: "T" })')).toMatchObject([
    { field: ['input', 'title'], code: 'ALREADY_EXISTS' },
  ]);
  refuse('NOT_FOUND', 'path');
  expect(await userErrors(`deleteDocument(id: "${idOf('a.txt')}")`)).toMatchObject([
    { field: ['id'], code: 'NOT_FOUND' },
  ]);
  expect(await userErrors('addDocument(input: { source: { text: "  " } })')).toMatchObject([
    { field: ['input', 'source', 'text'], code: 'BLANK' },
  ]);
  refuse('ALREADY_EXISTS', 'path');
  expect(await userErrors(`restoreDocument(id: "${idOf('b.txt')}")`)).toEqual([
    { field: ['id'], code: 'ALREADY_EXISTS', message: 'because' },
  ]);
  refuse('NOT_FOUND', 'path');
  for (const unknown of [
    'restoreDocument(id: "x")',
    'reingestDocument(id: "x")',
    'deleteDocument(id: "x")',
    'updateDocument(input: { id: "x" })',
  ]) {
    expect([unknown, await userErrors(unknown)]).toMatchObject([unknown, [{ code: 'NOT_FOUND' }]]);
  }
  watcher.reply = { status: 500, body: {} };
  await expect(api.query('mutation { pauseIngestion { queued } }')).rejects.toThrow('WATCHER_UNAVAILABLE');
});

test('an added text is a file that is named by its title or its first line', async () => {
  await using following = await startFollowing([]);
  const { api, watcher } = following;
  const add = 'mutation ($input: AddDocumentInput!) { addDocument(input: $input) { userErrors { code } } }';
  watcher.reply = { status: 200, body: document('x.md') };
  for (const input of [
    { source: { text: '# Ata: reunião / 3?\n\ntexto' } },
    { source: { text: 't' }, title: '../../..', tags: ['a'] },
    { source: { text: 't' }, title: `${'é'.repeat(79)}👍` },
  ]) {
    await api.query(add, { input });
  }
  expect(commandsOf(watcher)).toMatchObject([
    { type: 'add', path: 'Ata reunião 3.md', text: '# Ata: reunião / 3?\n\ntexto', title: null, tags: [] },
    { path: 'text.md', title: '../../..', tags: ['a'] },
    { path: `${'é'.repeat(79)}.md` },
  ]);
});

test('a page is fetched by the watcher, named by its title or its address', async () => {
  await using following = await startFollowing([]);
  const { api, watcher } = following;
  const add =
    'mutation ($input: AddDocumentInput!) { addDocument(input: $input) { document { url } userErrors { field code } } }';
  const url = 'https://www.planalto.gov.br/ccivil_03/lei/l14133.htm?x=1#art1';
  watcher.reply = { status: 200, body: document('x.html', { url }) };
  expect(await api.query(add, { input: { source: { url } } })).toEqual({
    addDocument: { document: { url }, userErrors: [] },
  });
  await api.query(add, { input: { source: { url }, title: 'Lei 14.133/2021' } });
  watcher.reply = { status: 400, body: { code: 'INVALID', message: 'because', field: 'url' } };
  expect(await api.query(add, { input: { source: { url: 'nonsense' } } })).toEqual({
    addDocument: { document: null, userErrors: [{ field: ['input', 'source', 'url'], code: 'INVALID' }] },
  });
  expect(commandsOf(watcher)).toMatchObject([
    { type: 'addPage', url, name: 'planalto.gov.br l14133', title: null, tags: [] },
    { name: 'Lei 14.133 2021', title: 'Lei 14.133/2021' },
    { name: 'text' },
  ]);
});

test('documents are read again one by one or by filter', async () => {
  await using following = await startFollowing([document('a.txt', { status: 'FAILED' }), document('b.txt')]);
  const { api, watcher } = following;
  watcher.reply = { status: 200, body: [document('a.txt', { seq: 9, status: 'STABLE' })] };
  expect(await api.query('mutation { reingestDocuments(filter: { status: [FAILED] }) { queued } }')).toEqual({
    reingestDocuments: { queued: 1 },
  });
  expect(
    await api.query('mutation ($id: ID!) { reingestDocument(id: $id) { document { status } } }', { id: idOf('a.txt') }),
  ).toEqual({
    reingestDocument: { document: { status: 'STABLE' } },
  });
  expect(commandsOf(watcher)).toEqual([
    { type: 'reread', paths: ['a.txt'] },
    { type: 'reread', paths: ['a.txt'] },
  ]);
});

test('tags filter documents and passages without case and accents; unknown tags pass no filter', async () => {
  const texts = { 'fiscal.txt': ['Ação', 'x'], 'none.txt': [], 'other.txt': ['acao penal'] };
  const textOf = (path: string): string => `Contrato em ${path}.`;
  const documents = Object.entries(texts).map(([path, tags]) =>
    document(path, { tags, contentId: contentIdOf(contentIdOf(textOf(path), 'bytes'), 'test') }),
  );
  await using watcher = await startTestWatcher(documents);
  await using api = await startTestApi({ config: { watcherUrl: watcher.url } });
  for (const path of Object.keys(texts)) await publish(api.store, path, [textOf(path)]);

  const listed = async (filter: object): Promise<string[]> => {
    const query = 'query ($filter: DocumentFilter) { documents(filter: $filter) { nodes { path } } }';
    const { documents: found } = await api.query<{ documents: { nodes: { path: string }[] } }>(query, { filter });
    return found.nodes.map(({ path }) => path);
  };
  const searched = async (filter: object): Promise<string[]> => {
    const query =
      'query ($filter: SearchFilter) { search(query: "contrato", filter: $filter) { hits { chunk { documents { path } } } } }';
    interface Found {
      readonly search: {
        readonly hits: readonly { readonly chunk: { readonly documents: { readonly path: string }[] } }[];
      };
    }
    const { search } = await api.query<Found>(query, { filter });
    return search.hits.flatMap(({ chunk }) => chunk.documents.map(({ path }) => path)).toSorted();
  };
  await until('the watcher is followed', () => watcher.followers === 1);
  expect(await listed({ tags: ['ACAO', 'unknown'] })).toEqual(['fiscal.txt']);
  expect(await searched({ tags: ['acao'] })).toEqual(['fiscal.txt']);
  expect(await searched({ withoutTags: ['X'] })).toEqual(['none.txt', 'other.txt']);
  expect(await searched({ tags: ['acao', 'acao penal'], withoutTags: ['x'] })).toEqual(['other.txt']);

  // From here on only the store is reachable, and it knows no tags: documents that were excluded must stay excluded.
  await watcher[Symbol.asyncDispose]();
  await api.restart();
  expect(await listed({})).toHaveLength(3);
  expect([await listed({ tags: ['acao'] }), await searched({ withoutTags: ['x'] })]).toEqual([[], []]);
});

test('erasing a document deletes every answer that has it among its sources, also one that is being written', async () => {
  await using following = await startFollowing([document('a.txt'), document('b.txt')]);
  const { api, watcher } = following;
  await publish(api.store, 'a.txt', ['A multa do aluguel é de dois por cento.']);
  await publish(api.store, 'b.txt', ['A chave do cofre fica na gaveta azul.']);
  const ask = async (question: string): Promise<string> => {
    const start = 'mutation ($input: AskInput!) { startAnswer(input: $input) { answer { id } } }';
    const started = await api.query<{ startAnswer: { answer: { id: string } } }>(start, { input: { question } });
    return started.startAnswer.answer.id;
  };
  const answer = async (id: string): Promise<{ status: string; sources: { path: string }[] } | null> => {
    const query = 'query ($id: ID!) { answer(id: $id) { status sources { path } } }';
    return (await api.query<{ answer: { status: string; sources: { path: string }[] } | null }>(query, { id })).answer;
  };
  const ended = async (question: string): Promise<string> => {
    const id = await ask(question);
    api.engines.finish();
    await vi.waitFor(async () => expect((await answer(id))?.status).toBe('COMPLETED'), WAIT);
    return id;
  };
  const other = await ended('Onde fica a chave do cofre?');
  const saved = await ended('De quanto é a multa do aluguel?');
  const running = await ask('Qual é a multa do aluguel?');
  await vi.waitFor(async () => expect((await answer(running))?.sources.length).toBe(1), WAIT);

  const erase = (input: object): Promise<unknown> =>
    api.query(
      'mutation ($input: EraseDocumentInput!) { eraseDocument(input: $input) { erasedId deletedAnswers userErrors { field code } } }',
      { input },
    );
  const erased = (deletedAnswers: number): object => ({
    eraseDocument: { erasedId: idOf('a.txt'), deletedAnswers, userErrors: [] },
  });
  watcher.reply = { status: 409, body: { code: 'CONFLICT', message: 'it is missing', field: 'path' } };
  expect(await erase({ id: idOf('a.txt') })).toEqual({
    eraseDocument: { erasedId: null, deletedAnswers: 0, userErrors: [{ field: ['input'], code: 'CONFLICT' }] },
  });
  expect(await answer(saved)).not.toBeNull();

  watcher.reply = { status: 200, body: { id: idOf('a.txt'), path: 'a.txt', seq: 7, contents: [] } };
  expect(await erase({ id: idOf('a.txt') })).toEqual(erased(2));
  expect([await answer(saved), await answer(running)]).toEqual([null, null]);
  expect(await answer(other)).toMatchObject({ status: 'COMPLETED' });
  expect(await api.query('{ documentByPath(path: "a.txt") { id } }')).toEqual({ documentByPath: null });
  expect(commandsOf(watcher).at(-1)).toEqual({ type: 'erase', id: idOf('a.txt'), path: 'a.txt' });

  // An earlier call may have ended between the document and its answers: the watcher then has nothing of it.
  await ended('De quanto é a multa do aluguel?');
  watcher.reply = { status: 404, body: { code: 'NOT_FOUND', message: 'nothing', field: 'path' } };
  expect(await erase({ id: idOf('a.txt') })).toEqual(erased(1));
  expect(await erase({ path: 'a.txt' })).toMatchObject({
    eraseDocument: { erasedId: null, userErrors: [{ code: 'NOT_FOUND' }] },
  });
});

test('ingestion is sent at the start, then on every change, and reports an unreachable watcher', async () => {
  await using following = await startFollowing([
    document('a.txt', { chunkCount: 4, embeddedChunks: 1 }),
    document('copy.txt', { chunkCount: 4, embeddedChunks: 1, contentId: 'content of a.txt' }),
    document('b.txt', { status: 'EXTRACTING', contentId: null }),
  ]);
  const { api, watcher } = following;
  const seen: unknown[] = [];
  api
    .client()
    .subscribe(
      { query: 'subscription { ingestion { queued active { path } unembeddedChunks watching pausedBecause } }' },
      { next: ({ data }) => seen.push(data?.['ingestion']), error: () => {}, complete: () => {} },
    );
  await until('the first', () => seen.length === 1);
  expect(seen[0]).toEqual({
    queued: 1,
    active: [{ path: 'b.txt' }],
    unembeddedChunks: 3,
    watching: 'EVENTS',
    pausedBecause: null,
  });
  watcher.send('ingestion', { queued: 1, watching: 'POLLING', pausedBecause: 'STORE_DOWN' });
  await until('the pause', () => seen.length === 2);
  expect(seen[1]).toMatchObject({ watching: 'POLLING', pausedBecause: 'STORE_DOWN' });
  await watcher[Symbol.asyncDispose]();
  await until('the loss', () => JSON.stringify(seen).includes('WATCHER_AWAY'));
});

test('PUT streams a file to the watcher and answers with its document', async () => {
  await using watcher = await startTestWatcher();
  await using api = await startTestApi({ config: { watcherUrl: watcher.url, apiKey: KEY } });
  const put = async (path: string, headers: Record<string, string> = { authorization: `Bearer ${KEY}` }) => {
    const response = await fetch(`${api.url}/inbox/${path}`, { method: 'PUT', headers, body: 'bytes' });
    return [response.status, await response.json()];
  };
  watcher.reply = { status: 201, body: document('a/ção 1.txt', { seq: 3 }) };
  expect(await put('a/%C3%A7%C3%A3o%201.txt')).toEqual([201, { path: 'a/ção 1.txt', documentId: idOf('a/ção 1.txt') }]);
  const [asked] = watcher.asked;
  expect([new URL(asked!.url, 'http://w').searchParams.get('path'), asked!.body]).toEqual(['a/ção 1.txt', 'bytes']);
  expect(asked!.headers['content-length']).toBe('5');

  watcher.reply = { status: 413, body: { code: 'TOO_LARGE', message: 'too large', field: null } };
  expect(await put('a.txt')).toEqual([413, { errors: [{ message: 'too large', extensions: { code: 'TOO_LARGE' } }] }]);
  await put('%2e%2e%2fout.txt');
  expect(new URL(watcher.asked.at(-1)!.url, 'http://w').searchParams.get('path')).toBe('../out.txt');

  const before = watcher.asked.length;
  for (const header of [{ 'content-range': 'bytes 5-9/10' }, { 'content-encoding': 'gzip' }]) {
    const refused = await put('a.txt', { authorization: `Bearer ${KEY}`, ...header });
    expect(refused).toMatchObject([400, { errors: [{ extensions: { code: 'INVALID' } }] }]);
  }
  expect(await put('a.txt', {})).toMatchObject([401, { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }]);
  const foreign = { authorization: `Bearer ${KEY}`, origin: 'http://elsewhere.example' };
  expect((await fetch(`${api.url}/inbox/a.txt`, { method: 'PUT', headers: foreign, body: 'x' })).status).toBe(403);
  expect(watcher.asked).toHaveLength(before);
  await watcher[Symbol.asyncDispose]();
  expect(await put('a.txt')).toMatchObject([503, { errors: [{ extensions: { code: 'WATCHER_UNAVAILABLE' } }] }]);
});
