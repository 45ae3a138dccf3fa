import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { readInternalKey } from './read-internal-key.ts';
import { endWhenSilent } from './end-when-silent.ts';
import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.ts';
import type { Snapshot, WatcherEvent } from './watcher-api.ts';

/** Where the watcher is, and what to call with what it sends. */
export interface FollowWatcherOptions {
  /** Base URL of the internal endpoint. */
  readonly url: string;
  /** Read again at every attempt: the watcher may create it after this process has started. */
  readonly keyFile: string;
  /** Stops following. */
  readonly signal: AbortSignal;
  /** Called first, and again after every lost connection, with all documents; replaces everything received before. */
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** Called with every event after the snapshot, in order and without duplicates. Never with `reset`. */
  readonly onEvent: (event: Exclude<WatcherEvent, { type: 'reset' }>) => void;
  /** Called once for every connection that is lost or cannot be opened, with a reason for people. */
  readonly onLost: (reason: string) => void;
  readonly log: Log;
  /** How long the connection may be silent before it counts as lost, in milliseconds. Default: 40 s. */
  readonly maxSilenceMs?: number;
}

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
/** Long enough for a snapshot of half a million documents. */
const SNAPSHOT_TIMEOUT_MS = 60_000;
/** The watcher sends a comment every 15 s; a watcher that is busy may be late with one. */
const MAX_SILENCE_MS = 40_000;

/**
 * Follows the watcher until the signal aborts: a snapshot, then the events after its seq. When the connection is lost
 * it starts over with a snapshot, because the watcher that answers next may have a new ledger. Never rejects.
 */
export async function followWatcher(options: FollowWatcherOptions): Promise<void> {
  const { signal, onSnapshot, onLost, log } = options;
  let failures = 0;
  let isLost = false;
  const onFound: typeof onSnapshot = (snapshot) => {
    isLost = false;
    onSnapshot(snapshot);
  };
  while (!signal.aborted) {
    try {
      await followOnce({ ...options, onSnapshot: onFound }, () => (failures = 0));
    } catch (error) {
      if (signal.aborted) return;
      if (!isLost) {
        log.warn({ url: options.url, reason: reasonOf(error) }, 'watcher lost');
        onLost(reasonOf(error));
        isLost = true;
      }
      failures++;
      // Jitter, so that several clients do not reconnect at the same instant.
      const retryMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
      await sleep(retryMs, undefined, { signal }).catch(() => {});
    }
  }
}

/** Resolves when the watcher asks for a new snapshot (`reset`); throws when the connection is lost. */
async function followOnce(options: FollowWatcherOptions, onConnected: () => void): Promise<void> {
  const { url, keyFile, signal, onSnapshot, onEvent, maxSilenceMs = MAX_SILENCE_MS, log } = options;
  const authorization = `Bearer ${await readInternalKey(keyFile)}`;
  const get = async (path: string, headers: Record<string, string>, until: AbortSignal): Promise<Response> => {
    const response = await fetch(new URL(path, url), { headers: { authorization, ...headers }, signal: until });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new Error(`${url}${path} answered ${response.status}`);
  };

  const patience = AbortSignal.any([signal, AbortSignal.timeout(SNAPSHOT_TIMEOUT_MS)]);
  const response = await get('/v1/documents', {}, patience);
  // Sound: the endpoint is ours and requires our key, and watcher-api.ts gives both sides this type.
  const snapshot = (await response.json()) as Snapshot;
  onSnapshot(snapshot);

  using silence = endWhenSilent(maxSilenceMs);
  const following = AbortSignal.any([signal, silence.signal]);
  const events = await get('/v1/events', { 'last-event-id': String(snapshot.seq) }, following);
  onConnected();
  log.info({ url, documents: snapshot.documents.length, seq: snapshot.seq }, 'watcher followed');
  // A response to GET with status 200 has a body.
  for await (const sent of readServerSentEvents(silence.watch(events.body!))) {
    const event = watcherEventOf(sent);
    if (event?.type === 'reset') return;
    if (event !== undefined) onEvent(event);
  }
  throw new Error('the watcher closed the connection');
}

/** Returns undefined for an event that only a newer watcher knows. */
function watcherEventOf({ event, data }: ServerSentEvent): WatcherEvent | undefined {
  switch (event) {
    case 'document':
      return { type: event, document: JSON.parse(data) };
    case 'removed':
      return { type: event, document: JSON.parse(data) };
    case 'progress':
      return { type: event, progress: JSON.parse(data) };
    case 'ingestion':
      return { type: event, ingestion: JSON.parse(data) };
    case 'reset':
      return { type: event };
    default:
      return undefined;
  }
}

/** Adds the cause, which names the address: `fetch failed` alone does not. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}
