import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { documentIdOf } from '#shared/document.ts';
import { silentLog } from '#shared/log.ts';
import type { WatcherCommand, WatcherReplies } from '#shared/watcher-api/watcher-api.ts';
import { DocumentDetails } from '../documents/document-details.ts';
import { makeLoopFolders, settled, WAIT, type LoopFolders, type RunningLoop } from '../testing/running-loop.ts';
import { Commands } from './commands.ts';
import { finishErasing } from './erase-document.ts';

const MARKER = 'jabuticabeira';
const TEXT = `---\ntitle: A ${MARKER}\n---\n\n${`A ${MARKER} do vizinho dá frutos em setembro. `.repeat(400)}`;

let folders: LoopFolders;
let running: RunningLoop;
let details: DocumentDetails;
let commands: Commands;

beforeEach(async () => {
  folders = await makeLoopFolders();
  await start();
});
afterEach(() => folders[Symbol.asyncDispose]());

const fetchPage = (): Promise<never> => Promise.reject(new Error('no page is fetched here'));

async function start(wraps: Parameters<LoopFolders['start']>[0] = {}): Promise<void> {
  const { config } = folders;
  running = await folders.start(wraps);
  details = new DocumentDetails(config.detailsFile);
  commands = new Commands({ ...config, ...running, details, fetchPage, now: Date.now, log: silentLog });
}
/** Runs a command, whose reply is that of its type. */
const run = async <Command extends WatcherCommand>(command: Command): Promise<WatcherReplies[Command['type']]> =>
  // As Commands.run promises by its union type.
  (await commands.run(command)) as WatcherReplies[Command['type']];
const erase = (name: string, filePath: string | null = name): Promise<WatcherReplies['erase']> =>
  run({ type: 'erase', id: documentIdOf(name), path: filePath });

/** Returns the files of the data folder whose bytes contain a word. */
function filesWith(word: string): readonly string[] {
  const { dataDir } = folders.config;
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .filter((file) => readFileSync(file).includes(word));
}

it('leaves nothing of a document in any file: text, title, tags, name, copies in the trash, write-ahead logs', async () => {
  folders.drop('casa/pomar secreto.md', TEXT);
  folders.drop('outro.txt', 'A panela fica na gaveta.');
  await settled(running.ledger, 'casa/pomar secreto.md', 'READY');
  await run({ type: 'remove', path: 'casa/pomar secreto.md' });
  folders.drop('casa/pomar secreto.md', `${TEXT} Nova versão.`);
  running.loop.hint('casa/pomar secreto.md');
  await settled(running.ledger, 'casa/pomar secreto.md', 'READY');
  await run({ type: 'describe', path: 'casa/pomar secreto.md', title: `Da ${MARKER}`, tags: ['quintal'] });
  expect(await folders.search(MARKER)).toContain('casa/pomar secreto.md');
  expect(filesWith(MARKER).length).toBeGreaterThan(2);

  const erased = await erase('casa/pomar secreto.md');
  expect(erased).toMatchObject({ path: 'casa/pomar secreto.md', contents: [{ chunkCount: expect.any(Number) }] });
  for (const word of [MARKER, 'pomar secreto', 'quintal']) expect([word, filesWith(word)]).toEqual([word, []]);
  expect([await folders.search(MARKER), await folders.search('panela')]).toEqual([[], ['outro.txt']]);
  expect(existsSync(folders.file('casa/pomar secreto.md'))).toBe(false);
  expect(readdirSync(folders.config.trashDir)).toEqual([]);
  await expect(erase('casa/pomar secreto.md')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('erases nothing of a file that has merely vanished, until its removal is confirmed', async () => {
  const names = Array.from({ length: 21 }, (_, n) => `notas/${n}.md`);
  for (const name of names) folders.drop(name, `A nota ${name} fala da ${MARKER}.`);
  for (const name of names) await settled(running.ledger, name, 'READY');
  rmSync(folders.file('notas'), { recursive: true });
  running.loop.hint();
  await vi.waitFor(() => expect(running.loop.ingestion().pausedBecause).toBe('INBOX_EMPTIED'), WAIT);
  await expect(erase(names[0]!)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect((await folders.search(MARKER)).length).toBeGreaterThan(0);
  running.loop.resume({ confirmRemovals: true });
  await vi.waitFor(() => expect(running.ledger.find(names[0]!)?.state).toBe('REMOVED'), WAIT);
  await erase(names[0]!);
  expect(filesWith(names[0]!)).toEqual([]);
});

it('finds a document that is only in the trash by its id, and refuses a path that leads out of the folders', async () => {
  folders.drop('a.txt', `A ${MARKER}.`);
  await settled(running.ledger, 'a.txt', 'READY');
  await run({ type: 'remove', path: 'a.txt' });
  expect(await erase('a.txt', null)).toMatchObject({ id: documentIdOf('a.txt'), path: 'a.txt' });
  expect(filesWith(MARKER)).toEqual([]);
  writeFileSync(path.join(folders.config.dataDir, 'kept.txt'), '');
  for (const outside of ['../kept.txt', 'x/../../kept.txt', '/etc/hosts', 'a\0b']) {
    await expect(erase(outside)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  expect(existsSync(path.join(folders.config.dataDir, 'kept.txt'))).toBe(true);
});

it('deletes a removed file at once if the trash keeps nothing', async () => {
  const keepsNone = new Commands({
    ...folders.config,
    keepTrashDays: 0,
    ...running,
    details,
    fetchPage,
    now: Date.now,
    log: silentLog,
  });
  folders.drop('a.txt', `A ${MARKER}.`);
  await settled(running.ledger, 'a.txt', 'READY');
  await keepsNone.run({ type: 'remove', path: 'a.txt' });
  expect([existsSync(folders.file('a.txt')), existsSync(folders.config.trashDir)]).toEqual([false, false]);
});

it('keeps a copy of the file under another path searchable', async () => {
  folders.drop('a.txt', `A ${MARKER}.`);
  await settled(running.ledger, 'a.txt', 'READY');
  copyFileSync(folders.file('a.txt'), folders.file('b.txt'));
  running.loop.hint('b.txt');
  await settled(running.ledger, 'b.txt', 'READY');
  expect(await erase('a.txt')).toMatchObject({ contents: [] });
  expect(await folders.search(MARKER)).toEqual(['b.txt']);
});

it('stops reading a document that is erased, so that nothing of it is stored afterwards', async () => {
  await folders.stop();
  const reading = Promise.withResolvers<void>();
  await start({
    extractor: (extractor) => ({
      read: async (file, options) => {
        const read = await extractor.read(file, options);
        reading.resolve();
        await new Promise((_, reject) => options.signal.addEventListener('abort', () => reject(options.signal.reason)));
        return read;
      },
      [Symbol.asyncDispose]: () => extractor[Symbol.asyncDispose](),
    }),
  });
  folders.drop('a.md', TEXT);
  running.loop.hint('a.md');
  await reading.promise;
  await erase('a.md');
  expect([filesWith(MARKER), running.ledger.find('a.md')]).toEqual([[], undefined]);
});

it('erases the pages that were recognised of a document that is still being read, and no others', async () => {
  await folders.stop();
  const recognized = Promise.withResolvers<void>();
  await start({
    extractor: (extractor) => ({
      async read({ path: name }, options) {
        options.onPageRecognized?.({ paragraphs: [`A ${MARKER} de ${name}.`], confidence: 90 });
        recognized.resolve();
        return new Promise((_, reject) =>
          options.signal.addEventListener('abort', () => reject(options.signal.reason)),
        );
      },
      [Symbol.asyncDispose]: () => extractor[Symbol.asyncDispose](),
    }),
  });
  folders.drop('a.md', 'A');
  running.loop.hint('a.md');
  await recognized.promise;
  folders.drop('b.md', 'B');
  running.loop.hint('b.md');
  await vi.waitFor(() => expect(filesWith(MARKER)).toHaveLength(2), WAIT);
  await erase('a.md');
  expect(filesWith(`${MARKER} de a.md`)).toEqual([]);
  expect(filesWith(`${MARKER} de b.md`)).toHaveLength(1);
});

it('finishes at the next start what a kill has interrupted', async () => {
  const { config } = folders;
  folders.drop('a.md', TEXT);
  await settled(running.ledger, 'a.md', 'READY');
  const { id } = running.ledger.contents.find(running.ledger.find('a.md')!.liveContentId!)!;
  await run({ type: 'remove', path: 'a.md' });
  await vi.waitFor(async () => expect(await folders.search(MARKER)).toEqual([]), WAIT);
  rmSync(config.trashDir, { recursive: true });
  await running.store.collect([id]);
  running.ledger.contents.startCollecting(running.ledger.contents.orphaned(Infinity, 0));
  running.ledger.contents.collected([id]);
  writeFileSync(config.erasingFile, '');
  expect(filesWith(MARKER).length).toBeGreaterThan(0); // at least in a write-ahead log
  await finishErasing({ ...config, ...running, log: silentLog }, new AbortController().signal);
  expect([filesWith(MARKER), existsSync(config.erasingFile)]).toEqual([[], false]);
});
