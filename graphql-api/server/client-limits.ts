import { BlockList, isIPv6 } from 'node:net';

/** How many of one thing clients may hold open at the same time. */
export interface ClientLimit {
  /** For one remote address; see `addressOf`. */
  readonly perAddress: number;
  /** For all clients together. */
  readonly total: number;
}

/**
 * What the clients of one remote address may hold, and all clients together. On loopback, or behind a proxy, all
 * clients have one address, so its share leaves room for 200 of them; a quarter of the total leaves room for others.
 */
export const CLIENT_LIMITS = {
  /** TCP connections, those of event streams and WebSockets included. */
  connections: { perAddress: 1_024, total: 4_096 },
  webSockets: { perAddress: 256, total: 1_024 },
  eventStreams: { perAddress: 128, total: 512 },
  /** Requests of MCP, each with one call. As many as an address may have unfinished answers. */
  mcpRequests: { perAddress: 64, total: 256 },
  /** Files that are being sent; each holds one open in the watcher. A page shows one or a few at a time. */
  downloads: { perAddress: 32, total: 128 },
} as const satisfies Record<string, ClientLimit>;

/** How long the server waits for a client, in milliseconds. */
export interface Patience {
  /** For the `connection_init` of a WebSocket, in time during which the event loop was free to read it. */
  readonly handshakeMs: number;
  /** For a client to take any of the bytes that wait for it. */
  readonly stalledMs: number;
}

/**
 * The handshake may take 6 s, in which delays of our own do not count (see websocket.ts). A client whose network is gone for
 * less than a minute gets to read on.
 */
export const DEFAULT_PATIENCE: Patience = { handshakeMs: 6_000, stalledMs: 60_000 };

/** Counts what clients hold of one thing. */
export interface ClientCounter {
  /** Takes one for a client of this address. @returns what gives it back, once; null if the limit is reached. */
  take(address: string): (() => void) | null;
}

/** Starts counting at zero. */
export function countClients({ perAddress, total }: ClientLimit): ClientCounter {
  const held = new Map<string, number>();
  let all = 0;
  return {
    take(address) {
      const before = held.get(address) ?? 0;
      if (before >= perAddress || all >= total) return null;
      held.set(address, before + 1);
      all++;
      return () => {
        all--;
        const left = held.get(address)! - 1;
        if (left > 0) held.set(address, left);
        else held.delete(address);
      };
    },
  };
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Returns what identifies the client's machine: an IPv4 address, the first 64 bits of an IPv6 address, of which one
 * machine may use all others, or `loopback`. Empty once the client has disconnected.
 */
export function addressOf({ remoteAddress = '' }: { readonly remoteAddress?: string | undefined }): string {
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/i, '');
  const isV6 = isIPv6(address);
  if (address !== '' && LOOPBACK.check(address, isV6 ? 'ipv6' : 'ipv4')) return 'loopback';
  return isV6 ? prefixOf(address) : address;
}

/** Returns the first four groups of an IPv6 address, with `::` written out. */
function prefixOf(address: string): string {
  const [head = '', tail] = address.split('%', 1)[0]!.split('::');
  const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')];
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: missing }, () => '0'), ...after].slice(0, 4).join(':');
}
