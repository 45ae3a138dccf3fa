import type { Schemas } from '@qdrant/js-client-rest';
import type { Chunk, ContentId } from '../../document.ts';
import type { QdrantConnection } from './connection/connection.ts';
import { IS_LIVE, is, isOneOf } from './filters.ts';
import { CHUNK_FIELDS, WORDS, chunkOf, numbersOf, sparseOf } from './payload.ts';
import { vectorNameOf } from './spaces.ts';
import type { SearchRequest } from '../store.ts';
import { batchesOf } from '../../batches.ts';

/** A chunk that is marked live. The documents decide whether it is published; see publish.ts. */
export interface LiveChunk {
  readonly chunk: Chunk;
  readonly score: number;
  /**
   * Content id and the revision that last made it live. While this is the same, the content was not published in
   * between.
   */
  readonly liveSince: string;
}

/** What was found in each arm, best first. */
export interface LiveChunks {
  readonly sparse: readonly LiveChunk[];
  readonly dense: readonly LiveChunk[];
}

/** The limit of strict mode in collections.ts. */
const MAX_LIMIT = 1000;
/** A content id has 64 letters: about 140 KB per request and arm. */
const CONTENTS_A_SEARCH = 2000;

/** Twice as many candidates as needed are found by their eight-bit copies and compared by the originals. */
const DENSE_PARAMS: Schemas['SearchParams'] = { hnsw_ef: 128, quantization: { rescore: true, oversampling: 2 } };

/**
 * Runs both arms in one request. Returns the best first, ties ordered by chunk id.
 * @param limit per arm. Which of several equal scores at the limit are returned is up to the server.
 */
export async function searchLiveChunks(
  { call, chunks }: QdrantConnection,
  { sparse, dense, contents, language }: SearchRequest,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<LiveChunks> {
  const arms: { readonly name: keyof LiveChunks; readonly query: Schemas['QueryRequest'] }[] = [];
  if (sparse !== undefined && sparse.indices.length > 0) {
    arms.push({ name: 'sparse', query: { query: sparseOf(sparse), using: WORDS } });
  }
  if (dense !== undefined) {
    const using = vectorNameOf(dense.space);
    arms.push({ name: 'dense', query: { query: numbersOf(dense.vector), using, params: DENSE_PARAMS } });
  }
  const found: Record<keyof LiveChunks, LiveChunk[]> = { sparse: [], dense: [] };
  if (arms.length === 0) return found;

  for await (const filter of filtersOf(contents, language)) {
    const searches = arms.map(({ query }) => ({
      ...query,
      filter,
      limit: Math.min(limit, MAX_LIMIT),
      with_payload: [...CHUNK_FIELDS, 'liveRevision'],
    }));
    const results = await call('search', signal, (client) => client.queryBatch(chunks, { searches }));
    results.forEach(({ points }, i) => {
      found[arms[i]!.name].push(...points.map(liveChunkOf));
    });
  }
  return { sparse: best(found.sparse, limit), dense: best(found.dense, limit) };
}

function liveChunkOf(point: Schemas['ScoredPoint']): LiveChunk {
  const { chunk } = chunkOf(point);
  return { chunk, score: point.score, liveSince: `${chunk.contentId} ${String(point.payload?.['liveRevision'])}` };
}

/** Yields one filter for each part of the contents that fits into a request. */
async function* filtersOf(
  contents: readonly ContentId[] | undefined,
  language: string | undefined,
): AsyncGenerator<Schemas['Filter']> {
  const always = [IS_LIVE, ...(language === undefined ? [] : [is('language', language)])];
  if (contents === undefined) return yield { must: always };
  for await (const batch of batchesOf(new Set(contents), CONTENTS_A_SEARCH)) {
    yield { must: [isOneOf('content', batch), ...always] };
  }
}

function best(chunks: readonly LiveChunk[], limit: number): LiveChunk[] {
  return chunks.toSorted((a, b) => b.score - a.score || (a.chunk.id < b.chunk.id ? -1 : 1)).slice(0, limit);
}
