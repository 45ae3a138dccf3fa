import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareAskboxHere } from './fixtures/askbox-here.ts';
import { makePdf } from './fixtures/make-pdf.ts';
import { ask, prepareAskbox, root, until, type Askbox } from './fixtures/run-askbox.ts';
import { runnableCommands, shownCommands, whyNotRun } from './fixtures/shown-commands.ts';

/** Most tests share it, and each has its own files. */
let shared: Askbox;
beforeAll(async () => {
  shared = await prepareAskboxHere({ ASKBOX_MAX_FILE_MB: '1' });
  await shared.start();
});
afterAll(() => shared?.[Symbol.asyncDispose]());

interface Document {
  readonly id: string;
  readonly status: string;
  readonly title: string;
  readonly tags: readonly string[];
}

async function find(filePath: string, askbox = shared): Promise<Document | null> {
  const query = 'query ($path: String!) { documentByPath(path: $path) { id status title tags } }';
  return (await askbox.query<{ documentByPath: Document | null }>(query, { path: filePath })).documentByPath;
}
const ready = (filePath: string, askbox = shared): Promise<Document> =>
  until(`${filePath} is ready`, async () => {
    const document = await find(filePath, askbox);
    return document?.status === 'READY' && document;
  });

function put(filePath: string, body: string | Uint8Array<ArrayBuffer>, askbox = shared): Promise<Response> {
  return fetch(`${askbox.url}/inbox/${filePath}`, { method: 'PUT', body });
}

const answers = async (question: string, words: string, askbox = shared): Promise<boolean> =>
  JSON.stringify(await ask(askbox, question)).includes(words);

/** Runs a command without blocking, because the services run in this process. */
async function run(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, args, { cwd: root, env: environment });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: Number(code), stdout, stderr };
}

it('a file that is put over HTTP answers, keeps title and tags through a rename, and answers no more once deleted, until it is restored', async () => {
  await using askbox = await prepareAskbox();
  await askbox.start();
  const question = 'Onde fica a chave do cofre Zanzibel?';
  const response = await put('casa/cofre.txt', 'A chave do cofre Zanzibel fica atrás do espelho lilás.', askbox);
  const { path: put1, documentId } = (await response.json()) as { path: string; documentId: string };
  expect([response.status, put1]).toEqual([201, 'casa/cofre.txt']);
  expect((await ready('casa/cofre.txt', askbox)).id).toBe(documentId);
  expect(await answers(question, 'lilás', askbox)).toBe(true);

  const update =
    'mutation ($input: UpdateDocumentInput!) { updateDocument(input: $input) { document { title tags } userErrors { message } } }';
  expect(await askbox.query(update, { input: { id: documentId, title: 'Cofre', tags: ['Família', 'casa'] } })).toEqual({
    updateDocument: { document: { title: 'Cofre', tags: ['Família', 'casa'] }, userErrors: [] },
  });
  const search = async (filter: object): Promise<number> => {
    const query =
      'query ($filter: SearchFilter) { search(query: "chave do cofre", filter: $filter) { hits { rank } } }';
    return (await askbox.query<{ search: { hits: object[] } }>(query, { filter })).search.hits.length;
  };
  expect([await search({ tags: ['familia'] }), await search({ withoutTags: ['casa'] })]).toEqual([1, 0]);

  renameSync(path.join(askbox.inbox, 'casa'), path.join(askbox.inbox, 'lar'));
  await until('title and tags follow', async () => (await find('lar/cofre.txt', askbox))?.tags.includes('casa'));
  await askbox.stop('SIGKILL');
  await askbox.start();
  const renamed = await until('the watcher is followed', async () => {
    const document = await find('lar/cofre.txt', askbox);
    return document?.title === 'Cofre' && document;
  });
  expect(renamed).toMatchObject({ title: 'Cofre', tags: ['Família', 'casa'] });
  await until('the old path is gone', async () => (await find('casa/cofre.txt', askbox)) === null);

  const remove = 'mutation ($id: ID!) { deleteDocument(id: $id) { deletedId userErrors { message } } }';
  expect(await askbox.query(remove, { id: renamed.id })).toEqual({
    deleteDocument: { deletedId: renamed.id, userErrors: [] },
  });
  expect(await find('lar/cofre.txt', askbox)).toBeNull();
  await until('it answers no more', async () => !(await answers(question, 'lilás', askbox)));
  expect(existsSync(path.join(askbox.inbox, 'lar/cofre.txt'))).toBe(false);
  expect(globSync('trash/*/lar/cofre.txt', { cwd: askbox.dataDir })).toHaveLength(1);

  const restore = `mutation ($id: ID!) {
    restoreDocument(id: $id) { document { id title tags } userErrors { code field } }
  }`;
  expect(await askbox.query(restore, { id: renamed.id })).toEqual({
    restoreDocument: { document: { id: renamed.id, title: 'Cofre', tags: ['Família', 'casa'] }, userErrors: [] },
  });
  await ready('lar/cofre.txt', askbox);
  expect(await answers(question, 'lilás', askbox)).toBe(true);
  expect(await askbox.query(restore, { id: renamed.id })).toEqual({
    restoreDocument: { document: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] },
  });
});

it('a pause holds what is dropped until it is resumed, also through a restart; a text is added and read again', async () => {
  expect(await shared.query('mutation { pauseIngestion { pausedBecause } }')).toEqual({
    pauseIngestion: { pausedBecause: 'BY_HAND' },
  });
  const add =
    'mutation ($input: AddDocumentInput!) { addDocument(input: $input) { document { path } userErrors { code } } }';
  const input = {
    source: { text: '# Receita\n\nO bolo Quindrel leva nove claras.' },
    title: 'Bolo da avó',
    tags: ['doces'],
  };
  expect(await shared.query(add, { input })).toEqual({
    addDocument: { document: { path: 'Bolo da avó.md' }, userErrors: [] },
  });
  expect(await shared.query(add, { input })).toMatchObject({
    addDocument: { userErrors: [{ code: 'ALREADY_EXISTS' }] },
  });
  await shared.stop();
  await shared.start();
  const ingestion = '{ stats { ingestion { queued pausedBecause } } }';
  await until('the pause is reported', async () => JSON.stringify(await shared.query(ingestion)).includes('BY_HAND'));
  expect((await find('Bolo da avó.md'))?.status).not.toBe('READY');

  expect(await shared.query('mutation { resumeIngestion { pausedBecause } }')).toEqual({
    resumeIngestion: { pausedBecause: null },
  });
  const document = await ready('Bolo da avó.md');
  expect(document).toMatchObject({ title: 'Bolo da avó', tags: ['doces'] });
  expect(await answers('Quantas claras leva o bolo Quindrel?', 'nove claras')).toBe(true);

  const again = 'mutation ($filter: DocumentFilter!) { reingestDocuments(filter: $filter) { queued } }';
  expect(await shared.query(again, { filter: { tags: ['DOCES'] } })).toEqual({ reingestDocuments: { queued: 1 } });
  await ready('Bolo da avó.md');
  expect(await answers('Quantas claras leva o bolo Quindrel?', 'nove claras')).toBe(true);
});

it('refuses what would leave the inbox or is too large, and a broken line leaves nothing behind', async () => {
  const { hostname, port } = new URL(shared.url);
  /** Sends the path as written; fetch would resolve `..` first. */
  const putRaw = (rawPath: string, send: (sent: ReturnType<typeof request>) => void): Promise<number> =>
    new Promise((resolve) => {
      const sent = request({ hostname, port, method: 'PUT', path: rawPath });
      sent.on('response', (response) => resolve(response.resume().statusCode ?? 0));
      sent.on('error', () => resolve(0));
      send(sent);
    });
  for (const rawPath of [
    '/inbox/../out.txt',
    '/inbox/a/../../out.txt',
    '/inbox/%2e%2e%2fout.txt',
    '/inbox/%2fout.txt',
    '/inbox/.x',
    '/inbox/a%00b',
  ]) {
    expect([rawPath, await putRaw(rawPath, (sent) => sent.end('text'))]).toEqual([rawPath, 400]);
  }
  expect(existsSync(path.join(path.dirname(shared.inbox), 'out.txt'))).toBe(false);

  const oversized = await putRaw('/inbox/big.txt', (sent) => {
    // More than the limit and than any buffer on the way, and never ended.
    const piece = Buffer.alloc(64 * 1024, 'x');
    const more = (): void => void (sent.destroyed || sent.write(piece, () => setImmediate(more)));
    more();
    sent.on('response', () => sent.destroy());
  });
  expect(oversized).toBe(413);

  const before = readdirSync(shared.inbox).toSorted();
  let isDraftSeen = false;
  await putRaw('/inbox/cut.txt', (sent) => {
    sent.write('the beginning');
    void until('a draft', () => readdirSync(shared.inbox).length > before.length).then(() => {
      isDraftSeen = true;
      sent.destroy();
    });
  });
  expect(isDraftSeen).toBe(true);
  await until('nothing is left', () => readdirSync(shared.inbox).toSorted().join() === before.join());
});

it('the status in the terminal counts, confirms a mass removal that was held, and says when nothing runs', async () => {
  await using counted = await prepareAskboxHere();
  await counted.start();
  const status = (...options: readonly string[]) => run(['scripts/status.ts', ...options], counted.environment);
  const stats = (): Promise<unknown> =>
    counted.query('{ stats { documentsByStatus { status count } ingestion { pausedBecause } } }');
  const tells = (words: string) => async (): Promise<boolean> => JSON.stringify(await stats()).includes(words);

  // More than twenty files, of which more than half disappear.
  const names = Array.from({ length: 21 }, (_, n) => `notas/${n}.md`);
  mkdirSync(path.join(counted.inbox, 'notas'));
  for (const name of names) counted.drop(name, `# Nota ${name}\n\nTexto da nota ${name}.`);
  counted.drop('vazio.txt', '');
  await until('all are read', tells('{"status":"READY","count":21}'));
  await until('the empty one has failed', tells('{"status":"FAILED","count":1}'));
  expect(JSON.parse((await status('--json')).stdout)).toMatchObject({
    pausedBecause: null,
    ready: 21,
    failures: [{ path: 'vazio.txt', code: 'EMPTY' }],
  });
  expect((await status()).stdout).toMatch(/^ {2}ready +21$/m);

  renameSync(path.join(counted.inbox, 'notas'), path.join(counted.dataDir, 'notas')); // all at one moment
  await until('the removals are held', tells('INBOX_EMPTIED'));
  expect(await stats()).toMatchObject({
    stats: { documentsByStatus: expect.arrayContaining([{ status: 'READY', count: 21 }]) },
  });
  expect((await status('--confirm-removals')).code).toBe(0);
  await until('they are taken for real', async () => !(await tells('READY')()));

  await counted.stop();
  const { code, stderr } = await status();
  expect([code, stderr]).toEqual([1, expect.stringContaining('askbox is not running')]);
});

it('the commands of the pages do what the pages say', async () => {
  const page = 'A multa por atraso no pagamento e de dois por cento. O prazo do contrato e de trinta meses.';
  expect((await put('contratos/locacao.pdf', Uint8Array.from(makePdf([page])))).status).toBe(201);
  const { id } = await ready('contratos/locacao.pdf');
  const tag = 'mutation ($id: ID!) { updateDocument(input: { id: $id, tags: ["2026"] }) { userErrors { message } } }';
  expect(await shared.query(tag, { id })).toEqual({ updateDocument: { userErrors: [] } });
  const backup = path.join(path.dirname(shared.inbox), 'backup');
  const elsewhere = { ASKBOX_DATA: path.join(path.dirname(shared.inbox), 'elsewhere'), QDRANT_URL: '' };

  const commands = runnableCommands({ file: 'contratos/locacao.pdf', folderInInbox: 'contratos', backup });
  const outcomes = [];
  for (const { args, isElsewhere } of commands) {
    const environment = { ...shared.environment, ...(isElsewhere && elsewhere) };
    const { code, stdout, stderr } = await run(['scripts/run.mjs', ...args], environment);
    outcomes.push([args.join(' '), code, stdout + stderr]);
  }
  expect(outcomes).toEqual(
    commands.map(({ args, code, prints }) => [args.join(' '), code, expect.stringMatching(prints)]),
  );
  expect(outcomes.join('\n')).not.toMatch(/^ +at /m);
  const notRun = shownCommands().flatMap((shown) => {
    const why = whyNotRun(shown);
    return typeof why === 'string' ? `  ${shown}: ${why}` : [];
  });
  process.stdout.write(`\n Commands of the pages that are not run, with the reason:\n${notRun.join('\n')}\n`);
});
