import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { StoreError } from '../errors.ts';
import { readOwner } from './qdrant/owner.ts';
import { retryingReader, retryingWriter } from './retrying-store.ts';
import { openSqliteSource } from './sqlite/source.ts';
import { openSqliteReader, openSqliteWriter } from './sqlite/sqlite.ts';
import type { StoreReader, StoreSource, StoreWriter } from './store.ts';

// How often opening is tried again while the store is unavailable.
const POLL_MS = 2000;

/**
 * Opens the configured store for its one writer, the watcher, and creates it if there is none. Waits without a deadline
 * for a server that is down, and for a file that cannot be used now, such as one that another program keeps locked.
 * @param signal ends the wait. @param onWaiting called once, with the reason, if opening has to wait.
 * @throws StoreError for any reason but STORE_UNAVAILABLE.
 */
export async function openStoreWriter(
  config: Pick<Config, 'qdrant' | 'storeFile' | 'storeOwnerFile'>,
  signal?: AbortSignal,
  onWaiting?: (reason: string) => void,
): Promise<StoreWriter> {
  const { qdrant } = config;
  if (qdrant === null) return whenAvailable(signal, onWaiting, () => openSqliteWriter(config.storeFile));
  // Loaded only where it is used: its client takes 0.2 s of CPU time of the start of a service.
  const { openQdrantWriter } = await import('./qdrant/qdrant.ts');
  const owner = await readOwner(config.storeOwnerFile);
  return retryingWriter(await whenAvailable(signal, onWaiting, () => openQdrantWriter(qdrant, owner, signal)));
}

/**
 * Opens the configured store for reading. Waits until a writer has created it, and for a server that is down. The
 * parameters and errors are those of openStoreWriter; `onWaiting` is not called for the embedded store.
 */
export async function openStoreReader(
  config: Config,
  signal?: AbortSignal,
  onWaiting?: (reason: string) => void,
): Promise<StoreReader> {
  const { qdrant } = config;
  if (qdrant === null) return openSqliteReader(config.storeFile, signal);
  const { openQdrantReader } = await import('./qdrant/qdrant.ts');
  return retryingReader(await whenAvailable(signal, onWaiting, () => openQdrantReader(qdrant, signal)));
}

/**
 * Opens a store for a copy of it by copyStore.
 * @throws StoreError, also STORE_UNAVAILABLE; the signal's reason if it aborts while the store is being made.
 */
export async function openStoreSource(
  { qdrant, storeFile }: Pick<Config, 'qdrant' | 'storeFile'>,
  signal?: AbortSignal,
): Promise<StoreSource> {
  if (qdrant === null) return openSqliteSource(storeFile);
  const { openQdrantSource } = await import('./qdrant/qdrant.ts');
  return openQdrantSource(qdrant, signal);
}

async function whenAvailable<Store>(
  signal: AbortSignal | undefined,
  onWaiting: ((reason: string) => void) | undefined,
  open: () => Promise<Store>,
): Promise<Store> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await open();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof StoreError) || error.code !== 'STORE_UNAVAILABLE') throw error;
      if (isFirst) onWaiting?.(error.message);
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}
