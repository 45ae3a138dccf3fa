import { createHash } from 'node:crypto';
import { documentIdOf } from '../../document.ts';
import { StoreError } from '../../errors.ts';
import type { QdrantConnection } from './connection/connection.ts';
import { is } from './filters.ts';
import { spaceOf, spacePayload } from './payload.ts';
import { eachPoint } from './publications.ts';
import type { VectorSpace } from '../store.ts';

/**
 * Each vector space is a named vector of the chunks, plus a point in the collection of documents that has the space's
 * full name, which is too long for the name of a vector. One more point says which space is active.
 */

// A path never contains NUL, so no document has these ids.
const ACTIVE_ID = documentIdOf('\0active space');
const spaceIdOf = (space: VectorSpace): string => documentIdOf(`\0space\0${space.name}`);

/** Returns the name of the space's vector on each chunk. */
export function vectorNameOf(space: VectorSpace): string {
  return `space-${createHash('sha256').update(space.name).digest('hex').slice(0, 16)}`;
}

/** Whether the store knows the space. @throws StoreError SPACE_MISMATCH if it does, but with other dimensions. */
export async function isKnownSpace(
  connection: QdrantConnection,
  space: VectorSpace,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const known = await findSpace(connection, spaceIdOf(space), signal);
  if (known !== undefined && known.dimensions !== space.dimensions) {
    throw new StoreError(
      'SPACE_MISMATCH',
      `the space ${space.name} has ${known.dimensions} dimensions in the store, not ${space.dimensions}; give another model another name`,
    );
  }
  return known !== undefined;
}

/** Returns the active space; undefined until the first vector is stored. */
export function findActiveSpace(
  connection: QdrantConnection,
  signal: AbortSignal | undefined,
): Promise<VectorSpace | undefined> {
  return findSpace(connection, ACTIVE_ID, signal);
}

/** Returns every space that the store knows. */
export async function allSpaces(connection: QdrantConnection, signal: AbortSignal | undefined): Promise<VectorSpace[]> {
  const filter = { must: [is('kind', 'space')] };
  const points = eachPoint(connection, connection.documents, { filter, with_payload: true }, signal);
  return (await Array.fromAsync(points)).map(spaceOf);
}

/** Returns every space, the active one first, if there is one. */
export async function knownSpaces(
  connection: QdrantConnection,
  signal: AbortSignal | undefined,
): Promise<VectorSpace[]> {
  const [active, all] = await Promise.all([findActiveSpace(connection, signal), allSpaces(connection, signal)]);
  return active === undefined ? all : [active, ...all.filter(({ name }) => name !== active.name)];
}

/**
 * Creates the space's named vector if it is missing, then makes the space known. Completes what a crash left
 * incomplete.
 */
export async function makeSpace(
  connection: QdrantConnection,
  space: VectorSpace,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { chunks, hasMemoryField } = connection;
  const name = vectorNameOf(space);
  const info = await connection.call('describe a collection', signal, (client) => client.getCollection(chunks));
  if (!Object.hasOwn(info.config.params.vectors ?? {}, name)) {
    await connection.call('create a vector space', signal, (client) =>
      client.createVectorName(
        chunks,
        name,
        { dense: { size: space.dimensions, distance: 'Cosine', datatype: 'float16' } },
        connection.writing,
      ),
    );
  }
  // The originals may stay on disk: they are read only for the few best candidates. The eight-bit copies are searched.
  const place = hasMemoryField ? { memory: 'cold' as const } : { on_disk: true };
  await connection.call('change a vector space', signal, (client) =>
    client.updateCollection(chunks, { vectors: { [name]: place } }),
  );
  await putPoint(connection, spaceIdOf(space), spacePayload('space', space), 'insert_only', signal);
}

/** Deletes a space with its vectors. The space is unknown from the first of the two steps on. */
export async function deleteSpace(
  connection: QdrantConnection,
  space: VectorSpace,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { call, chunks, documents, writing } = connection;
  await call('delete a vector space', signal, (client) =>
    client.delete(documents, { points: [spaceIdOf(space)], ...writing }),
  );
  await call('delete a vector space', signal, (client) =>
    client.deleteVectorName(chunks, vectorNameOf(space), writing),
  );
}

/** Makes a space active. @param isFirst only if no space is active yet. */
export async function setActiveSpace(
  connection: QdrantConnection,
  space: VectorSpace,
  isFirst: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const mode = isFirst ? 'insert_only' : 'upsert';
  await putPoint(connection, ACTIVE_ID, spacePayload('activeSpace', space), mode, signal);
}

async function findSpace(
  connection: QdrantConnection,
  id: string,
  signal: AbortSignal | undefined,
): Promise<VectorSpace | undefined> {
  const [point] = await connection.call('find a vector space', signal, (client) =>
    client.retrieve(connection.documents, { ids: [id], with_payload: true }),
  );
  return point === undefined ? undefined : spaceOf(point);
}

async function putPoint(
  connection: QdrantConnection,
  id: string,
  payload: Record<string, unknown>,
  mode: 'insert_only' | 'upsert',
  signal: AbortSignal | undefined,
): Promise<void> {
  await connection.call('store a vector space', signal, (client) =>
    client.upsert(connection.documents, {
      points: [{ id, payload, vector: {} }],
      update_mode: mode,
      ...connection.writing,
    }),
  );
}
