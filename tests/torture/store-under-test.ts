import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseConfig } from '#shared/config.ts';
import { openStoreReader } from '#shared/store/open-store.ts';
import { startStandIn } from '#shared/store/qdrant/testing/stand-in.ts';
import type { StoreReader } from '#shared/store/store.ts';
import type { Index } from './expected-index.ts';
import { openFates } from './fates.ts';
import { openFaultProxy } from './fault-proxy.ts';
import { readQdrantIndex, readSqliteIndex } from './read-index.ts';

/** A store for the watcher that fails on request and can be read without its driver. */
export interface StoreUnderTest extends AsyncDisposable {
  /** Environment of the watcher. */
  readonly settings: Readonly<Record<string, string>>;
  /** Arguments for faulty-open-store.ts, after the seed. */
  readonly watcherArgs: readonly string[];
  readonly openReader: () => Promise<StoreReader>;
  readonly readIndex: () => Promise<Index>;
  playFaults(isOn: boolean): void;
  /** Locks the store against writes for this long, as another process would; no effect during an earlier lock. */
  lockFor(durationMs: number): void;
  /** How often each kind of fault occurred. */
  faults(): Readonly<Record<string, number>>;
  writes(): { readonly chunksPut: number; readonly writesPerChunk: number };
}

type Settings = Readonly<Record<string, string>>;

/** Opens the embedded store, whose calls fail in the watcher's process. @param folder folder of this run. */
export function openSqliteUnderTest(folder: string, settings: Settings): StoreUnderTest {
  const config = parseConfig(settings, folder);
  const putsFile = path.join(folder, 'puts');
  const faultsFile = path.join(folder, 'faults');
  const offFile = path.join(folder, 'faults-off');
  let lock: { readonly db: DatabaseSync; readonly timer: NodeJS.Timeout } | null = null;
  let locks = 0;
  const unlock = (): void => {
    clearTimeout(lock?.timer);
    lock?.db.close();
    lock = null;
  };
  return {
    settings,
    watcherArgs: [putsFile, faultsFile, offFile],
    openReader: () => openStoreReader(config),
    readIndex: async () => (existsSync(config.storeFile) ? readSqliteIndex(config.storeFile) : new Map()),
    playFaults: (isOn) => {
      unlock();
      if (isOn) rmSync(offFile, { force: true });
      else writeFileSync(offFile, '');
    },
    lockFor: (durationMs) => {
      if (lock !== null || !existsSync(config.storeFile)) return;
      const db = new DatabaseSync(config.storeFile);
      try {
        db.exec('BEGIN IMMEDIATE');
      } catch {
        db.close(); // the watcher is writing at this moment
        return;
      }
      locks += 1;
      lock = { db, timer: setTimeout(unlock, durationMs) };
    },
    faults: () => ({ ...counted(linesOf(faultsFile)), locked: locks }),
    writes: () => {
      const puts = linesOf(putsFile).flatMap((line) => {
        const [content, ...ordinals] = line.split(' ');
        return ordinals.map((ordinal) => `${content}/${ordinal}`);
      });
      return writesOf(Object.values(counted(puts)));
    },
    [Symbol.asyncDispose]: async () => unlock(),
  };
}

/** Opens the stand-in for a Qdrant server, behind a faulty proxy. */
export async function openQdrantUnderTest(settings: Settings, random: () => number): Promise<StoreUnderTest> {
  await using opened = new AsyncDisposableStack();
  const standIn = opened.use(await startStandIn());
  const proxy = opened.use(await openFaultProxy(standIn.url));
  const forReaders = { ...settings, QDRANT_URL: standIn.url };
  const config = parseConfig(forReaders, '.');
  const forget = setInterval(() => void standIn.requests(), 1000); // the stand-in keeps requests until they are taken
  opened.defer(() => clearInterval(forget));
  const owned = opened.move();
  return {
    settings: { ...settings, QDRANT_URL: proxy.url },
    watcherArgs: [],
    openReader: () => openStoreReader(config),
    readIndex: () => readQdrantIndex(standIn.url, 'askbox'),
    playFaults: (isOn) => proxy.play(isOn ? openFates(random) : null),
    lockFor: () => {},
    faults: () => Object.fromEntries(proxy.faults),
    writes: () => writesOf([...proxy.puts.values()]),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function writesOf(putsOfEach: readonly number[]): { chunksPut: number; writesPerChunk: number } {
  const all = putsOfEach.reduce((sum, count) => sum + count, 0);
  return { chunksPut: putsOfEach.length, writesPerChunk: all / Math.max(1, putsOfEach.length) };
}

function linesOf(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) if (word !== '') counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
