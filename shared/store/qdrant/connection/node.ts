import { QdrantClient, QdrantClientTimeoutError } from '@qdrant/js-client-rest';
import { z } from 'zod';
import { raceDeadline } from '../../../abort.ts';
import { StoreError } from '../../../errors.ts';
import { isConnectionClosed, isForbidden, isNotFound, nodeFaultOf, qdrantError } from './errors.ts';

/** The versions 1.x that are supported. Older ones cannot add a named vector to a collection that exists. */
const OLDEST_MINOR = 18;
const NEWEST_MINOR = 20;

/** How long nodes are waited for, in milliseconds. */
export interface NodePatience {
  /** No call may take longer. A reader gives up on a whole search a little later: see retrying-store.ts. */
  readonly callMs: number;
  /** The same, while there is another node that can take the call over. */
  readonly turnMs: number;
  /** No node may take longer to say whether it is ready. */
  readonly probeMs: number;
  /** How long a node that did not answer is left alone. */
  readonly restMs: number;
  /**
   * A node that has been silent for longer is asked whether it is ready before it gets a call. It may have been restarted,
   * and then it serves what it had before until the other nodes have told it that its copies are out of date.
   */
  readonly quietMs: number;
}

/** The patience of the product. */
export const NODE_PATIENCE: NodePatience = {
  callMs: 10_000,
  turnMs: 4000,
  probeMs: 2000,
  restMs: 5000,
  quietMs: 1000,
};

const VERSION = z.object({ version: z.string() });

/** One address of Qdrant, and what is known of it. */
export class QdrantNode {
  /** The address without user and password, for messages. */
  readonly server: string;
  readonly #client: QdrantClient;
  readonly #patience: NodePatience;
  #trouble: StoreError | null = null;
  /** On the clock of `performance`, as the next one. */
  #heardAtMs = -Infinity;
  #restsUntilMs = 0;
  #minorVersion: number | null = null;
  /** Settles when the node has said whether it is ready; undefined if it is not being asked. */
  #probe: Promise<void> | undefined;

  constructor(url: string, apiKey: string | null, patience: NodePatience) {
    this.server = new URL(url).origin;
    this.#client = openClient(url, apiKey, patience.callMs);
    this.#patience = patience;
  }

  /** Why the node is not used at present; null if it is. */
  get trouble(): StoreError | null {
    return this.#trouble;
  }

  /** Null until the node was identified. Forgotten when it is in trouble, because it may come back upgraded. */
  get minorVersion(): number | null {
    return this.#minorVersion;
  }

  /** Whether it may be in another state than it seems: it was silent, or has been left alone for long enough. */
  get isInDoubt(): boolean {
    const now = performance.now();
    return this.#trouble === null ? now - this.#heardAtMs > this.#patience.quietMs : now >= this.#restsUntilMs;
  }

  /**
   * Sends a request. A node that does not answer is in trouble from then on.
   * @param name what the server is asked to do, as a verb, for the message.
   * @throws StoreError.
   */
  async ask<Result>(name: string, limitMs: number, send: (client: QdrantClient) => Promise<Result>): Promise<Result> {
    const late = (): Error => new QdrantClientTimeoutError('late');
    try {
      const result = await raceDeadline(send(this.#client), limitMs, late);
      this.#heardAtMs = performance.now();
      return result;
    } catch (error) {
      const failure = qdrantError(this.server, name, error);
      if (failure instanceof StoreError && nodeFaultOf(failure) === 'silent') {
        this.#leaveAlone(failure, isConnectionClosed(failure) ? 0 : this.#patience.restMs);
      }
      throw failure;
    }
  }

  /** Asks for the version. @throws StoreError STORE_UNSUPPORTED for another one, or if this is no Qdrant. */
  async identify(limitMs: number): Promise<number> {
    const answer = VERSION.safeParse(await this.ask('report its version', limitMs, (client) => client.versionInfo()));
    if (!answer.success) throw this.#notQdrant();
    this.#minorVersion = supportedMinor(this.server, answer.data.version);
    return this.#minorVersion;
  }

  /**
   * Finds out whether the node can be used; its trouble is over then. Calls at the same time share one request.
   * @param admit checks that the node belongs to the cluster: gets the ids of all nodes that it knows, none if it runs
   * alone.
   * @throws StoreError, which is the node's trouble from then on.
   */
  probe(admit: (node: QdrantNode, peers: readonly string[]) => void): Promise<void> {
    this.#probe ??= this.#findOut(admit).finally(() => (this.#probe = undefined));
    return this.#probe;
  }

  async #findOut(admit: (node: QdrantNode, peers: readonly string[]) => void): Promise<void> {
    const { probeMs } = this.#patience;
    try {
      const isNew = this.#minorVersion === null;
      if (isNew) await this.identify(probeMs);
      await this.ask('say that it is ready', probeMs, (client) => client.api().readyz({}));
      // A node that is not ready may not know the others yet.
      const peers = isNew ? await this.#peers() : null;
      if (peers !== null) admit(this, peers);
      this.#trouble = null;
    } catch (error) {
      const failure = isNotFound(error) ? this.#notQdrant() : error;
      if (failure instanceof StoreError) this.#leaveAlone(failure, this.#patience.restMs);
      throw failure;
    }
  }

  /** Returns the ids of the nodes of its cluster; null if the key does not allow to ask for them. */
  async #peers(): Promise<readonly string[] | null> {
    try {
      const ask = (client: QdrantClient) => client.api().clusterStatus({});
      const { result } = (await this.ask('describe its cluster', this.#patience.probeMs, ask)).data;
      return result?.status === 'enabled' ? Object.keys(result.peers) : [];
    } catch (error) {
      if (isForbidden(error)) return null;
      throw error;
    }
  }

  #leaveAlone(trouble: StoreError, restMs: number): void {
    this.#trouble = trouble;
    this.#minorVersion = null;
    this.#restsUntilMs = performance.now() + restMs;
  }

  #notQdrant(): StoreError {
    return new StoreError('STORE_UNSUPPORTED', `no Qdrant answers at ${this.server}; correct QDRANT_URL`);
  }
}

function openClient(url: string, apiKey: string | null, timeoutMs: number): QdrantClient {
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
