import type { QdrantConfig } from '../../../config.ts';
import { NODE_PATIENCE, type NodePatience } from './node.ts';
import { openNodes, type Nodes } from './nodes.ts';

/** From 1.19 on `memory` says where data is kept; the fields that did so before are deprecated. */
const MEMORY_FIELD_SINCE_MINOR = 19;

/**
 * A server of a supported version, or a cluster. All calls go through `call`, which makes them abortable and turns their
 * errors into ours.
 */
export interface QdrantConnection extends Pick<Nodes, 'server' | 'call' | 'troubles'> {
  /** Name of the collection of chunks. */
  readonly chunks: string;
  /** Name of the collection of documents, which also has the vector spaces. */
  readonly documents: string;
  /** Whether the server knows the `memory` field. */
  readonly hasMemoryField: boolean;
  /**
   * Parameters of every write: it is confirmed once every copy that is in use can read it, and all copies apply writes in
   * one order. A copy that misses a write is taken out of use before the write is confirmed. So a read may ask any one
   * copy, which is the server's default, and succeeds as long as one copy is left.
   *
   * More than one copy at each read would be worse. `majority` asks all of them and fails while one node is away. `quorum`
   * drops a point that two copies have in different versions: a document would be gone for the moment in which it is
   * replaced.
   */
  readonly writing: { readonly wait: true; readonly ordering?: 'medium' };
}

/**
 * Asks the server for its version and returns a connection to it. Its writes are for collections with one copy of each
 * shard: see orderingWrites.
 * @param patience with the server. Default: that of the product.
 * @throws StoreError as openNodes does.
 */
export async function connectToQdrant(
  settings: QdrantConfig,
  signal?: AbortSignal,
  patience: Partial<NodePatience> = {},
): Promise<QdrantConnection> {
  const { minorVersion, ...nodes } = await openNodes(settings, signal, { ...NODE_PATIENCE, ...patience });
  return {
    ...nodes,
    chunks: `${settings.collection}_chunks`,
    documents: `${settings.collection}_documents`,
    hasMemoryField: minorVersion >= MEMORY_FIELD_SINCE_MINOR,
    writing: { wait: true },
  };
}

/** Returns a connection for collections with several copies of each shard. With one copy, the order only costs time. */
export function orderingWrites(connection: QdrantConnection): QdrantConnection {
  return { ...connection, writing: { wait: true, ordering: 'medium' } };
}
