import type { Schemas } from '@qdrant/js-client-rest';
import type { ContentId, PublishedDocument } from '../../document.ts';
import { documentIdOf } from '../../document.ts';
import { StoreError } from '../../errors.ts';
import type { QdrantConnection } from './connection.ts';
import { IS_LIVE, is, isBelow, isOneOf } from './filters.ts';
import { type StoredPublication, publicationPayload } from './payload.ts';
import { countPoints } from './publications.ts';
import { batchesOf } from '../../batches.ts';

/**
 * How a document is replaced at once on a server without transactions over several points. In this order:
 *
 *   a. chunks are stored, `live: false` (the writer's putChunks)
 *   b. makeLive: the new content's chunks are `live: true`, and counted
 *   c. commitPublication: one write of one point, the document's. This is the commit.
 *   d. retire: the old content's chunks are `live: false`, if no document refers to it any more
 *
 * `live` is a hint, and true for more than what is published: readers look only at live chunks, but believe the
 * documents. A crash after b or c leaves chunks live that nobody sees; they are collected later.
 * A write that a dead process left on the line may arrive any time later. Each carries its revision and changes nothing
 * that a later revision has written: `liveRevision` and `revision` only rise.
 */

/** A content id has 64 letters. */
const CONTENTS_A_REQUEST = 256;

/** Step b. @throws StoreError CONTENT_INCOMPLETE unless exactly the content's chunks are stored. */
export async function makeLive(
  connection: QdrantConnection,
  document: PublishedDocument,
  revision: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { call, chunks, writing } = connection;
  const { id, chunkCount } = document.content;
  const ofContent = is('content', id);
  if (chunkCount > 0) {
    const filter = { must: [ofContent, isBelow('liveRevision', revision)] };
    await call('the publishing of chunks', signal, (client) =>
      client.setPayload(chunks, { payload: { live: true, liveRevision: revision }, filter, ...writing }),
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

/** Step c. Does nothing when the path has this revision or a later one. */
export async function commitPublication(
  { call, documents, writing }: QdrantConnection,
  publication: StoredPublication,
  signal: AbortSignal | undefined,
): Promise<void> {
  const point = { id: documentIdOf(publication.path), payload: publicationPayload(publication), vector: {} };
  const update_filter = { must: [isBelow('revision', publication.revision)] };
  await call('the publishing of a document', signal, (client) =>
    client.upsert(documents, { points: [point], update_filter, ...writing }),
  );
}

/** Step d. @param contents that no document refers to. */
export async function retire(
  { call, chunks, writing }: QdrantConnection,
  contents: readonly ContentId[],
  revision: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (contents.length === 0) return;
  const filter = { must: [isOneOf('content', contents), IS_LIVE, isBelow('liveRevision', revision)] };
  await call('the withdrawing of chunks', signal, (client) =>
    client.setPayload(chunks, { payload: { live: false }, filter, ...writing }),
  );
}

/** @param contents that no document refers to. @param lastRevision what was made live after it stays, should this arrive late. */
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
    await call('the deletion of chunks', signal, (client) => client.delete(chunks, { filter, ...writing }));
  }
}
