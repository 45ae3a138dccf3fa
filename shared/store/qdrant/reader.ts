import type { Schemas } from '@qdrant/js-client-rest';
import type { Chunk, ChunkId, ContentId, DocumentId, PublishedDocument } from '../../document.ts';
import { raceAbort } from '../../abort.ts';
import { StoreError } from '../../errors.ts';
import type { QdrantConnection } from './connection/connection.ts';
import { IS_LIVE, is, isAbove, isBelow } from './filters.ts';
import { CHUNK_FIELDS, chunkOf } from './payload.ts';
import {
  IS_PUBLISHED,
  type PublishedAs,
  countPoints,
  documentsOfContents,
  eachPoint,
  eachPublication,
  findPublication,
} from './publications.ts';
import { type LiveChunk, searchLiveChunks } from './search.ts';
import { allSpaces, findActiveSpace, vectorNameOf, knownSpaces } from './spaces.ts';
import type { Hit, SearchRequest, SearchResult, StoreReader, StoreStats, VectorSpace, VectorSpaces } from '../store.ts';

/** Hits requested beyond the limit: they allow us to order equal scores, and replace a few stale hits. */
const SPARE_HITS = 16;
/**
 * A search is repeated while documents change under it. In practice that is a few times at most, since a file is not
 * read again within half a second. The contract suite replaces a document 80 times a second without a pause, which took
 * up to 20 rounds.
 */
const MAX_ROUNDS = 100;
/** How many publications a reader remembers, at about 100 bytes each. */
const MAX_REMEMBERED = 50_000;
/**
 * Estimate for a typical chunk: text, payload, about 450 terms, and indexes. The server does not report a collection's
 * size.
 */
const CHUNK_BYTES = 8000;

/** The reader's port on two collections. Keeps nothing in memory but which publications it has seen. */
export class QdrantReader implements StoreReader {
  readonly #connection: QdrantConnection;
  /** The highest revision seen of each document: its content was complete from then on. */
  readonly #seen = new Map<DocumentId, number>();

  /** @param connection whose collections exist. */
  constructor(connection: QdrantConnection) {
    this.#connection = connection;
  }

  /**
   * Searching and reading which contents are published are two requests, and a document may be replaced between them.
   * The search may then have seen the old chunks, or only some of the new ones. So its result counts only if everything
   * it found is known to have been published before it began; otherwise it is repeated.
   */
  async search(request: SearchRequest, signal?: AbortSignal): Promise<SearchResult> {
    signal?.throwIfAborted();
    await this.#checkSpace(request.dense, signal);
    let stale: ReadonlySet<string> = new Set();
    let spare = SPARE_HITS;
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const found = await searchLiveChunks(this.#connection, request, request.limit + spare, signal);
      const chunks = [...found.sparse, ...found.dense];
      const contents = new Set(chunks.map(({ chunk }) => chunk.contentId));
      const published = await documentsOfContents(this.#connection, contents, signal);

      const hasChanged = chunks.some(({ chunk, liveSince }) => {
        const documents = published.get(chunk.contentId);
        return documents === undefined ? !stale.has(liveSince) : !documents.some((document) => this.#hasSeen(document));
      });
      for (const documents of published.values()) documents.forEach((document) => this.#remember(document));
      if (!hasChanged) {
        const hits = (arm: readonly LiveChunk[]): Hit[] =>
          arm.flatMap((hit) => hitOf(hit, published)).slice(0, request.limit);
        return { sparse: hits(found.sparse), dense: hits(found.dense) };
      }
      const unpublished = chunks.filter(({ chunk }) => !published.has(chunk.contentId));
      stale = new Set(unpublished.map(({ liveSince }) => liveSince));
      spare = SPARE_HITS + unpublished.length;
    }
    throw new StoreError(
      'STORE_UNAVAILABLE',
      'the documents change faster than they can be searched; ask again in a moment',
    );
  }

  async knownSpaces(signal?: AbortSignal): Promise<readonly VectorSpace[]> {
    signal?.throwIfAborted();
    return knownSpaces(this.#connection, signal);
  }

  async spaces(signal?: AbortSignal): Promise<VectorSpaces> {
    const [active, all] = await Promise.all([
      findActiveSpace(this.#connection, signal),
      allSpaces(this.#connection, signal),
    ]);
    const filling = all.filter(({ name }) => name !== active?.name);
    if (active === undefined) return { active: null, filling, embeddedShare: 0 };
    const [embedded, chunks] = await Promise.all([
      this.#countChunks({ must: [IS_LIVE, { has_vector: vectorNameOf(active) }] }, signal),
      this.#countChunks({ must: [IS_LIVE] }, signal),
    ]);
    return { active, filling, embeddedShare: chunks === 0 ? 0 : embedded / chunks };
  }

  async findChunk(id: ChunkId, signal?: AbortSignal): Promise<Hit | undefined> {
    const { call, chunks } = this.#connection;
    const [point] = await call('find a chunk', signal, (client) =>
      client.retrieve(chunks, { ids: [id], with_payload: CHUNK_FIELDS }),
    );
    if (point === undefined) return undefined;
    const { chunk } = chunkOf(point);
    const published = await documentsOfContents(this.#connection, [chunk.contentId], signal);
    return hitOf({ chunk, score: 0 }, published)[0];
  }

  async neighbours(content: ContentId, from: number, to: number, signal?: AbortSignal): Promise<readonly Chunk[]> {
    return this.#chunks(content, [isAbove('ordinal', from - 1), isBelow('ordinal', to + 1)], signal);
  }

  async text(content: ContentId, startChar: number, endChar: number, signal?: AbortSignal): Promise<string> {
    const chunks = await this.#chunks(content, [isAbove('endChar', startChar), isBelow('startChar', endChar)], signal);
    let text = '';
    let atChar = Math.max(0, startChar);
    for (const chunk of chunks) {
      // Neighbours may overlap: each chunk adds only what the ones before it did not contain.
      text += chunk.text.slice(Math.max(0, atChar - chunk.startChar), Math.max(0, endChar - chunk.startChar));
      atChar = Math.max(atChar, chunk.endChar);
    }
    return text;
  }

  async findDocument(id: DocumentId, signal?: AbortSignal): Promise<PublishedDocument | undefined> {
    return (await findPublication(this.#connection, id, signal))?.document ?? undefined;
  }

  async documents(signal?: AbortSignal): Promise<readonly PublishedDocument[]> {
    const documents: PublishedDocument[] = [];
    for await (const { document } of eachPublication(this.#connection, signal)) {
      if (document !== null) documents.push(document);
    }
    return documents.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  async stats(signal?: AbortSignal): Promise<StoreStats> {
    const [documents, chunks] = await Promise.all([
      countPoints(this.#connection, this.#connection.documents, IS_PUBLISHED, signal),
      this.#countChunks({ must: [IS_LIVE] }, signal),
    ]);
    return { documents, chunks, sizeBytes: chunks * CHUNK_BYTES };
  }

  async troubles(signal?: AbortSignal): Promise<readonly string[]> {
    return raceAbort(this.#connection.troubles(), signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The client has nothing but idle connections, which time out.
  }

  #countChunks(filter: Schemas['Filter'], signal: AbortSignal | undefined): Promise<number> {
    return countPoints(this.#connection, this.#connection.chunks, filter, signal);
  }

  /**
   * Returns chunks of a published content, in order. Checks that it is published last: then all of its chunks were
   * there.
   */
  async #chunks(
    content: ContentId,
    conditions: readonly Schemas['Condition'][],
    signal: AbortSignal | undefined,
  ): Promise<Chunk[]> {
    const scroll = { filter: { must: [is('content', content), ...conditions] }, with_payload: CHUNK_FIELDS };
    const points = await Array.fromAsync(eachPoint(this.#connection, this.#connection.chunks, scroll, signal));
    if (points.length === 0) return [];
    const published = await documentsOfContents(this.#connection, [content], signal);
    if (!published.has(content)) return [];
    return points.map((point) => chunkOf(point).chunk).toSorted((a, b) => a.ordinal - b.ordinal);
  }

  async #checkSpace(dense: SearchRequest['dense'], signal: AbortSignal | undefined): Promise<void> {
    if (dense === undefined) return;
    const active = await findActiveSpace(this.#connection, signal);
    const { space, vector } = dense;
    if (active?.name === space.name && active.dimensions === vector.length) return;
    throw new StoreError(
      'SPACE_MISMATCH',
      `a vector of ${space.name} (${vector.length} numbers) cannot be searched in ${active === undefined ? 'a store without vectors' : `${active.name} (${active.dimensions})`}; embed the question with the active model`,
    );
  }

  #hasSeen({ document, revision }: PublishedAs): boolean {
    return (this.#seen.get(document.id) ?? 0) >= revision;
  }

  #remember({ document, revision }: PublishedAs): void {
    if (this.#seen.size >= MAX_REMEMBERED) this.#seen.clear();
    this.#seen.set(document.id, revision);
  }
}

/** Returns no hit for a chunk whose content is not published. */
function hitOf(
  { chunk, score }: Pick<LiveChunk, 'chunk' | 'score'>,
  published: ReadonlyMap<ContentId, readonly PublishedAs[]>,
): Hit[] {
  const documents = published.get(chunk.contentId)?.map(({ document }) => document) ?? [];
  return documents.length === 0 ? [] : [{ chunk, documents, score }];
}
