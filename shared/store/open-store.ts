import type { Config } from '../config.ts';
import { openSqliteReader, openSqliteWriter } from './sqlite.ts';
import type { StoreReader, StoreWriter } from './store.ts';

/** Opens the configured store for its one writer, the watcher; makes it when it is not there. */
export async function openStoreWriter(config: Config): Promise<StoreWriter> {
  return openSqliteWriter(config.storeFile);
}

/** Opens the configured store for reading; waits for a store that no writer has made yet. */
export async function openStoreReader(config: Config, signal?: AbortSignal): Promise<StoreReader> {
  return openSqliteReader(config.storeFile, signal);
}
