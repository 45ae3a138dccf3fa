import type { Schemas } from '@qdrant/js-client-rest';
import { z } from 'zod';
import type { QdrantConfig } from '../../config.ts';
import { StoreError } from '../../errors.ts';
import { ANALYSER_VERSION } from '../../text/analyser.ts';
import type { QdrantConnection } from './connection/connection.ts';
import { isConflict, isNotFound } from './connection/errors.ts';
import { WORDS } from './payload.ts';

/**
 * Version of the payloads and vectors, kept in the metadata of both collections. From 2 on, chunks have their language;
 * migrate.ts adds it to older ones.
 */
const FORMAT_VERSION = 2;

const METADATA = z.object({
  program: z.literal('askbox'),
  format: z.number(),
  /** Id of the installation whose inbox is stored here; see owner.ts. */
  owner: z.string(),
  /** Analyser version of all `words` vectors; 0 while they are being replaced. */
  analyser: z.number(),
});
type Metadata = z.infer<typeof METADATA>;

/**
 * The payload fields to filter or order by. They are indexed before the first point, so that HNSW takes them into
 * account.
 */
const CHUNK_INDEXES: Readonly<Record<string, 'keyword' | 'bool' | 'integer'>> = {
  content: 'keyword',
  live: 'bool',
  liveRevision: 'integer',
  ordinal: 'integer',
  startChar: 'integer',
  endChar: 'integer',
  embeddedTextHash: 'keyword',
  language: 'keyword',
};
const DOCUMENT_INDEXES: typeof CHUNK_INDEXES = { kind: 'keyword', content: 'keyword', revision: 'integer' };

/** Makes the server refuse requests that would have to read every point. */
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
 * Creates the two collections if they are missing, and completes what a crash left incomplete.
 * @param owner id of this installation.
 * @returns the version of the analyser that computed the words, whether migrate.ts has something to do, and whether there
 * are several copies of the shards.
 * @throws StoreError STORE_FOREIGN for collections of another owner, another program or a newer askbox.
 */
export async function makeCollections(
  connection: QdrantConnection,
  settings: QdrantConfig,
  owner: string,
  signal?: AbortSignal,
): Promise<{ readonly analyser: number; readonly isOldFormat: boolean; readonly isReplicated: boolean }> {
  const { chunks, documents } = connection;
  const made = [
    await makeCollection(connection, documents, DOCUMENT_INDEXES, settings, owner, signal),
    await makeCollection(connection, chunks, CHUNK_INDEXES, settings, owner, signal),
  ];
  return {
    analyser: made[1]!.analyser,
    isOldFormat: made.some(({ format }) => format < FORMAT_VERSION),
    isReplicated: made.some(({ copies }) => copies > 1),
  };
}

/**
 * Whether both collections exist, are complete, and have our format and the words of our analyser version.
 * @throws StoreError STORE_FOREIGN for collections of another program or a newer askbox.
 */
export async function areCollectionsReady(connection: QdrantConnection, signal?: AbortSignal): Promise<boolean> {
  for (const [name, indexes] of [
    [connection.documents, DOCUMENT_INDEXES],
    [connection.chunks, CHUNK_INDEXES],
  ] as const) {
    const info = await findCollection(connection, name, signal);
    if (info === undefined || missingIndexes(info, indexes).length > 0) return false;
    const { analyser, format } = metadataOf(connection, name, info);
    if (analyser !== ANALYSER_VERSION || format < FORMAT_VERSION) return false;
  }
  return true;
}

/** Records the analyser version of the words. @param analyser 0 while they are being replaced; readers then wait. */
export async function noteAnalyser(
  connection: QdrantConnection,
  analyser: number,
  signal?: AbortSignal,
): Promise<void> {
  for (const name of [connection.documents, connection.chunks]) {
    await patchMetadata(connection, name, { analyser }, signal);
  }
}

/** Records that everything stored has the current format. */
export async function noteFormat(connection: QdrantConnection, signal?: AbortSignal): Promise<void> {
  for (const name of [connection.documents, connection.chunks]) {
    await patchMetadata(connection, name, { format: FORMAT_VERSION }, signal);
  }
}

async function makeCollection(
  connection: QdrantConnection,
  name: string,
  indexes: typeof CHUNK_INDEXES,
  settings: QdrantConfig,
  owner: string,
  signal: AbortSignal | undefined,
): Promise<Metadata & { readonly copies: number }> {
  let info = await findCollection(connection, name, signal);
  if (info === undefined) {
    const hasWords = name === connection.chunks;
    const metadata: Metadata = { program: 'askbox', format: FORMAT_VERSION, owner, analyser: ANALYSER_VERSION };
    try {
      await connection.call('create a collection', signal, (client) =>
        client.createCollection(name, { ...definition(connection, settings, hasWords), metadata }),
      );
    } catch (error) {
      // A node may have created it for us and not said so in time; the call then went to another one. Its owner tells.
      if (!isConflict(error)) throw error;
    }
    info = await connection.call('describe a collection', signal, (client) => client.getCollection(name));
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
    await connection.call('create an index', signal, (client) =>
      client.createPayloadIndex(name, { field_name: field, field_schema: indexes[field]!, ...connection.writing }),
    );
  }
  return { ...metadata, copies: info.config.params.replication_factor ?? 1 };
}

/** Texts stay on disk. What is searched stays in memory: the words, and eight bits of each number of a vector. */
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
    // The named vector of a space is added with the first vector of that space.
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
    return await connection.call('describe a collection', signal, (client) => client.getCollection(name));
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
  // The server keeps members that are not given.
  await connection.call('change a collection', signal, (client) => client.updateCollection(name, { metadata }));
}

function foreignCollection({ server }: QdrantConnection, name: string, reason: string): StoreError {
  return new StoreError(
    'STORE_FOREIGN',
    `this askbox cannot use the collection ${name} of the Qdrant at ${server}: ${reason}`,
  );
}
