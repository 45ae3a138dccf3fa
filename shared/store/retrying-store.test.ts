import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../errors.ts';
import { queryVector } from '../text/sparse.ts';
import { type Fate, type FaultyWriter, faultyWriter } from './testing/faulty-store.ts';
import { type Patience, retryingReader, retryingWriter } from './retrying-store.ts';
import { openSqliteSource } from './sqlite/source.ts';
import { openSqliteReader, openSqliteWriter } from './sqlite/sqlite.ts';
import { describeStore } from './testing/store-contract.ts';
import type { StoreUnderTest } from './testing/store-test.ts';
import { makeContent, makeDocument, store } from './testing/contents.ts';
import type { StoreReader } from './store.ts';

const EAGER: Patience = { deadlineMs: 20_000, firstPauseMs: 1, maxTries: 4 };

/** SQLite with retries, of which every second change goes wrong in one of three ways. */
async function makeShakyStore(): Promise<StoreUnderTest> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'askbox-shaky-'));
  const file = path.join(folder, 'store.db');
  const fates: readonly Fate[] = ['fails', 'works', 'is cut', 'works', 'is late', 'works'];
  return {
    async openWriter() {
      const shaky: FaultyWriter = faultyWriter(
        await openSqliteWriter(file),
        (_, count) => fates[count % fates.length]!,
      );
      const writer = retryingWriter(shaky, EAGER);
      // A late change arrives after the next one, when it must not have an effect any more.
      const publish: typeof writer.publish = async (...input) => {
        await writer.publish(...input);
        await shaky.arrive();
      };
      return new Proxy(writer, { get: (target, name) => (name === 'publish' ? publish : Reflect.get(target, name)) });
    },
    openReader: async (signal) => retryingReader(await openSqliteReader(file, signal), EAGER),
    openSource: () => openSqliteSource(file),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

describeStore('SQLite that fails, with tries again', makeShakyStore);

describe('a store that is tried again', () => {
  /** A reader that has only `stats`; no other method may be called. */
  const readerThat = (stats: StoreReader['stats']): StoreReader => {
    const unused = (): never => expect.unreachable();
    return {
      stats,
      search: unused,
      knownSpaces: unused,
      spaces: unused,
      findChunk: unused,
      neighbours: unused,
      text: unused,
      findDocument: unused,
      documents: unused,
      troubles: unused,
      async [Symbol.asyncDispose]() {},
    };
  };
  const unavailable = new StoreError('STORE_UNAVAILABLE', 'down');

  it('gives up after so many tries, with the reason of the last', async () => {
    let tries = 0;
    const reader = retryingReader(
      readerThat(() => Promise.reject(new StoreError('STORE_UNAVAILABLE', `down ${++tries}`))),
      EAGER,
    );
    await expect(reader.stats()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', message: 'down 4' });
  });

  it('does not try again what will fail again', async () => {
    let tries = 0;
    const refuse = (): Promise<never> => {
      tries++;
      return Promise.reject(new StoreError('STORE_REFUSED', 'no'));
    };
    await expect(retryingReader(readerThat(refuse), EAGER).stats()).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    expect(tries).toBe(1);
  });

  it('says that the store is unavailable when it is silent until the deadline', async () => {
    const silent: StoreReader['stats'] = (signal) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const reader = retryingReader(readerThat(silent), { ...EAGER, deadlineMs: 20 });
    await expect(reader.stats()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', isRetryable: true });
  });

  it('ends with the reason of the caller, also between two tries', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const reader = retryingReader(
      readerThat(() => {
        setImmediate(() => controller.abort(reason));
        return Promise.reject(unavailable);
      }),
      { ...EAGER, firstPauseMs: 10_000 },
    );
    await expect(reader.stats(controller.signal)).rejects.toBe(reason);
  });
});

describe('a late write', () => {
  it('changes nothing that came after it', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'askbox-late-'));
    const file = path.join(folder, 'store.db');
    await using writer = faultyWriter(await openSqliteWriter(file), (call, count) =>
      call === 'publish' && count === 4 ? 'is late' : 'works',
    );
    await using reader = await openSqliteReader(file);
    const [old, current] = [makeContent('old', ['figo']), makeContent('new', ['caju'])];
    await writer.putChunks(old.summary, old.chunks);
    await writer.putChunks(current.summary, current.chunks);
    await writer.publish(makeDocument('a.txt', current), 1);
    await expect(writer.publish(makeDocument('a.txt', old), 2)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await store(writer, 'a.txt', current, 3);
    await writer.arrive();
    expect((await reader.search({ sparse: queryVector('figo'), limit: 1 })).sparse).toEqual([]);
    expect((await reader.search({ sparse: queryVector('caju'), limit: 1 })).sparse).toHaveLength(1);
    await rm(folder, { recursive: true });
  });
});
