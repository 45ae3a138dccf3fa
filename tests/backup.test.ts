import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type StandIn, startStandIn } from '#shared/store/qdrant/testing/stand-in.ts';
import { IS_WINDOWS } from './fixtures/platform.ts';
import { prepareAskboxHere } from './fixtures/askbox-here.ts';
import { dropCollections, root, until, type Askbox } from './fixtures/run-askbox.ts';

// oxlint-disable-next-line node/no-process-env -- which server the tests use is not a setting of askbox
const { QDRANT_URL } = process.env;
const FILES_BEFORE = 20;
const FILES_MEANWHILE = 60;
const QUESTIONS = 20;

let askbox: Askbox;
let standIn: StandIn | undefined;
afterEach(async () => {
  await askbox[Symbol.asyncDispose]();
  await standIn?.[Symbol.asyncDispose]();
  standIn = undefined;
});

/** Prepares an askbox whose passages are in a file, or in Qdrant: the server that QDRANT_URL names, else the stand-in. */
async function prepare(store: 'SQLite' | 'Qdrant'): Promise<void> {
  if (store === 'Qdrant' && QDRANT_URL === undefined) standIn = await startStandIn();
  const settings = { LC_ALL: 'C', ASKBOX_STORE: store.toLowerCase(), QDRANT_URL: QDRANT_URL ?? standIn?.url ?? '' };
  askbox = await prepareAskboxHere(settings);
}

/** Deletes all that a backup has to bring back. */
async function wipe(): Promise<void> {
  rmSync(askbox.dataDir, { recursive: true });
  const { ASKBOX_STORE, ASKBOX_COLLECTION, QDRANT_URL: url } = askbox.environment;
  if (ASKBOX_STORE === 'qdrant') await dropCollections(url ?? '', ASKBOX_COLLECTION ?? '');
}

/** Runs a command of askbox without blocking, because this process also asks questions. */
async function run(script: string, ...args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [`scripts/${script}.ts`, ...args], { cwd: root, env: askbox.environment });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += String(bytes)));
  const [code] = (await once(child, 'close')) as [number]; // the first argument of the event
  return { code, output };
}

const note = (n: number): string =>
  `# Cofre ${n}\n\nA senha do cofre numero ${n} da sala Quorlim${n} fica na etiqueta ${n * 37}.\n`;
const question = (n: number): string => `Onde fica a senha do cofre da sala Quorlim${n}?`;

/** What a person sees of an answer, and can check. */
async function answerTo(n: number): Promise<unknown> {
  const { ask } = await askbox.query<{ ask: unknown }>(
    `query ($question: String!) { ask(input: { question: $question }) {
      finishReason text
      sources { path excerpt startChar endChar chunk { id } }
      citations { quote start end startChar endChar source { path } }
    } }`,
    { question: question(n) },
  );
  return ask;
}

async function countReady(): Promise<number> {
  const { stats } = await askbox.query<{ stats: { documentsByStatus: readonly { status: string; count: number }[] } }>(
    '{ stats { documentsByStatus { status count } } }',
  );
  return stats.documentsByStatus.find(({ status }) => status === 'READY')?.count ?? 0;
}

/** Returns what other users could read; nothing on Windows, where modes say nothing. */
function openIn(folder: string): readonly string[] {
  const names = ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })];
  return IS_WINDOWS ? [] : names.filter((name) => (statSync(path.join(folder, name)).mode & 0o077) !== 0);
}

/** What was made by hand, and what was saved. */
const saved = (): Promise<unknown> =>
  askbox.query(`{
    conversations { nodes { title answers { nodes { question text citations { quote } } } } }
    documents(filter: { tags: ["cofres"] }) { nodes { path title tags indexedAt } }
  }`);

async function idOf(file: string): Promise<string> {
  const found = await askbox.query<{ documentByPath: { id: string } }>(
    'query ($path: String!) { documentByPath(path: $path) { id } }',
    { path: file },
  );
  return found.documentByPath.id;
}

const SET_TAGS = `mutation ($id: ID!) {
  updateDocument(input: { id: $id, title: "O primeiro cofre", tags: ["cofres"] }) { userErrors { message } }
  createConversation(input: { title: "Cofres" }) { conversation { id } }
}`;
const ASK_IN = `query ($id: ID!, $question: String!) { ask(input: { conversationId: $id, question: $question }) { text } }`;
const DELETE = 'mutation ($id: ID!) { deleteDocument(id: $id) { userErrors { message } } }';
const UNDELETE = 'mutation ($id: ID!) { restoreDocument(id: $id) { userErrors { message } } }';

describe.each(['SQLite', 'Qdrant'] as const)('with the passages in %s, askbox', (store) => {
  it('backs up while files are read and questions asked; after a wipe, a restore gives the same answers', async () => {
    await prepare(store);
    const backup = path.join(path.dirname(askbox.dataDir), 'copia');
    for (let n = 1; n <= FILES_BEFORE; n++) askbox.drop(`cofre-${n}.md`, note(n));
    await askbox.start();
    await until('the first files are ready', async () => (await countReady()) === FILES_BEFORE, askbox.output);
    const made = await askbox.query<{ createConversation: { conversation: { id: string } } }>(SET_TAGS, {
      id: await idOf('cofre-1.md'),
    });
    await askbox.query(ASK_IN, { id: made.createConversation.conversation.id, question: question(3) });
    const deletedId = await idOf(`cofre-${FILES_BEFORE}.md`);
    await askbox.query(DELETE, { id: deletedId });

    for (let n = 1; n <= FILES_MEANWHILE; n++) askbox.drop(`cofre-${100 + n}.md`, note(100 + n));
    const asked = Array.from({ length: QUESTIONS }, (_, n) => n + 1);
    const [backedUp] = await Promise.all([run('backup', backup), ...asked.map(answerTo)]);
    expect(backedUp).toMatchObject({ code: 0, output: expect.stringContaining('backed up to') });
    expect(backedUp.output).toContain(askbox.inbox);

    expect(await run('restore', backup)).toEqual({ code: 1, output: expect.stringContaining('askbox is running') });
    expect(await run('backup', backup)).toEqual({ code: 1, output: expect.stringContaining('no empty folder') });
    const copies = readdirSync(backup);
    expect(copies.toSorted()).toEqual(
      ['answers.db', 'details.db', 'ledger.db', 'manifest.json', 'store-owner.id', 'store.db', 'trash'].filter(
        (name) => name !== 'store-owner.id' || existsSync(path.join(askbox.dataDir, name)),
      ),
    );
    expect(openIn(backup)).toEqual([]);

    const all = FILES_BEFORE - 1 + FILES_MEANWHILE;
    await until('all files are ready', async () => (await countReady()) === all, askbox.output);
    const compared = [1, 7, 101, 100 + FILES_MEANWHILE];
    const savedBefore = await saved();
    const answersBefore = [];
    for (const n of compared) answersBefore.push(await answerTo(n));
    expect(JSON.stringify(answersBefore)).toContain(String(7 * 37));

    await askbox.stop();
    await wipe();
    expect(await run('restore', backup)).toMatchObject({ code: 0, output: expect.stringContaining('npm start') });
    await askbox.start();
    await until('all files are ready again', async () => (await countReady()) === all, askbox.output);
    expect(await saved()).toEqual(savedBefore);
    const answersAfter = [];
    for (const n of compared) answersAfter.push(await answerTo(n));
    expect(answersAfter).toEqual(answersBefore);
    expect(await askbox.query(UNDELETE, { id: deletedId })).toEqual({ restoreDocument: { userErrors: [] } });
    await until('the deleted document is back', async () => (await countReady()) === all + 1, askbox.output);
  });

  it('heals a ledger and a store of different moments, in both directions, at the next start', async () => {
    await prepare(store);
    const folder = path.dirname(askbox.dataDir);
    const [early, late] = [path.join(folder, 'cedo'), path.join(folder, 'tarde')];
    const isCurrent = async (): Promise<boolean> => {
      const [edited, added, removed] = await Promise.all([1, 4, 2].map(answerTo));
      const texts = [edited, added].map((answer) => JSON.stringify(answer));
      return (
        texts[0]!.includes('caixa verde') &&
        !texts[0]!.includes(String(37)) &&
        texts[1]!.includes(String(4 * 37)) &&
        !JSON.stringify(removed).includes(String(2 * 37))
      );
    };
    for (const n of [1, 2, 3]) askbox.drop(`cofre-${n}.md`, note(n));
    await askbox.start();
    await until('the first files are ready', async () => (await countReady()) === 3, askbox.output);
    expect(await run('backup', early)).toMatchObject({ code: 0 });
    askbox.drop('cofre-1.md', note(1).replace('etiqueta 37', 'caixa verde'));
    askbox.drop('cofre-4.md', note(4));
    rmSync(path.join(askbox.inbox, 'cofre-2.md'));
    await until('all changes are searchable', isCurrent, askbox.output);
    expect(await run('backup', late)).toMatchObject({ code: 0 });

    for (const [ledgerFrom, storeFrom] of [
      [late, early],
      [early, late],
    ] as const) {
      await askbox.stop();
      rmSync(askbox.dataDir, { recursive: true });
      // The collections still hold what they had.
      expect(await run('restore', storeFrom, '--force')).toMatchObject({ code: 0 });
      copyFileSync(path.join(ledgerFrom, 'ledger.db'), path.join(askbox.dataDir, 'ledger.db'));
      await askbox.start();
      const isWhole = async (): Promise<boolean> => (await countReady()) === 3 && (await isCurrent());
      expect(await until('the store equals the inbox', isWhole, askbox.output)).toBe(true);
    }
  });
});
