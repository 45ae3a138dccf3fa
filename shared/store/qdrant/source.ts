import type { ContentId } from '../../document.ts';
import type { ChunkToCopy, DocumentToCopy, StoreSource, VectorSpace } from '../store.ts';
import type { QdrantConnection } from './connection/connection.ts';
import { is } from './filters.ts';
import { CHUNK_FIELDS, chunkOf } from './payload.ts';
import { eachPoint, eachPublication } from './publications.ts';
import { knownSpaces, vectorNameOf } from './spaces.ts';

/** Points per request: with their vectors, about 1 MB. */
const PAGE = 128;

/** The source's port on two collections. */
export class QdrantSource implements StoreSource {
  readonly #connection: QdrantConnection;

  /** @param connection whose collections exist. */
  constructor(connection: QdrantConnection) {
    this.#connection = connection;
  }

  async knownSpaces(signal?: AbortSignal): Promise<readonly VectorSpace[]> {
    signal?.throwIfAborted();
    return knownSpaces(this.#connection, signal);
  }

  async *documents(signal?: AbortSignal): AsyncGenerator<DocumentToCopy> {
    for await (const { path, revision, document } of eachPublication(this.#connection, signal)) {
      yield { path, revision, document };
    }
  }

  async *chunks(content: ContentId, signal?: AbortSignal): AsyncGenerator<ChunkToCopy> {
    const spaces = await this.knownSpaces(signal);
    const scroll = {
      filter: { must: [is('content', content)] },
      with_payload: CHUNK_FIELDS,
      with_vector: spaces.map(vectorNameOf),
      limit: PAGE,
    };
    for await (const point of eachPoint(this.#connection, this.#connection.chunks, scroll, signal)) {
      const { chunk, embeddedTextHash } = chunkOf(point);
      const vectors = new Map(
        spaces.flatMap((space): [string, Float32Array][] => {
          const vector: unknown = Reflect.get(Object(point.vector), vectorNameOf(space));
          return Array.isArray(vector) ? [[space.name, Float32Array.from(vector)]] : [];
        }),
      );
      yield { chunk, embeddedTextHash, vectors };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The client has nothing but idle connections, which time out.
  }
}
