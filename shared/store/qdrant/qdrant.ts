import { setTimeout as delay } from 'node:timers/promises';
import type { QdrantConfig } from '../../config.ts';
import { StoreError } from '../../errors.ts';
import { areCollectionsReady, makeCollections } from './collections.ts';
import { connectToQdrant, orderingWrites, type QdrantConnection } from './connection/connection.ts';
import { isNotFound } from './connection/errors.ts';
import { addLanguages } from './migrate.ts';
import { readLastRevision } from './publications.ts';
import { QdrantReader } from './reader.ts';
import { reanalyse } from './reanalyse.ts';
import { QdrantSource } from './source.ts';
import { QdrantWriter } from './writer.ts';
import type { StoreReader, StoreSource, StoreWriter } from '../store.ts';

// How often a reader checks whether a writer has created the store.
const POLL_MS = 500;

/**
 * Opens the store on a Qdrant server for writing. It consists of two collections, which are created if they are
 * missing.
 * @param owner id of this installation. The collections of another one are refused unless `settings.isAdopting`.
 * @throws StoreError STORE_FOREIGN, STORE_UNSUPPORTED, STORE_REFUSED or STORE_UNAVAILABLE.
 */
export async function openQdrantWriter(
  settings: QdrantConfig,
  owner: string,
  signal?: AbortSignal,
): Promise<StoreWriter> {
  const plain = await connectToQdrant(settings, signal);
  const { analyser, isOldFormat, isReplicated } = await makeCollections(plain, settings, owner, signal);
  const connection = isReplicated ? orderingWrites(plain) : plain;
  await reanalyse(connection, analyser, signal);
  if (isOldFormat) await addLanguages(connection, signal);
  const lastRevision = await readLastRevision(connection, signal);
  return new QdrantWriter(makingCollections(connection, settings, owner), lastRevision);
}

/**
 * Wraps a connection so that it creates deleted collections again. The caller has to fill them again: see
 * audit-store.ts.
 */
function makingCollections(connection: QdrantConnection, settings: QdrantConfig, owner: string): QdrantConnection {
  const call: QdrantConnection['call'] = async (name, signal, send) => {
    try {
      return await connection.call(name, signal, send);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await makeCollections(connection, settings, owner, signal);
      throw new StoreError(
        'STORE_DAMAGED',
        `the collections in the Qdrant at ${connection.server} were deleted; they have been created again and are filled from the inbox`,
        { cause: error },
      );
    }
  };
  return { ...connection, call };
}

/**
 * Opens the store on a Qdrant server for reading. Waits without a deadline for a writer to create it, or to analyse it
 * again after an update; the signal ends the wait.
 * @throws StoreError as openQdrantWriter does.
 */
export async function openQdrantReader(settings: QdrantConfig, signal?: AbortSignal): Promise<StoreReader> {
  const connection = await connectToQdrant(settings, signal);
  while (!(await areCollectionsReady(connection, signal))) {
    await delay(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
  return new QdrantReader(connection);
}

/**
 * Opens the store on a Qdrant server for a copy of it. Does not wait.
 * @throws StoreError as openQdrantWriter does, STORE_UNAVAILABLE also if there is no store, or an old one.
 */
export async function openQdrantSource(settings: QdrantConfig, signal?: AbortSignal): Promise<StoreSource> {
  const connection = await connectToQdrant(settings, signal);
  if (await areCollectionsReady(connection, signal)) return new QdrantSource(connection);
  throw new StoreError(
    'STORE_UNAVAILABLE',
    `the Qdrant at ${connection.server} has no collections ${settings.collection}_… of this version; start askbox once`,
  );
}
