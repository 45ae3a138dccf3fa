import type { QdrantClient } from '@qdrant/js-client-rest';
import { raceAbort } from '../../../abort.ts';
import type { QdrantConfig } from '../../../config.ts';
import { StoreError } from '../../../errors.ts';
import { nodeFaultOf } from './errors.ts';
import { QdrantNode, type NodePatience } from './node.ts';

/** The nodes of one cluster by their addresses, or a single server. */
export interface Nodes {
  /** The addresses without user and password, for messages. */
  readonly server: string;
  /** The lowest minor version among the nodes that were there at the beginning. */
  readonly minorVersion: number;
  /**
   * Sends a request to the first node that is not known to be away, and to the next ones if it fails there. Once aborted,
   * it may still take effect on a server.
   * @param name what the server is asked to do, as a verb, for the message.
   * @throws StoreError; the signal's reason if it aborts.
   */
  readonly call: <Result>(
    name: string,
    signal: AbortSignal | undefined,
    send: (client: QdrantClient) => Promise<Result>,
  ) => Promise<Result>;
  /** Returns why nodes are not used at present, a message for each. Always empty for a single server. */
  readonly troubles: () => Promise<readonly string[]>;
}

type NodeSettings = Pick<QdrantConfig, 'urls' | 'apiKey'>;

/**
 * Finds out which nodes can be used, and returns them all: a node that is away is used once it is back.
 * @throws StoreError STORE_UNSUPPORTED if an address leads to no Qdrant of a supported version or to another cluster,
 * STORE_REFUSED for a wrong key, STORE_UNAVAILABLE if all nodes are away.
 */
export async function openNodes(
  { urls, apiKey }: NodeSettings,
  signal: AbortSignal | undefined,
  patience: NodePatience,
): Promise<Nodes> {
  signal?.throwIfAborted();
  const nodes = urls.map((url) => new QdrantNode(url, apiKey, patience));
  const [first] = nodes;
  if (first === undefined) throw new StoreError('STORE_UNSUPPORTED', 'QDRANT_URL is empty; set it to an address');
  if (nodes.length === 1) return openOne(first, signal, patience);

  const admit = admitting();
  const results = await raceAbort(Promise.allSettled(nodes.map((node) => node.probe(admit))), signal);
  const failures = results.flatMap((result) => (result.status === 'rejected' ? asError(result.reason) : []));
  const wrong = failures.find((failure) => !(failure instanceof StoreError && failure.isRetryable));
  if (wrong !== undefined) throw wrong;
  if (failures.length === nodes.length) throw allAway('report its version', failures);

  return {
    server: nodes.map(({ server }) => server).join(', '),
    minorVersion: Math.min(...nodes.flatMap(({ minorVersion }) => minorVersion ?? [])),
    call: (name, callSignal, send) => callOne(nodes, admit, patience, name, callSignal, send),
    troubles: async () => {
      await Promise.allSettled(nodes.filter(({ isInDoubt }) => isInDoubt).map((node) => node.probe(admit)));
      return nodes.flatMap(({ trouble }) => trouble?.message ?? []);
    },
  };
}

async function openOne(node: QdrantNode, signal: AbortSignal | undefined, { callMs }: NodePatience): Promise<Nodes> {
  const call: Nodes['call'] = async (name, callSignal, send) => {
    callSignal?.throwIfAborted();
    return raceAbort(node.ask(name, callMs, send), callSignal);
  };
  const minorVersion = await raceAbort(node.identify(callMs), signal);
  return { server: node.server, minorVersion, call, troubles: async () => [] };
}

/** Returns a check that all nodes know each other: those of two clusters would hold different documents. */
function admitting(): (node: QdrantNode, peers: readonly string[]) => void {
  let known: { readonly server: string; readonly peers: Set<string> } | undefined;
  return ({ server }, peers) => {
    if (peers.length === 0) {
      throw new StoreError(
        'STORE_UNSUPPORTED',
        `the Qdrant at ${server} is no node of a cluster, but QDRANT_URL has several addresses; remove this one, or start it with QDRANT__CLUSTER__ENABLED=true`,
      );
    }
    known ??= { server, peers: new Set(peers) };
    const { peers: all } = known;
    if (!peers.some((peer) => all.has(peer))) {
      throw new StoreError(
        'STORE_UNSUPPORTED',
        `the Qdrants at ${known.server} and ${server} are not nodes of one cluster; remove one of them from QDRANT_URL`,
      );
    }
    for (const peer of peers) all.add(peer);
  };
}

async function callOne<Result>(
  nodes: readonly QdrantNode[],
  admit: Parameters<QdrantNode['probe']>[0],
  { callMs, turnMs }: NodePatience,
  name: string,
  signal: AbortSignal | undefined,
  send: (client: QdrantClient) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const usable = nodes.filter(({ trouble }) => trouble === null);
  const away = nodes.filter(({ trouble }) => trouble !== null);
  // Looks in the background whether they are back, so that no caller waits for a dead machine.
  for (const node of away) if (node.isInDoubt) void node.probe(admit).catch(() => {});

  const failures: Error[] = [];
  for (const [i, node] of [...usable, ...away].entries()) {
    try {
      if (node.isInDoubt || node.trouble !== null) await raceAbort(node.probe(admit), signal);
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(asError(error));
      continue;
    }
    try {
      return await raceAbort(node.ask(name, i < usable.length - 1 ? turnMs : callMs, send), signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (nodeFaultOf(error) === null) throw error;
      failures.push(asError(error));
    }
  }
  throw allAway(name, failures);
}

function allAway(name: string, failures: readonly Error[]): StoreError {
  const reasons = failures.map(({ message }) => message).join('; ');
  return new StoreError('STORE_UNAVAILABLE', `no node of Qdrant can ${name} now: ${reasons}`, {
    cause: failures.at(-1),
  });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
