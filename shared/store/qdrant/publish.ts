import type { Schemas } from '@qdrant/js-client-rest';
import type { ContentId, PublishedDocument } from '../../document.ts';
import { documentIdOf } from '../../document.ts';
import { StoreError } from '../../errors.ts';
import type { QdrantConnection } from './connection/connection.ts';
import { IS_LIVE, is, isBelow, isOneOf } from './filters.ts';
import { type StoredPublication, publicationPayload } from './payload.ts';
import { countPoints } from './publications.ts';
import { batchesOf } from '../../batches.ts';

/**
 * Replaces a document in one step on a server that has no transactions over several points. In this order:
 *
 *   a. putChunks of the writer stores the chunks, `live: false`.
 *   b. makeLive sets `live: true` on the new content's chunks, and counts them.
 *   c. commitPublication writes one point, the document's. This is the commit.
 *   d. retire sets `live: false` on the old content's chunks, if no document refers to them any more.
 *
 * `live` is a hint. It is true for all that is published, and sometimes for more: readers search only live chunks, but
 * the documents decide which of those count. A crash after b or c leaves live chunks that no reader returns; they are
 * collected later.
 * A request of a process that has died may still arrive at any time. So every write carries its revision and changes
 * nothing that a later revision has written: `liveRevision` and `revision` only rise.
 */

/** A content id has 64 letters. */
const CONTENTS_A_REQUEST = 256;

/** Does step b. @throws StoreError CONTENT_INCOMPLETE unless exactly the content's chunks are stored. */
export async function makeLive(
  connection: QdrantConnection,
  document: PublishedDocument,
  revision: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { call, chunks, writing } = connection;
  const { id, chunkCount, language } = document.content;
  const ofContent = is('content', id);
  if (chunkCount > 0) {
    const filter = { must: [ofContent, isBelow('liveRevision', revision)] };
    await call('publish chunks', signal, (client) =>
      client.setPayload(chunks, { payload: { live: true, liveRevision: revision, language }, filter, ...writing }),
    );
  }
  const count = (conditions: readonly Schemas['Condition'][]): Promise<number> =>
    countPoints(connection, chunks, { must: [ofContent, ...conditions] }, signal);
  const [stored, inPlace] = await Promise.all([count([]), count([IS_LIVE, isBelow('ordinal', chunkCount)])]);
  if (stored === chunkCount && inPlace === chunkCount) return;
  throw new StoreError(
    'CONTENT_INCOMPLETE',
    `cannot publish ${document.path}: ${inPlace} of its ${chunkCount} chunks are stored; store the rest first`,
  );
}

/** Does step c. Changes nothing if the path already has this revision or a later one. */
export async function commitPublication(
  { call, documents, writing }: QdrantConnection,
  publication: StoredPublication,
  signal: AbortSignal | undefined,
): Promise<void> {
  await call('publish a document', signal, (client) =>
    client.upsert(documents, { ...commitOf(publication), ...writing }),
  );
}

/**
 * Does step c for many paths in one request, each on its own condition.
 * @param publications at least one.
 */
export async function commitPublications(
  { call, documents, writing }: QdrantConnection,
  publications: readonly StoredPublication[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const operations = publications.map((publication) => ({ upsert: commitOf(publication) }));
  await call('publish documents', signal, (client) => client.batchUpdate(documents, { operations, ...writing }));
}

function commitOf(publication: StoredPublication): Schemas['PointsList'] {
  return {
    points: [{ id: documentIdOf(publication.path), payload: publicationPayload(publication), vector: {} }],
    update_filter: { must: [isBelow('revision', publication.revision)] },
  };
}

/** Does step d. @param contents that no document refers to. */
export async function retire(
  { call, chunks, writing }: QdrantConnection,
  contents: readonly ContentId[],
  revision: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (contents.length === 0) return;
  const filter = { must: [isOneOf('content', contents), IS_LIVE, isBelow('liveRevision', revision)] };
  await call('withdraw chunks', signal, (client) =>
    client.setPayload(chunks, { payload: { live: false }, filter, ...writing }),
  );
}

/**
 * Does step d for contents that lost their last path at different revisions, in one request.
 * @param revisions of the last removal of each content, which no document refers to.
 */
export async function retireAll(
  { call, chunks, writing }: QdrantConnection,
  revisions: ReadonlyMap<ContentId, number>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (revisions.size === 0) return;
  const operations = [...revisions].map(([content, revision]) => ({
    set_payload: {
      payload: { live: false },
      filter: { must: [is('content', content), IS_LIVE, isBelow('liveRevision', revision)] },
    },
  }));
  await call('withdraw chunks', signal, (client) => client.batchUpdate(chunks, { operations, ...writing }));
}

/**
 * Deletes the chunks of contents.
 * @param contents that no document refers to.
 * @param lastRevision if this request arrives late, chunks made live by a higher revision are not deleted.
 */
export async function deleteContents(
  connection: QdrantConnection,
  contents: readonly ContentId[],
  lastRevision: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { call, chunks, writing } = connection;
  for await (const batch of batchesOf(contents, CONTENTS_A_REQUEST)) {
    await retire(connection, batch, lastRevision + 1, signal);
    const filter = { must: [isOneOf('content', batch)], must_not: [IS_LIVE] };
    await call('delete chunks', signal, (client) => client.delete(chunks, { filter, ...writing }));
  }
}
