import { raceAbort } from '../../abort.ts';
import { QdrantClient } from '@qdrant/js-client-rest';
import type { QdrantConfig } from '../../config.ts';
import { StoreError } from '../../errors.ts';
import { qdrantError } from './errors.ts';

/** The servers that the client and this driver speak with: those before lack named vectors on a live collection. */
const OLDEST_MINOR = 18;
const NEWEST_MINOR = 20;

/** From 1.19 on it is said by `memory` where a thing lies; the fields before are deprecated there. */
const MEMORY_FIELD_SINCE_MINOR = 19;

/** No call may take longer; a reader gives up on a whole search a little later. */
const CALL_TIMEOUT_MS = 10_000;

/** A server whose version we know, and the one place where calls are raced against the caller's signal and fail as ours. */
export interface QdrantConnection {
  /** Without user and password. */
  readonly server: string;
  readonly chunks: string;
  readonly documents: string;
  readonly hasMemoryField: boolean;
  /** Of every write: heard of once it can be read, and in one order on all replicas. */
  readonly writing: { readonly wait: true; readonly ordering?: 'medium' };
  /** Of every read: what most replicas agree on. */
  readonly reading: { readonly consistency?: 'majority' };
  /**
   * @param name what is asked for, as a noun, for the message.
   * @throws StoreError; the signal's reason when it aborts. The request may then still take effect on the server.
   */
  readonly call: <Result>(
    name: string,
    signal: AbortSignal | undefined,
    send: (client: QdrantClient) => Promise<Result>,
  ) => Promise<Result>;
}

/** @throws StoreError STORE_UNSUPPORTED for a server of another version, and whatever a call throws. */
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

  const { version } = await call('a look at its version', signal, () => client.versionInfo());
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
    // An address without a port means Qdrant's 6333, and one with the port of its scheme means that.
    port: /^https?:\/\/[^/]*:\d+/.test(url) ? null : 6333,
    timeout: timeoutMs,
    // The client only warns, on the console; we refuse, below.
    checkCompatibility: false,
    headers: {
      // A compressed answer comes in pieces, the last of which waits 40 ms for our side's delayed acknowledgement.
      // Measured on loopback: a search of 957 chunks takes 17 ms so, 101 ms with compression.
      'accept-encoding': 'identity',
      // Here, since the client prints a warning for a key over http, which is how containers of one host speak.
      ...(apiKey === null ? {} : { 'api-key': apiKey }),
    },
  });
}

function supportedMinor(server: string, version: string): number {
  const [major, minor] = version.split('.').map(Number);
  if (major === 1 && minor !== undefined && minor >= OLDEST_MINOR && minor <= NEWEST_MINOR) return minor;
  throw new StoreError(
    'STORE_UNSUPPORTED',
    `the Qdrant at ${server} is of version ${version}; run one from 1.${OLDEST_MINOR} to 1.${NEWEST_MINOR}`,
  );
}
