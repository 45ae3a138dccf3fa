import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { StoreError } from '../errors.ts';
import { readOwner } from './qdrant/owner.ts';
import { openQdrantReader, openQdrantWriter } from './qdrant/qdrant.ts';
import { retryingReader, retryingWriter } from './retrying-store.ts';
import { openSqliteReader, openSqliteWriter } from './sqlite/sqlite.ts';
import type { StoreReader, StoreWriter } from './store.ts';

// How often a store that does not answer at the start is asked again.
const POLL_MS = 2000;

/**
 * Opens the configured store for its one writer, the watcher; makes it when it is not there. Waits for a server, and
 * for a file that cannot be used now, such as one that another program keeps locked.
 * @param signal ends the wait. @param onWaiting called once with the reason.
 */
export async function openStoreWriter(
  config: Config,
  signal?: AbortSignal,
  onWaiting?: (reason: string) => void,
): Promise<StoreWriter> {
  const { qdrant } = config;
  if (qdrant === null) return whenAnswering(signal, onWaiting, () => openSqliteWriter(config.storeFile));
  const owner = await readOwner(config.storeOwnerFile);
  return retryingWriter(await whenAnswering(signal, onWaiting, () => openQdrantWriter(qdrant, owner, signal)));
}

/** Opens the configured store for reading; waits for a store that no writer has made yet, and for a server as above. */
export async function openStoreReader(
  config: Config,
  signal?: AbortSignal,
  onWaiting?: (reason: string) => void,
): Promise<StoreReader> {
  const { qdrant } = config;
  if (qdrant === null) return openSqliteReader(config.storeFile, signal);
  return retryingReader(await whenAnswering(signal, onWaiting, () => openQdrantReader(qdrant, signal)));
}

async function whenAnswering<Store>(
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
