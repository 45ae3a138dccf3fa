import { raceAbort } from '../../abort.ts';
import { QdrantClient } from '@qdrant/js-client-rest';
import type { QdrantConfig } from '../../config.ts';
import { StoreError } from '../../errors.ts';
import { qdrantError } from './errors.ts';

/** The versions 1.x that are supported. Older ones cannot add a named vector to a collection that exists. */
const OLDEST_MINOR = 18;
const NEWEST_MINOR = 20;

/** From 1.19 on `memory` says where data is kept; the fields that did so before are deprecated. */
const MEMORY_FIELD_SINCE_MINOR = 19;

/** No call may take longer. A reader gives up on a whole search a little later: see retrying-store.ts. */
const CALL_TIMEOUT_MS = 10_000;

/**
 * A server of a supported version. All calls go through `call`, which makes them abortable and turns their errors into
 * ours.
 */
export interface QdrantConnection {
  /** The server's address without user and password, for messages. */
  readonly server: string;
  /** Name of the collection of chunks. */
  readonly chunks: string;
  /** Name of the collection of documents, which also has the vector spaces. */
  readonly documents: string;
  /** Whether the server knows the `memory` field. */
  readonly hasMemoryField: boolean;
  /** Parameters of every write: it is confirmed once it can be read, and all replicas apply writes in one order. */
  readonly writing: { readonly wait: true; readonly ordering?: 'medium' };
  /** Parameters of every read but a search: the result is what most replicas agree on. */
  readonly reading: { readonly consistency?: 'majority' };
  /**
   * Sends a request. Once aborted, it may still take effect on the server.
   * @param name what the server is asked to do, as a verb, for the message.
   * @throws StoreError; the signal's reason if it aborts.
   */
  readonly call: <Result>(
    name: string,
    signal: AbortSignal | undefined,
    send: (client: QdrantClient) => Promise<Result>,
  ) => Promise<Result>;
}

/**
 * Asks the server for its version and returns a connection to it.
 * @param timeoutMs of each call.
 * @throws StoreError STORE_UNSUPPORTED for a server of another version, and whatever a call throws.
 */
export async function connectToQdrant(
  settings: QdrantConfig,
  signal?: AbortSignal,
  timeoutMs = CALL_TIMEOUT_MS,
): Promise<QdrantConnection> {
  const client = openClient(settings, timeoutMs);
  const server = new URL(settings.url).origin;
  const isReplicated = (settings.replicas ?? 1) > 1;

  const call: QdrantConnection['call'] = async (name, callSignal, send) => {
    callSignal?.throwIfAborted();
    try {
      return await raceAbort(send(client), callSignal);
    } catch (error) {
      callSignal?.throwIfAborted();
      throw qdrantError(server, name, error);
    }
  };

  const { version } = await call('report its version', signal, () => client.versionInfo());
  return {
    server,
    chunks: `${settings.collection}_chunks`,
    documents: `${settings.collection}_documents`,
    hasMemoryField: supportedMinor(server, version) >= MEMORY_FIELD_SINCE_MINOR,
    writing: { wait: true, ...(isReplicated ? { ordering: 'medium' } : {}) },
    reading: isReplicated ? { consistency: 'majority' } : {},
    call,
  };
}

function openClient({ url, apiKey }: QdrantConfig, timeoutMs: number): QdrantClient {
  const { origin, pathname } = new URL(url);
  return new QdrantClient({
    url: origin,
    prefix: pathname === '/' ? '' : pathname.replace(/\/$/, ''),
    // An address without a port means Qdrant's 6333. URL drops the default port of the scheme, so the text is checked.
    port: /^https?:\/\/[^/]*:\d+/.test(url) ? null : 6333,
    timeout: timeoutMs,
    // The client would only print a warning; supportedMinor refuses.
    checkCompatibility: false,
    headers: {
      // A compressed response comes in pieces, and the last one waits 40 ms for our delayed TCP acknowledgement.
      // Measured on loopback: a search of 957 chunks takes 17 ms without compression, 101 ms with it.
      'accept-encoding': 'identity',
      // Not as the client's option, which prints a warning for a key over http: normal between containers of one host.
      ...(apiKey === null ? {} : { 'api-key': apiKey }),
    },
  });
}

function supportedMinor(server: string, version: string): number {
  const [major, minor] = version.split('.').map(Number);
  if (major === 1 && minor !== undefined && minor >= OLDEST_MINOR && minor <= NEWEST_MINOR) return minor;
  throw new StoreError(
    'STORE_UNSUPPORTED',
    `the Qdrant at ${server} has version ${version}; run one from 1.${OLDEST_MINOR} to 1.${NEWEST_MINOR}`,
  );
}
