import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreError } from '#shared/errors.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { ExtractorDied, OcrPostponed } from './read/extractor.ts';
import { IGNORE_FILE } from './scan/inbox-rules.ts';
import {
  makeLoopFolders,
  replacing,
  settled,
  WAIT,
  type LoopFolders,
  type RunningLoop,
} from './testing/running-loop.ts';

let folders: LoopFolders;
beforeEach(async () => {
  folders = await makeLoopFolders();
});
afterEach(async () => {
  await folders[Symbol.asyncDispose]();
});

const pausedBecause = ({ loop }: RunningLoop, reason: string | null): Promise<void> =>
  vi.waitFor(() => expect(loop.ingestion().pausedBecause).toBe(reason), WAIT);
const ready = ({ ledger }: RunningLoop): number => ledger.documents().filter(({ state }) => state === 'READY').length;

async function startWith(count: number): Promise<RunningLoop> {
  for (let n = 0; n < count; n++) folders.drop(`notas/${n}.md`, `Nota ${n} sobre o ornitorrinco.`);
  const running = await folders.start();
  await vi.waitFor(() => expect(ready(running)).toBe(count), WAIT);
  return running;
}

describe('a sudden loss of documents', () => {
  it('is held until it is confirmed, while new files are read', async () => {
    const running = await startWith(20);
    rmSync(folders.file('notas'), { recursive: true });
    await pausedBecause(running, 'INBOX_EMPTIED');
    expect(await folders.search('ornitorrinco')).toHaveLength(5);
    folders.drop('nova.md', 'Uma nota sobre o tamanduá.');
    await settled(running.ledger, 'nova.md', 'READY');
    expect(ready(running)).toBe(21);

    running.loop.resume({ confirmRemovals: false });
    folders.drop('outra.md', 'Outra nota.');
    await settled(running.ledger, 'outra.md', 'READY');
    expect(ready(running)).toBe(22);

    running.loop.resume({ confirmRemovals: true });
    await vi.waitFor(async () => expect(await folders.search('ornitorrinco')).toEqual([]), WAIT);
    await pausedBecause(running, null);
    expect(ready(running)).toBe(2);
  });

  it('can also be confirmed during a scan', async () => {
    await startWith(20);
    await folders.stop();
    rmSync(folders.file('notas'), { recursive: true });
    let duringScan = (): void => {};
    const running = await folders.start({
      ledger: (ledger) =>
        replacing(ledger, {
          documentsAfter: (...input) => {
            duringScan();
            return ledger.documentsAfter(...input);
          },
        }),
    });
    await pausedBecause(running, 'INBOX_EMPTIED');
    duringScan = () => {
      duringScan = () => {};
      running.loop.resume({ confirmRemovals: true });
    };
    running.loop.hint();
    await vi.waitFor(() => expect(ready(running)).toBe(0), WAIT);
  });

  it('is held across a restart, and forgotten when the files are back', async () => {
    await startWith(20);
    await folders.stop();
    renameSync(folders.file('notas'), `${folders.config.dataDir}/away`);
    const running = await folders.start();
    await pausedBecause(running, 'INBOX_EMPTIED');
    renameSync(`${folders.config.dataDir}/away`, folders.file('notas'));
    await pausedBecause(running, null);
    expect(ready(running)).toBe(20);
    expect(running.reads()).toBe(0);
  });

  it('is held when the ledger was lost as well', async () => {
    await startWith(20);
    await folders.stop();
    folders.deleteLedger();
    rmSync(folders.file('notas'), { recursive: true });
    const running = await folders.start();
    await pausedBecause(running, 'INBOX_EMPTIED');
    expect(await folders.search('ornitorrinco')).toHaveLength(5);
  });

  it('is held when another folder takes the place of the inbox, however few documents there are', async () => {
    const running = await startWith(1);
    renameSync(folders.config.inbox, `${folders.config.inbox}-away`);
    mkdirSync(folders.config.inbox);
    await pausedBecause(running, 'INBOX_REPLACED');
    folders.drop('nova.md', 'Uma nota, alguns olhares depois.');
    await settled(running.ledger, 'nova.md', 'READY');
    expect(running.loop.ingestion().pausedBecause).toBe('INBOX_REPLACED');
    expect(await folders.search('ornitorrinco')).toEqual(['notas/0.md']);
    rmSync(folders.config.inbox, { recursive: true });
    renameSync(`${folders.config.inbox}-away`, folders.config.inbox);
    await vi.waitFor(() => expect(ready(running)).toBe(1), WAIT);
    await pausedBecause(running, null);
    expect(await folders.search('ornitorrinco')).toEqual(['notas/0.md']);
  });
});

describe('an older copy of the ledger', () => {
  it('costs nothing that was changed since: the index equals the folder', async () => {
    await startWith(3);
    await folders.stop();
    const { ledgerFile } = folders.config;
    copyFileSync(ledgerFile, `${ledgerFile}.old`);

    await folders.start();
    folders.drop('notas/0.md', 'Agora sobre a capivara.');
    rmSync(folders.file('notas/1.md'));
    folders.drop('notas/3.md', 'Também sobre a capivara.');
    await vi.waitFor(async () => expect((await folders.search('capivara')).length).toBe(2), WAIT);
    await vi.waitFor(async () => expect(await folders.search('ornitorrinco')).toEqual(['notas/2.md']), WAIT);
    await folders.stop();
    folders.deleteLedger();
    renameSync(`${ledgerFile}.old`, ledgerFile);
    folders.drop('notas/2.md', 'E esta sobre o tamanduá.');

    const { ledger } = await folders.start();
    await vi.waitFor(async () => expect(await folders.search('tamanduá')).toEqual(['notas/2.md']), WAIT);
    await settled(ledger, 'notas/3.md', 'READY');
    expect((await folders.search('capivara')).toSorted()).toEqual(['notas/0.md', 'notas/3.md']);
    await vi.waitFor(async () => expect(await folders.search('ornitorrinco')).toEqual([]), WAIT);
  });
});

describe('.inboxignore', () => {
  it('takes documents out of the index when it changes, and lets them back without reading them again', async () => {
    const running = await startWith(3);
    folders.drop(IGNORE_FILE, 'notas/\n');
    await vi.waitFor(async () => expect(await folders.search('ornitorrinco')).toEqual([]), WAIT);
    expect(ready(running)).toBe(0);
    rmSync(folders.file(IGNORE_FILE));
    await vi.waitFor(() => expect(ready(running)).toBe(3), WAIT);
    expect(running.reads()).toBe(3);
  });

  it('stops everything while it cannot be read', async () => {
    const running = await startWith(1);
    mkdirSync(folders.file(IGNORE_FILE));
    await pausedBecause(running, 'IGNORE_UNREADABLE');
    expect(await folders.search('ornitorrinco')).toEqual(['notas/0.md']);
    rmSync(folders.file(IGNORE_FILE), { recursive: true });
    await pausedBecause(running, null);
  });
});

describe('a pause by hand', () => {
  it('reads nothing until it is ended, also after a restart', async () => {
    const first = await folders.start();
    first.loop.pause();
    folders.drop('a.md', 'Paciência.');
    await vi.waitFor(() => expect(first.ledger.find('a.md')?.state).toBe('STABLE'), WAIT);
    await folders.stop();
    const second = await folders.start();
    expect(second.loop.ingestion()).toMatchObject({ queued: 1, pausedBecause: 'BY_HAND' });
    second.loop.resume({ confirmRemovals: false });
    await settled(second.ledger, 'a.md', 'READY');
    expect(second.loop.ingestion().pausedBecause).toBeNull();
  });
});

describe('a full disk', () => {
  /** The error that SQLite throws. */
  const full = (): Error =>
    Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });

  it.each(['apply', 'startReading', 'startStoring', 'published'] as const)(
    'of the ledger (%s) stops everything, is no fault of a document, and is over when there is space',
    async (method) => {
      let isFull = true;
      const running = await folders.start({
        ledger: (ledger) => {
          const failing =
            (name: 'putBack' | typeof method) =>
            (...input: never[]) => {
              if (isFull) throw full();
              return Reflect.apply(ledger[name], ledger, input);
            };
          return replacing(ledger, { [method]: failing(method), putBack: failing('putBack') });
        },
      });
      folders.drop('a.md', 'Paciência.');
      await pausedBecause(running, 'DISK_FULL');
      isFull = false;
      expect(await settled(running.ledger, 'a.md', 'READY')).toMatchObject({ attempts: 0, error: null });
      await pausedBecause(running, null);
    },
  );

  it('of the store is distinguished from a store that is down', async () => {
    let isFull = true;
    const running = await folders.start({
      store: (store) =>
        replacing(store, {
          putChunks: (...input) =>
            isFull
              ? Promise.reject(new StoreError('STORE_UNAVAILABLE', 'no space', { cause: full() }))
              : store.putChunks(...input),
        }),
    });
    folders.drop('a.md', 'Paciência.');
    await pausedBecause(running, 'DISK_FULL');
    isFull = false;
    expect(await settled(running.ledger, 'a.md', 'READY')).toMatchObject({ attempts: 0, error: null });
  });
});

describe('what is read', () => {
  /** Paragraphs of some 150 words, each of a different word: one chunk each. */
  const longText = Array.from({ length: 200 }, (_, n) => `Parágrafo ${n}. ${`palavra${n} `.repeat(140)}`).join('\n\n');

  /** More than the lane for small files takes, and quickly read. */
  const LARGE = `Um texto curto.${' '.repeat(1_000_000)}`;

  /** Counts the chunks that are put. @param failAfter how many calls succeed before one fails. */
  function counting({ failAfter = Infinity } = {}) {
    let calls = 0;
    let chunks = 0;
    return {
      chunks: () => chunks,
      wraps: {
        store: (store: StoreWriter) =>
          replacing(store, {
            putChunks: async (...input) => {
              if (++calls > failAfter) throw new StoreError('STORE_UNAVAILABLE', 'the store is down');
              await store.putChunks(...input);
              chunks += input[1].length;
            },
          }),
      },
    };
  }

  it('continues in the store where a stop interrupted it, and puts no chunk twice', async () => {
    const before = counting({ failAfter: 2 });
    folders.drop('longo.md', longText);
    await pausedBecause(await folders.start(before.wraps), 'STORE_DOWN');
    await folders.stop();
    expect(before.chunks()).toBe(128);

    const after = counting();
    const running = await folders.start(after.wraps);
    const { liveContentId } = await settled(running.ledger, 'longo.md', 'READY');
    expect(before.chunks() + after.chunks()).toBe(running.ledger.contents.find(liveContentId!)?.chunkCount);
  });

  it('is not put again when only the ledger was lost', async () => {
    folders.drop('longo.md', longText);
    await settled((await folders.start()).ledger, 'longo.md', 'READY');
    await folders.stop();
    folders.deleteLedger();
    const after = counting();
    await settled((await folders.start(after.wraps)).ledger, 'longo.md', 'READY');
    expect(after.chunks()).toBe(0);
    expect(await folders.search('palavra7')).toContain('longo.md');
  });

  it('is put again, all of it, when the store lacks chunks that it should have', async () => {
    folders.drop('longo.md', longText);
    await settled((await folders.start()).ledger, 'longo.md', 'READY');
    await folders.stop();
    const after = counting();
    let isShort = true; // the audit finds a store that has lost a chunk
    const running = await folders.start({
      store: (store) =>
        replacing(after.wraps.store(store), {
          contents: async function* (signal) {
            for await (const content of store.contents(signal)) {
              yield { ...content, storedChunks: content.storedChunks - (isShort ? 1 : 0) };
            }
            isShort = false;
          },
        }),
    });
    await vi.waitFor(() => expect(after.chunks()).toBeGreaterThan(128), WAIT);
    const { liveContentId } = await settled(running.ledger, 'longo.md', 'READY');
    expect(after.chunks()).toBe(running.ledger.contents.find(liveContentId!)?.chunkCount);
  });

  it('is published again, and not put again, when the store has forgotten its path', async () => {
    await startWith(1);
    await folders.stop();
    const after = counting();
    let published = 0;
    const { ledger } = await folders.start({
      store: (store) =>
        replacing(after.wraps.store(store), {
          publications: async function* () {},
          publish: (...input) => {
            published += 1;
            return store.publish(...input);
          },
        }),
    });
    await vi.waitFor(() => expect(published).toBe(1), WAIT);
    await settled(ledger, 'notas/0.md', 'READY');
    expect(after.chunks()).toBe(0);
  });

  it('is read again on demand, while its present version stays searchable', async () => {
    const running = await startWith(1);
    const documents = running.loop.reread(({ path }) => path === 'notas/0.md');
    expect(documents.map(({ path, state }) => [path, state])).toEqual([['notas/0.md', 'STABLE']]);
    expect(await folders.search('ornitorrinco')).toEqual(['notas/0.md']);
    await settled(running.ledger, 'notas/0.md', 'READY');
    expect(running.reads()).toBe(2);
  });

  it('is the file as it was hashed: an edit in between is read instead', async () => {
    let hasEdited = false;
    const running = await folders.start({
      extractor: (extractor) =>
        replacing(extractor, {
          read: async (...input) => {
            if (!hasEdited) writeFileSync(input[0].file, 'A versão nova fala de capivaras.');
            hasEdited = true;
            return await extractor.read(...input);
          },
        }),
    });
    folders.drop('a.md', 'A versão velha fala de tatus.');
    await vi.waitFor(async () => expect(await folders.search('capivaras')).toEqual(['a.md']), WAIT);
    await settled(running.ledger, 'a.md', 'READY');
    folders.drop('a.md', 'A versão velha fala de tatus.');
    await vi.waitFor(async () => expect(await folders.search('tatus')).toEqual(['a.md']), WAIT);
  });

  it('does not keep a note waiting behind a large file', async () => {
    const running = await folders.start({
      extractor: (extractor) =>
        replacing(extractor, {
          read: async (toRead, options) => {
            if (toRead.path !== 'grande.md') return await extractor.read(toRead, options);
            await new Promise((resolve) => options.signal.addEventListener('abort', resolve, { once: true }));
            throw options.signal.reason;
          },
        }),
    });
    folders.drop('grande.md', LARGE);
    await vi.waitFor(() => expect(running.ledger.find('grande.md')?.state).toBe('EXTRACTING'), WAIT);
    folders.drop('nota.md', 'Uma nota sobre o tatu.');
    await vi.waitFor(() => expect(running.ledger.find('nota.md')?.state).toBe('READY'), WAIT);
    expect(running.ledger.find('grande.md')?.state).toBe('EXTRACTING');
  });

  it('delays no other file by files that never end, and tries these again one at a time, behind all new ones', async () => {
    const isEndless = (name: string): boolean => name.startsWith('sem-fim');
    const first: string[] = [];
    const again: string[] = [];
    let mostAtOnce = 0;
    const trying = new Set<string>();
    const running = await folders.start({
      extractor: (extractor) =>
        replacing(extractor, {
          read: async (toRead, options) => {
            const { path: name } = toRead;
            if (!isEndless(name)) return await extractor.read(toRead, options);
            // A first attempt ends by its limit. The next ones last until the test ends.
            if (options.cpuLimitMs < 30_000) {
              first.push(name);
              throw new ExtractorDied('TIMEOUT', name, 'it took too long');
            }
            again.push(name);
            trying.add(name);
            mostAtOnce = Math.max(mostAtOnce, trying.size);
            await new Promise((resolve) => options.signal.addEventListener('abort', resolve, { once: true }));
            trying.delete(name);
            throw options.signal.reason;
          },
        }),
    });
    for (let n = 0; n < 4; n++) folders.drop(`sem-fim-${n}.md`, `Sem fim ${n}.`);
    const all = [0, 1, 2, 3].map((n) => `sem-fim-${n}.md`);
    await vi.waitFor(() => expect(first.toSorted()).toEqual(all), WAIT);
    await vi.waitFor(() => expect(again).toHaveLength(1), WAIT);
    folders.drop('nota.md', 'Uma nota sobre o tatu.');
    folders.drop('grande.md', LARGE);
    await vi.waitFor(() => expect(running.ledger.find('nota.md')?.state).toBe('READY'), WAIT);
    await vi.waitFor(() => expect(running.ledger.find('grande.md')?.state).toBe('READY'), WAIT);
    expect(running.ledger.find(again[0]!)?.state).toBe('EXTRACTING');
    expect(mostAtOnce).toBe(1);
  });

  it('recognises scans behind all other files, and delays none by them', async () => {
    const modes: string[] = [];
    const running = await folders.start({
      extractor: (extractor) =>
        replacing(extractor, {
          read: async (toRead, options) => {
            if (!toRead.path.startsWith('scan')) return await extractor.read(toRead, options);
            modes.push(String(toRead.ocr));
            if (toRead.ocr !== 'now') throw new OcrPostponed();
            await new Promise((resolve) => options.signal.addEventListener('abort', resolve, { once: true }));
            throw options.signal.reason;
          },
        }),
    });
    for (const n of [1, 2, 3]) folders.drop(`scan-${n}.md`, `Digitalizado ${n}.`);
    await vi.waitFor(() => expect(modes).toContain('now'), WAIT);
    folders.drop('nota.md', 'Uma nota sobre o tatu.');
    folders.drop('grande.md', LARGE);
    await vi.waitFor(() => expect(running.ledger.find('nota.md')?.state).toBe('READY'), WAIT);
    await vi.waitFor(() => expect(running.ledger.find('grande.md')?.state).toBe('READY'), WAIT);
    expect(modes.filter((mode) => mode === 'now')).toHaveLength(1);
  });

  it('keeps the lane for small files free of a kind of file that took it too long, for a while', async () => {
    const tries: string[] = [];
    const running = await folders.start({
      extractor: (extractor) =>
        replacing(extractor, {
          read: async (toRead, options) => {
            const { path: name } = toRead;
            if (!name.endsWith('.pdf')) return await extractor.read(toRead, options);
            if (options.cpuLimitMs < 5000) {
              tries.push(name);
              throw new ExtractorDied('TIMEOUT', name, 'it took too long');
            }
            await new Promise((resolve) => options.signal.addEventListener('abort', resolve, { once: true }));
            throw options.signal.reason;
          },
        }),
    });
    for (let n = 0; n < 8; n++) folders.drop(`laco-${n}.pdf`, `Sem fim ${n}.`);
    await vi.waitFor(() => expect(tries).not.toEqual([]), WAIT);
    folders.drop('nota.md', 'Uma nota sobre o tatu, que é mais longa do que cada um dos arquivos sem fim.');
    await vi.waitFor(() => expect(running.ledger.find('nota.md')?.state).toBe('READY'), WAIT);
    // One after 10 s and one after 20 s more. Without caution, all of them are smaller and come before the note.
    expect(tries.length).toBeLessThan(4);
  });
});
