import type { Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';
import type { QdrantConfig } from '../../config.ts';
import { StoreError } from '../../errors.ts';
import { ANALYSER_VERSION } from '../../text/analyser.ts';
import type { QdrantConnection } from './connection.ts';
import { isNotFound } from './errors.ts';
import { WORDS } from './payload.ts';

/** Version of payloads and vectors, kept in the metadata of both collections. */
const FORMAT_VERSION = 1;

const METADATA = z.object({
  program: z.literal('askbox'),
  format: z.number(),
  /** The installation whose inbox is in here. */
  owner: z.string(),
  /** Of every vector `words`; 0 while they are made anew. */
  analyser: z.number(),
});
type Metadata = z.infer<typeof METADATA>;

/** The payload fields that are filtered or ordered by. They are indexed before the first point, so that HNSW knows of them. */
const CHUNK_INDEXES: Readonly<Record<string, 'keyword' | 'bool' | 'integer'>> = {
  content: 'keyword',
  live: 'bool',
  liveRevision: 'integer',
  ordinal: 'integer',
  startChar: 'integer',
  endChar: 'integer',
  embeddedTextHash: 'keyword',
};
const DOCUMENT_INDEXES: typeof CHUNK_INDEXES = { kind: 'keyword', content: 'keyword', revision: 'integer' };

/** Requests that would read every point are refused rather than slow. */
const STRICT: Schemas['StrictModeConfig'] = {
  enabled: true,
  unindexed_filtering_retrieve: false,
  unindexed_filtering_update: false,
  max_query_limit: 1000,
  upsert_max_batchsize: 256,
  search_max_oversampling: 4,
  filter_max_conditions: 64,
};

/**
 * Makes the two collections where they are missing, and completes what a crash left half made.
 * @param owner this installation. @returns the version of the analyser that made the words.
 * @throws StoreError STORE_FOREIGN when another owner, program or a newer version made them.
 */
export async function makeCollections(
  connection: QdrantConnection,
  settings: QdrantConfig,
  owner: string,
  signal?: AbortSignal,
): Promise<number> {
  const { chunks, documents } = connection;
  const made = [
    await makeCollection(connection, documents, DOCUMENT_INDEXES, settings, owner, signal),
    await makeCollection(connection, chunks, CHUNK_INDEXES, settings, owner, signal),
  ];
  return made[1]!.analyser;
}

/**
 * Whether both collections are there, complete, and of our analyser.
 * @throws StoreError STORE_FOREIGN when another program or a newer version made them.
 */
export async function areCollectionsReady(connection: QdrantConnection, signal?: AbortSignal): Promise<boolean> {
  for (const [name, indexes] of [
    [connection.documents, DOCUMENT_INDEXES],
    [connection.chunks, CHUNK_INDEXES],
  ] as const) {
    const info = await findCollection(connection, name, signal);
    if (info === undefined || missingIndexes(info, indexes).length > 0) return false;
    if (metadataOf(connection, name, info).analyser !== ANALYSER_VERSION) return false;
  }
  return true;
}

/** @param analyser 0 says that the words are being made anew, and keeps readers waiting. */
export async function noteAnalyser(
  connection: QdrantConnection,
  analyser: number,
  signal?: AbortSignal,
): Promise<void> {
  for (const name of [connection.documents, connection.chunks]) {
    await patchMetadata(connection, name, { analyser }, signal);
  }
}

async function makeCollection(
  connection: QdrantConnection,
  name: string,
  indexes: typeof CHUNK_INDEXES,
  settings: QdrantConfig,
  owner: string,
  signal: AbortSignal | undefined,
): Promise<Metadata> {
  let info = await findCollection(connection, name, signal);
  if (info === undefined) {
    const hasWords = name === connection.chunks;
    const metadata: Metadata = { program: 'askbox', format: FORMAT_VERSION, owner, analyser: ANALYSER_VERSION };
    await connection.call('the making of a collection', signal, (client) =>
      client.createCollection(name, { ...definition(connection, settings, hasWords), metadata }),
    );
    info = await connection.call('a look at the collection', signal, (client) => client.getCollection(name));
  }

  const metadata = metadataOf(connection, name, info);
  if (metadata.owner !== owner) {
    if (!settings.isAdopting) {
      throw foreignCollection(
        connection,
        name,
        'another askbox made it; set ASKBOX_ADOPT=true for one start if it was yours, such as before ASKBOX_DATA was deleted, or choose another ASKBOX_COLLECTION',
      );
    }
    await patchMetadata(connection, name, { owner }, signal);
  }
  for (const field of missingIndexes(info, indexes)) {
    await connection.call('the making of an index', signal, (client) =>
      client.createPayloadIndex(name, { field_name: field, field_schema: indexes[field]!, ...connection.writing }),
    );
  }
  return metadata;
}

/** Texts on disk; what is searched in memory: the words, and eight bits of each number of a vector. */
function definition(
  { hasMemoryField }: QdrantConnection,
  { shards, replicas, writeConsistency }: QdrantConfig,
  hasWords: boolean,
): Schemas['CreateCollection'] {
  const words: Schemas['SparseIndexParams'] = {
    datatype: 'float16',
    ...(hasMemoryField ? { memory: 'cached' } : { on_disk: false }),
  };
  const searchable: Schemas['CreateCollection'] = {
    sparse_vectors: { [WORDS]: { modifier: 'idf', index: words } },
    quantization_config: {
      scalar: { type: 'int8', quantile: 0.99, ...(hasMemoryField ? { memory: 'pinned' } : { always_ram: true }) },
    },
  };
  return {
    // A vector for each space is added when the first of its vectors comes.
    vectors: {},
    ...(hasWords ? searchable : {}),
    ...(hasMemoryField ? { payload: { memory: 'cold' } } : { on_disk_payload: true }),
    strict_mode_config: STRICT,
    ...(shards === null ? {} : { shard_number: shards }),
    ...(replicas === null ? {} : { replication_factor: replicas }),
    ...(writeConsistency === null ? {} : { write_consistency_factor: writeConsistency }),
  };
}

async function findCollection(
  connection: QdrantConnection,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Schemas['CollectionInfo'] | undefined> {
  try {
    return await connection.call('a look at the collection', signal, (client) => client.getCollection(name));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function missingIndexes(info: Schemas['CollectionInfo'], indexes: typeof CHUNK_INDEXES): string[] {
  return Object.keys(indexes).filter((field) => info.payload_schema[field] === undefined);
}

function metadataOf(connection: QdrantConnection, name: string, info: Schemas['CollectionInfo']): Metadata {
  const parsed = METADATA.safeParse(info.config.metadata);
  if (!parsed.success)
    throw foreignCollection(connection, name, 'another program made it; choose another ASKBOX_COLLECTION');
  const { format, analyser } = parsed.data;
  if (format > FORMAT_VERSION || analyser > ANALYSER_VERSION) {
    throw foreignCollection(
      connection,
      name,
      `a newer askbox made it (format ${format}.${analyser}, this one knows ${FORMAT_VERSION}.${ANALYSER_VERSION}); update askbox or choose another ASKBOX_COLLECTION`,
    );
  }
  return parsed.data;
}

async function patchMetadata(
  connection: QdrantConnection,
  name: string,
  metadata: Partial<Metadata>,
  signal: AbortSignal | undefined,
): Promise<void> {
  // Members that are not named stay as they are.
  await connection.call('a change of the collection', signal, (client) => client.updateCollection(name, { metadata }));
}

function foreignCollection({ server }: QdrantConnection, name: string, reason: string): StoreError {
  return new StoreError(
    'STORE_FOREIGN',
    `the collection ${name} of the Qdrant at ${server} is not one that this askbox can use: ${reason}`,
  );
}
