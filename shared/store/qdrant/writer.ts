import { requireDimensions } from '../vector-dimensions.ts';
import type { ContentId, ContentSummary, PublishedDocument } from '../../document.ts';
import { chunkIdOf, documentIdOf } from '../../document.ts';
import type { QdrantConnection } from './connection/connection.ts';
import { IS_LIVE, is, isEmpty } from './filters.ts';
import { CHUNK_FIELDS, type StoredPublication, chunkOf, chunkPoint, numbersOf } from './payload.ts';
import {
  countPoints,
  eachPoint,
  eachPublication,
  findPublication,
  findPublications,
  unpublishedOf,
} from './publications.ts';
import { commitPublication, commitPublications, deleteContents, makeLive, retire, retireAll } from './publish.ts';
import {
  allSpaces,
  deleteSpace,
  findActiveSpace,
  isKnownSpace,
  makeSpace,
  setActiveSpace,
  vectorNameOf,
  knownSpaces,
} from './spaces.ts';
import type {
  ChunkToEmbed,
  ChunkToStore,
  ChunkVector,
  Publication,
  Removal,
  StoreWriter,
  StoredContent,
  VectorSpace,
} from '../store.ts';
import { batchesOf } from '../../batches.ts';
import { UnembeddedContents, type UnembeddedContent } from '../unembedded-contents.ts';

/** Points per request: about 600 KB with their sparse vectors. */
const BATCH = 64;

/** The writer's port on two collections. One write of one point changes what readers see; see publish.ts. */
export class QdrantWriter implements StoreWriter {
  readonly #connection: QdrantConnection;
  #lastRevision: number;
  readonly #unembedded = new UnembeddedContents();
  /** Dimensions by name, of the spaces that are known to exist. */
  readonly #ensuredSpaces = new Map<string, number>();
  /**
   * The last call in a queue of the calls that depend on what is published: overlapping, they would undo each other.
   */
  #queue: Promise<unknown> = Promise.resolve();

  /** @param connection whose collections exist. @param lastRevision as readLastRevision returned it. */
  constructor(connection: QdrantConnection, lastRevision: number) {
    this.#connection = connection;
    this.#lastRevision = lastRevision;
  }

  get lastRevision(): number {
    return this.#lastRevision;
  }

  async putChunks(content: ContentSummary, chunks: readonly ChunkToStore[], signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { call, writing } = this.#connection;
    for await (const batch of batchesOf(chunks, BATCH)) {
      const points = batch.map((chunk) => chunkPoint(chunk, content));
      await call('store chunks', signal, (client) =>
        client.upsert(this.#connection.chunks, { points, update_mode: 'insert_only', ...writing }),
      );
    }
  }

  async countChunks(content: ContentId, signal?: AbortSignal): Promise<number> {
    const filter = { must: [is('content', content)] };
    return countPoints(this.#connection, this.#connection.chunks, filter, signal);
  }

  async publish(document: PublishedDocument, revision: number, signal?: AbortSignal): Promise<void> {
    this.#unembedded.published(document.content.id, revision);
    await this.#inOrder(signal, async () => {
      const before = await findPublication(this.#connection, document.id, signal);
      if (before !== undefined && before.revision >= revision) return;
      await makeLive(this.#connection, document, revision, signal);
      const content = document.content.id;
      await this.#commit({ path: document.path, revision, content, document }, before, signal);
    });
  }

  async unpublish(path: string, revision: number, signal?: AbortSignal): Promise<void> {
    await this.unpublishAll([{ path, revision }], signal);
  }

  async unpublishAll(removals: readonly Removal[], signal?: AbortSignal): Promise<void> {
    // A turn for each batch, so that publications need not wait for all of them.
    for await (const batch of batchesOf(removals, BATCH)) {
      await this.#inOrder(signal, () => this.#unpublishBatch(batch, signal));
    }
  }

  async *missingVectors(space: VectorSpace, signal?: AbortSignal): AsyncGenerator<ChunkToEmbed> {
    signal?.throwIfAborted();
    const isKnown = await isKnownSpace(this.#connection, space, signal);
    const lacksVector = isKnown ? { must_not: [{ has_vector: vectorNameOf(space) }] } : {};
    const contents = this.#unembedded.newestFirst(space.name, () => this.#contentsLacking(lacksVector, signal));
    for await (const { content, isDone } of contents) {
      signal?.throwIfAborted();
      const ofContent = { must: [is('content', content), IS_LIVE], ...lacksVector };
      const scroll = { filter: ofContent, with_payload: CHUNK_FIELDS };
      const points = await Array.fromAsync(eachPoint(this.#connection, this.#connection.chunks, scroll, signal));
      // Live is only a hint: see publish.ts.
      const isPublished = points.length > 0 && (await unpublishedOf(this.#connection, [content], signal)).length === 0;
      if (!isPublished) {
        isDone();
        continue;
      }
      for (const { chunk, title, embeddedTextHash } of points
        .map(chunkOf)
        .toSorted((a, b) => a.chunk.ordinal - b.chunk.ordinal)) {
        signal?.throwIfAborted();
        yield { chunk, title, embeddedTextHash };
      }
    }
  }

  async findVectors(
    space: VectorSpace,
    textHashes: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Float32Array>> {
    signal?.throwIfAborted();
    const known = new Map<string, Float32Array>();
    if (!(await isKnownSpace(this.#connection, space, signal))) return known;
    const { call, chunks } = this.#connection;
    const vectorName = vectorNameOf(space);
    for await (const hashes of batchesOf(new Set(textHashes), BATCH)) {
      const searches = hashes.map((hash) => ({
        filter: { must: [is('embeddedTextHash', hash), { has_vector: vectorName }] },
        limit: 1,
        with_vector: [vectorName],
      }));
      const found = await call('find vectors', signal, (client) => client.queryBatch(chunks, { searches }));
      found.forEach(({ points: [point] }, i) => {
        const vector: unknown = point?.vector === undefined ? undefined : Reflect.get(Object(point.vector), vectorName);
        if (Array.isArray(vector)) known.set(hashes[i]!, Float32Array.from(vector));
      });
    }
    return known;
  }

  async putVectors(
    space: VectorSpace,
    content: ContentId,
    vectors: readonly ChunkVector[],
    signal?: AbortSignal,
  ): Promise<void> {
    signal?.throwIfAborted();
    requireDimensions(space, vectors);
    await this.#ensureSpace(space, signal);

    const { call, chunks, writing } = this.#connection;
    const vectorName = vectorNameOf(space);
    for await (const batch of batchesOf(vectors, BATCH)) {
      // One chunk that was collected meanwhile would make the server refuse the whole batch.
      const ids = batch.map(({ ordinal }) => chunkIdOf(content, ordinal));
      const stored = await call('find chunks', signal, (client) =>
        client.retrieve(chunks, { ids, with_payload: false }),
      );
      const storedIds = new Set(stored.map(({ id }) => id));
      const points = batch
        .map(({ ordinal, vector }) => ({
          id: chunkIdOf(content, ordinal),
          vector: { [vectorName]: numbersOf(vector) },
        }))
        .filter(({ id }) => storedIds.has(id));
      if (points.length === 0) continue;
      const lacksVector = { must_not: [{ has_vector: vectorName }] };
      // The client's own method does not send `update_filter`.
      await call('store vectors', signal, (client) =>
        client.api().updateVectors({ collection_name: chunks, points, update_filter: lacksVector, ...writing }),
      );
    }
  }

  async knownSpaces(signal?: AbortSignal): Promise<readonly VectorSpace[]> {
    signal?.throwIfAborted();
    return knownSpaces(this.#connection, signal);
  }

  async activate(space: VectorSpace, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.#ensureSpace(space, signal);
    await setActiveSpace(this.#connection, space, false, signal);
  }

  async forgetSpacesBut(space: VectorSpace, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#unembedded.forget();
    const active = await findActiveSpace(this.#connection, signal);
    for (const other of await allSpaces(this.#connection, signal)) {
      if (other.name === space.name || other.name === active?.name) continue;
      await deleteSpace(this.#connection, other, signal);
      this.#ensuredSpaces.delete(other.name);
    }
  }

  async collect(contents: readonly ContentId[], signal?: AbortSignal): Promise<void> {
    await this.#inOrder(signal, async () => {
      const dead = await unpublishedOf(this.#connection, contents, signal);
      await deleteContents(this.#connection, dead, this.#lastRevision, signal);
    });
  }

  async erase(paths: readonly string[], signal?: AbortSignal): Promise<void> {
    await this.#inOrder(signal, async () => {
      const { call, documents, writing } = this.#connection;
      for await (const batch of batchesOf(paths, BATCH)) {
        const isTombstone = [is('kind', 'publication'), isEmpty('content')];
        const filter = { must: [{ has_id: batch.map(documentIdOf) }, ...isTombstone] };
        await call('erase documents', signal, (client) => client.delete(documents, { filter, ...writing }));
      }
    });
  }

  async *contents(signal?: AbortSignal): AsyncGenerator<StoredContent> {
    signal?.throwIfAborted();
    const counts = new Map<ContentId, number>();
    for await (const content of this.#contentOfEach({}, signal)) counts.set(content, (counts.get(content) ?? 0) + 1);
    const published = new Set<ContentId | null>();
    for await (const { content } of eachPublication(this.#connection, signal)) published.add(content);
    for (const [id, storedChunks] of counts) {
      signal?.throwIfAborted();
      yield { id, storedChunks, isPublished: published.has(id) };
    }
  }

  async *publications(signal?: AbortSignal): AsyncGenerator<Publication> {
    signal?.throwIfAborted();
    for await (const { path, revision, content } of eachPublication(this.#connection, signal)) {
      signal?.throwIfAborted();
      yield { path, revision, content };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The client has nothing but idle connections, which time out.
    await this.#queue;
  }

  async #commit(
    publication: StoredPublication,
    before: StoredPublication | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await commitPublication(this.#connection, publication, signal);
    this.#lastRevision = Math.max(this.#lastRevision, publication.revision);
    const old = before?.content ?? null;
    if (old === null || old === publication.content) return;
    const unpublished = await unpublishedOf(this.#connection, [old], signal);
    await retire(this.#connection, unpublished, publication.revision, signal);
  }

  /** Takes four requests, however many paths there are. */
  async #unpublishBatch(removals: readonly Removal[], signal: AbortSignal | undefined): Promise<void> {
    const ids = removals.map(({ path }) => documentIdOf(path));
    const stored = new Map(
      (await findPublications(this.#connection, ids, signal)).map((before) => [before.path, before]),
    );
    const due = removals.filter(({ path, revision }) => (stored.get(path)?.revision ?? -1) < revision);
    if (due.length === 0) return;
    const tombstones = due.map(({ path, revision }) => ({ path, revision, content: null, document: null }));
    await commitPublications(this.#connection, tombstones, signal);
    const lastRevisions = new Map<ContentId, number>();
    for (const { path, revision } of due) {
      this.#lastRevision = Math.max(this.#lastRevision, revision);
      const content = stored.get(path)?.content ?? null;
      if (content !== null) lastRevisions.set(content, Math.max(lastRevisions.get(content) ?? 0, revision));
    }
    const unpublished = new Set(await unpublishedOf(this.#connection, lastRevisions.keys(), signal));
    const retired = [...lastRevisions].filter(([content]) => unpublished.has(content));
    await retireAll(this.#connection, new Map(retired), signal);
  }

  #inOrder(signal: AbortSignal | undefined, work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(() => {
      signal?.throwIfAborted();
      return work();
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }

  /** Looks through all chunks and all publications. @param lacksVector a part of a filter. */
  async *#contentsLacking(lacksVector: object, signal: AbortSignal | undefined): AsyncGenerator<UnembeddedContent> {
    const unfinished = new Set<ContentId>();
    const filter = { must: [IS_LIVE], ...lacksVector };
    for await (const content of this.#contentOfEach(filter, signal)) unfinished.add(content);
    if (unfinished.size === 0) return;
    for await (const { content, revision } of eachPublication(this.#connection, signal)) {
      if (content !== null && unfinished.has(content)) yield { content, revision };
    }
  }

  async *#contentOfEach(filter: object, signal: AbortSignal | undefined): AsyncGenerator<ContentId> {
    const scroll = { filter, with_payload: ['content'] };
    for await (const point of eachPoint(this.#connection, this.#connection.chunks, scroll, signal)) {
      yield String(point.payload?.['content']);
    }
  }

  /** Creates the space if it is unknown, and activates it if it is the first one. */
  async #ensureSpace(space: VectorSpace, signal: AbortSignal | undefined): Promise<void> {
    if (this.#ensuredSpaces.get(space.name) === space.dimensions) return;
    if (!(await isKnownSpace(this.#connection, space, signal))) await makeSpace(this.#connection, space, signal);
    await setActiveSpace(this.#connection, space, true, signal);
    this.#ensuredSpaces.set(space.name, space.dimensions);
  }
}
