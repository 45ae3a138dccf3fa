import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { documentIdOf } from '#shared/document.ts';
import { silentLog } from '#shared/log.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import type { WatcherCommand, WatcherReplies } from '#shared/watcher-api/watcher-api.ts';
import { canLink, NO_LINKS } from '../../tests/fixtures/platform.ts';
import { DocumentDetails } from '../documents/document-details.ts';
import { makeLoopFolders, settled, type LoopFolders, type RunningLoop } from '../testing/running-loop.ts';
import { Commands } from './commands.ts';

const NAME = 'casa/cofre.md';
const TEXT = 'A chave do cofre Zanzibel fica atrás do espelho lilás.';

let folders: LoopFolders;
let running: RunningLoop;
let details: DocumentDetails;
let commands: Commands;

beforeEach(async () => {
  folders = await makeLoopFolders();
  const { config } = folders;
  running = await folders.start();
  details = new DocumentDetails(config.detailsFile);
  const fetchPage = (): Promise<never> => Promise.reject(new Error('no page is fetched here'));
  commands = new Commands({ ...config, ...running, details, fetchPage, now: Date.now, log: silentLog });
});
afterEach(async () => {
  details[Symbol.dispose]();
  await folders[Symbol.asyncDispose]();
});

/** Runs a command, whose reply is that of its type. */
const run = async <Command extends WatcherCommand>(command: Command): Promise<WatcherReplies[Command['type']]> =>
  // As Commands.run promises by its union type.
  (await commands.run(command)) as WatcherReplies[Command['type']];
const restore = (name: string): Promise<WatcherReplies['restore']> => run({ type: 'restore', id: documentIdOf(name) });
const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'not refused',
    (error: unknown) => (error instanceof CommandRefused ? error.code : error),
  );
const inInbox = (name: string): string => path.join(folders.config.inbox, name);
const trashed = (): readonly string[] =>
  readdirSync(folders.config.trashDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

async function dropAndRemove(name: string, text = TEXT): Promise<void> {
  folders.drop(name, text);
  running.loop.hint(name);
  await settled(running.ledger, name, 'READY');
  await run({ type: 'remove', path: name });
}

it('a restored file has its path, bytes, title, tags and time, is searchable again, and leaves no folder in the trash', async () => {
  folders.drop(NAME, TEXT);
  running.loop.hint(NAME);
  await settled(running.ledger, NAME, 'READY');
  await run({ type: 'describe', path: NAME, title: 'Cofre', tags: ['casa'] });
  const { mtimeMs, mode } = statSync(inInbox(NAME));
  await run({ type: 'remove', path: NAME });
  // A folder that has become empty may be deleted too.
  rmSync(inInbox('casa'), { recursive: true });

  expect(await restore(NAME)).toMatchObject({ path: NAME, title: 'Cofre', tags: ['casa'] });
  expect(readFileSync(inInbox(NAME), 'utf8')).toBe(TEXT);
  expect(statSync(inInbox(NAME)).mtimeMs).toBe(mtimeMs);
  expect(statSync(inInbox(NAME)).mode).toBe(mode);
  expect(readdirSync(folders.config.trashDir)).toEqual([]);
  await settled(running.ledger, NAME, 'READY');
  expect(await folders.search('Zanzibel')).toEqual([NAME]);
  expect(await refusal(restore(NAME))).toBe('NOT_FOUND');
});

it('of several versions the one that was deleted last comes back, and then the one before it', async () => {
  for (let version = 1; version <= 11; version++) await dropAndRemove(NAME, `${TEXT} Versão ${version}.`);
  for (const version of [11, 10]) {
    await restore(NAME);
    expect(readFileSync(inInbox(NAME), 'utf8')).toContain(`Versão ${version}.`);
    await settled(running.ledger, NAME, 'READY');
    rmSync(inInbox(NAME));
    running.loop.hint(NAME);
  }
  expect(trashed()).toHaveLength(9);
});

it('a path that is taken keeps its file, and the trash keeps the other one', async () => {
  await dropAndRemove(NAME);
  writeFileSync(inInbox(NAME), 'another file');
  expect(await refusal(restore(NAME))).toBe('ALREADY_EXISTS');
  rmSync(inInbox(NAME));
  mkdirSync(inInbox(NAME));
  expect(await refusal(restore(NAME))).toBe('ALREADY_EXISTS');
  rmSync(inInbox('casa'), { recursive: true });
  writeFileSync(inInbox('casa'), 'a file in the place of the folder');
  expect(await refusal(restore(NAME))).toBe('CONFLICT');
  rmSync(inInbox('casa'));
  expect(trashed()).toEqual(['cofre.md']);
  await restore(NAME);
  expect(readFileSync(inInbox(NAME), 'utf8')).toBe(TEXT);
});

it('is not led out of the inbox by a link, nor by what others have put into the trash', async ({ skip }) => {
  skip(!canLink(), NO_LINKS);
  await dropAndRemove(NAME);
  const elsewhere = path.join(folders.config.dataDir, 'elsewhere');
  mkdirSync(elsewhere);
  rmSync(inInbox('casa'), { recursive: true });
  symlinkSync(elsewhere, inInbox('casa'));
  expect(await refusal(restore(NAME))).toBe('CONFLICT');
  expect(readdirSync(elsewhere)).toEqual([]);
  const backup = path.join(folders.config.trashDir, 'my backup');
  mkdirSync(backup);
  writeFileSync(path.join(backup, 'mine.md'), TEXT);
  expect(await refusal(restore('mine.md'))).toBe('NOT_FOUND');
});

it('what the trash never had, or .inboxignore excludes by now, is refused', async () => {
  expect(await refusal(restore('never.md'))).toBe('NOT_FOUND');
  expect(await refusal(run({ type: 'restore', id: '../../etc/passwd' }))).toBe('NOT_FOUND');
  await dropAndRemove(NAME);
  writeFileSync(inInbox('.inboxignore'), 'casa/\n');
  expect(await refusal(restore(NAME))).toBe('INVALID');
  rmSync(inInbox('.inboxignore'));
  rmSync(folders.config.inbox, { recursive: true });
  expect(await refusal(restore(NAME))).toBe('CONFLICT');
  expect(trashed()).toEqual(['cofre.md']);
});
