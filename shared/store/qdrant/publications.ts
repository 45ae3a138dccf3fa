import type { Schemas } from '@qdrant/js-client-rest';
import type { ContentId, DocumentId, PublishedDocument } from '../../document.ts';
import type { QdrantConnection } from './connection/connection.ts';
import { is, isAbove, isEmpty, isOneOf } from './filters.ts';
import { type StoredPublication, publicationOf } from './payload.ts';
import { batchesOf } from '../../batches.ts';

/** What both ports read from the collection of documents, which decides what is published. */

const PAGE = 1000;
/** A content id has 64 letters: about 70 KB per request. */
const CONTENTS_A_REQUEST = 1000;

/** Yields every point that the filter matches, page by page. A change made meanwhile may or may not be in it. */
export async function* eachPoint(
  connection: QdrantConnection,
  collection: string,
  scroll: Pick<Schemas['ScrollRequest'], 'filter' | 'with_payload' | 'with_vector'> & { readonly limit?: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<Schemas['Record']> {
  let offset: Schemas['ExtendedPointId'] | null = null;
  do {
    const page: Schemas['ScrollResult'] = await connection.call('list points', signal, (client) =>
      client.scroll(collection, { limit: PAGE, ...scroll, offset }),
    );
    yield* page.points;
    // Undefined and null both mean the end. The generated type also allows an object, which the API does not define.
    offset = (page.next_page_offset ?? null) as Schemas['ExtendedPointId'] | null;
  } while (offset !== null);
}

/** Counts the points that the filter matches, exactly. */
export async function countPoints(
  { call }: QdrantConnection,
  collection: string,
  filter: Schemas['Filter'],
  signal: AbortSignal | undefined,
): Promise<number> {
  const { count } = await call('count points', signal, (client) => client.count(collection, { filter, exact: true }));
  return count;
}

/** Yields every path, including tombstones, in no particular order. */
export async function* eachPublication(
  connection: QdrantConnection,
  signal: AbortSignal | undefined,
): AsyncGenerator<StoredPublication> {
  const filter = { must: [is('kind', 'publication')] };
  const points = eachPoint(connection, connection.documents, { filter, with_payload: true }, signal);
  for await (const point of points) {
    signal?.throwIfAborted();
    yield publicationOf(point);
  }
}

/** Returns what is stored for a document's path; undefined if it was never published or unpublished. */
export async function findPublication(
  connection: QdrantConnection,
  id: DocumentId,
  signal: AbortSignal | undefined,
): Promise<StoredPublication | undefined> {
  return (await findPublications(connection, [id], signal))[0];
}

/** Returns what is stored for these documents' paths. Those that were never published or unpublished are left out. */
export async function findPublications(
  connection: QdrantConnection,
  ids: readonly DocumentId[],
  signal: AbortSignal | undefined,
): Promise<readonly StoredPublication[]> {
  const points = await connection.call('find documents', signal, (client) =>
    client.retrieve(connection.documents, { ids: [...ids], with_payload: true }),
  );
  return points.map(publicationOf);
}

/** A published document with the revision it was published with. */
export interface PublishedAs {
  readonly revision: number;
  readonly document: PublishedDocument;
}

/** Returns the documents published with each of these contents, ordered by path. Contents without any are left out. */
export async function documentsOfContents(
  connection: QdrantConnection,
  contents: Iterable<ContentId>,
  signal: AbortSignal | undefined,
): Promise<Map<ContentId, PublishedAs[]>> {
  const byContent = new Map<ContentId, PublishedAs[]>();
  for await (const batch of batchesOf(contents, CONTENTS_A_REQUEST)) {
    const filter = { must: [isOneOf('content', batch)] };
    for await (const point of eachPoint(connection, connection.documents, { filter, with_payload: true }, signal)) {
      const { content, document, revision } = publicationOf(point);
      if (content === null || document === null) continue;
      const documents = byContent.get(content) ?? [];
      documents.push({ revision, document });
      byContent.set(content, documents);
    }
  }
  for (const documents of byContent.values()) documents.sort((a, b) => (a.document.path < b.document.path ? -1 : 1));
  return byContent;
}

/** Returns those of the contents that are not published under any path. */
export async function unpublishedOf(
  connection: QdrantConnection,
  contents: Iterable<ContentId>,
  signal: AbortSignal | undefined,
): Promise<ContentId[]> {
  const all = new Set(contents);
  const published = await documentsOfContents(connection, all, signal);
  return [...all].filter((content) => !published.has(content));
}

/** Matches published paths, not tombstones. */
export const IS_PUBLISHED = { must: [is('kind', 'publication')], must_not: [isEmpty('content')] };

/** Returns the highest revision that a path or a chunk was ever given; 0 in an empty store. */
export async function readLastRevision(connection: QdrantConnection, signal: AbortSignal | undefined): Promise<number> {
  let highest = 0;
  for (const [collection, field] of [
    [connection.documents, 'revision'],
    // Higher than all of the paths if a publication was cut off before its commit.
    [connection.chunks, 'liveRevision'],
  ] as const) {
    const { points } = await connection.call('find the last revision', signal, (client) =>
      client.scroll(collection, {
        filter: { must: [isAbove(field, 0)] },
        order_by: { key: field, direction: 'desc' },
        limit: 1,
        with_payload: [field],
      }),
    );
    highest = Math.max(highest, Number(points[0]?.payload?.[field] ?? 0));
  }
  return highest;
}
