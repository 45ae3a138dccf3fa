import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '#shared/config.ts';
import { StoreError, messageOf } from '#shared/errors.ts';
import { clearStore, copyStore } from '#shared/store/copy-store.ts';
import { openStoreSource, openStoreWriter } from '#shared/store/open-store.ts';
import type { StoreWriter } from '#shared/store/store.ts';
import { copyPlain } from './copy-part.ts';
import { STORE, STORE_OWNER } from './parts.ts';
import type { Words } from './words.ts';

// The passages in Qdrant are backed up as a store of the embedded driver: one format for both, so that a backup of either can
// be restored into either.

/**
 * Copies the passages in Qdrant into a new file. Services go on reading and writing meanwhile; what they change is in the
 * copy or not. A document that changes all the time is left out: the start after a restore reads it again.
 * @throws StoreError.
 */
export async function downloadStore(config: Config, to: string): Promise<void> {
  await using source = await openStoreSource(config);
  await using target = await openStoreWriter({ ...config, qdrant: null, storeFile: to });
  await copyStore(source, target);
}

/**
 * Puts the passages of a backup into Qdrant. Changes nothing in the data folder.
 * @param staged folder with a copy of the backup, whose store may be migrated. If it lacks the id of the installation, it
 * gets that of the data folder, or a new one.
 * @param isForced whether documents in Qdrant may be deleted.
 * @throws Error for people.
 */
export async function uploadStore(config: Config, staged: string, isForced: boolean, words: Words): Promise<void> {
  const storeOwnerFile = path.join(staged, STORE_OWNER);
  if (!existsSync(storeOwnerFile) && existsSync(config.storeOwnerFile)) {
    await copyPlain(config.storeOwnerFile, storeOwnerFile);
  }
  const away = new AbortController();
  const open = openStoreWriter({ ...config, storeOwnerFile }, away.signal, (reason) =>
    away.abort(new StoreError('STORE_UNAVAILABLE', reason)),
  );
  await using target = await open;
  if (!isForced && (await hasDocuments(target))) throw new Error(words.storeNotForced(config.qdrant?.collection ?? ''));
  try {
    await clearStore(target);
    const storeFile = path.join(staged, STORE);
    if (!existsSync(storeFile)) return; // of an installation that had not started yet
    await using source = await openStoreSource({ qdrant: null, storeFile });
    await copyStore(source, target);
  } catch (error) {
    throw new Error(words.storeNotRestored(messageOf(error)), { cause: error });
  }
}

async function hasDocuments(store: StoreWriter): Promise<boolean> {
  for await (const { content } of store.publications()) if (content !== null) return true;
  return false;
}
