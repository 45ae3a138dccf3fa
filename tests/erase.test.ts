import { globSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { prepareAskboxHere } from './fixtures/askbox-here.ts';
import { ask, until, type Askbox } from './fixtures/run-askbox.ts';

const MARKER = 'Zarbelim';

/** The tests share it, and each has its own subject. It runs with an umask that hides nothing. */
let askbox: Askbox;
let umask: number;
beforeAll(async () => {
  askbox = await prepareAskboxHere();
});
beforeEach(async () => {
  umask = process.umask(0);
  await askbox.ensureStarted();
});
afterEach(() => void process.umask(umask));
afterAll(() => askbox?.[Symbol.asyncDispose]());

/** Returns all files and folders of the data folder. */
const entries = (): readonly string[] =>
  ['', ...globSync('**/*', { cwd: askbox.dataDir })].map((name) => path.join(askbox.dataDir, name));
/** Returns the files of the data folder whose bytes contain the marker. */
const filesWithMarker = (): readonly string[] =>
  entries().filter((file) => statSync(file).isFile() && readFileSync(file).includes(MARKER));

async function documentAt(filePath: string): Promise<{ id: string } | false> {
  const query = 'query ($path: String!) { documentByPath(path: $path) { id status } }';
  const found = await askbox.query<{ documentByPath: { id: string; status: string } | null }>(query, {
    path: filePath,
  });
  return found.documentByPath?.status === 'READY' && found.documentByPath;
}
/** Asks something that the documents do not answer; resolves with the text of the nearest passages. */
async function nearestTo(question: string): Promise<string> {
  const query = 'query ($q: String!) { ask(input: { question: $q }) { finishReason nearest { excerpt } } }';
  const { ask: answer } = await askbox.query<{ ask: { finishReason: string; nearest: object[] } }>(query, {
    q: question,
  });
  expect(answer.finishReason).toBe('ABSTAINED');
  return JSON.stringify(answer.nearest);
}
const erase = (input: object): Promise<unknown> =>
  askbox.query(
    'mutation ($input: EraseDocumentInput!) { eraseDocument(input: $input) { erasedId deletedAnswers userErrors { code message } } }',
    { input },
  );

it('keeps everything it writes from other users, whatever the umask', async ({ skip }) => {
  skip(process.platform === 'win32', 'Windows has no file modes');
  askbox.drop('a.txt', 'O telescópio fica na gaveta.');
  const { id } = await until('the document is ready', () => documentAt('a.txt'));
  await ask(askbox, 'Onde fica o telescópio?');
  const update = 'mutation ($input: UpdateDocumentInput!) { updateDocument(input: $input) { userErrors { code } } }';
  await askbox.query(update, { input: { id, tags: ['casa'] } });
  await askbox.query('mutation ($id: ID!) { deleteDocument(id: $id) { deletedId } }', { id });
  const isOpen = (entry: string): boolean => (statSync(entry).mode & 0o077) !== 0;
  expect(entries().filter(isOpen)).toEqual([]);
});

it('after eraseDocument no file of the data folder holds a word of the document, while askbox runs and after it', async () => {
  mkdirSync(path.join(askbox.inbox, 'casa'));
  askbox.drop('casa/cofre.txt', `O cofre ${MARKER} abre com a chave lilás da cozinha. `.repeat(40));
  askbox.drop('bolo.txt', 'O bolo de fubá leva nove claras e uma xícara de leite.');
  const { id } = await until('the document is ready', () => documentAt('casa/cofre.txt'));
  await until('the other one is ready', () => documentAt('bolo.txt'));
  expect((await ask(askbox, 'Com que chave abre o cofre?')).text).toContain(MARKER);
  expect((await ask(askbox, 'Quantas claras leva o bolo de fubá?')).text).toContain('nove claras');
  // Nothing but four letters of one word: no answer, but the nearest there is.
  const unanswered = 'Quem ganhou o cofrinho de porcelana?';
  expect(await nearestTo(unanswered)).toContain(MARKER);
  expect(
    filesWithMarker()
      .map((file) => path.basename(file))
      .toSorted(),
  ).toEqual(expect.arrayContaining([expect.stringMatching(/^answers\.db/), expect.stringMatching(/^store\.db/)]));

  expect(await erase({ id })).toEqual({ eraseDocument: { erasedId: id, deletedAnswers: 2, userErrors: [] } });
  expect(filesWithMarker()).toEqual([]);
  expect(globSync('**/*', { cwd: askbox.inbox }).includes(path.join('casa', 'cofre.txt'))).toBe(false);
  expect((await ask(askbox, 'Com que chave abre o cofre?')).text).not.toContain(MARKER);
  expect(await nearestTo(unanswered)).not.toContain(MARKER);
  expect((await ask(askbox, 'Quantas claras leva o bolo de fubá?')).text).toContain('nove claras');
  await askbox.stop();
  expect(filesWithMarker()).toEqual([]);
});
