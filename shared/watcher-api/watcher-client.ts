import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { readInternalKey } from './internal-key.ts';
import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.ts';
import type { Snapshot, WatcherEvent } from './watcher-api.ts';

export interface FollowWatcherOptions {
  /** Base address of the internal endpoint. */
  readonly url: string;
  /** Read again at every try: the watcher may make it after we started. */
  readonly keyFile: string;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** First, and again after every lost line: everything known, which replaces what was known before. */
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** Everything after the snapshot, in order, none twice. Never `reset`. */
  readonly onEvent: (event: Exclude<WatcherEvent, { type: 'reset' }>) => void;
  /** The watcher can't be reached; called once for every line that is lost, with a reason for people. */
  readonly onLost: (reason: string) => void;
  readonly log: Log;
}

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
/** Enough for a snapshot of half a million documents. */
const SNAPSHOT_TIMEOUT_MS = 60_000;

/**
 * Follows the watcher for ever: snapshot, then events from its seq on; on a lost line again from the start, because the
 * watcher that answers next may have a new ledger. Resolves when the signal aborts; never rejects.
 */
export async function followWatcher(options: FollowWatcherOptions): Promise<void> {
  const { signal, onLost, log } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      await followOnce(options, () => (failures = 0));
    } catch (error) {
      if (signal.aborted) return;
      if (failures === 0) {
        log.warn({ url: options.url, reason: reasonOf(error) }, 'watcher lost');
        onLost(reasonOf(error));
      }
      failures++;
      // Jitter, so that several readers do not come back at the same instant.
      const retryMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
      await sleep(retryMs, undefined, { signal }).catch(() => {});
    }
  }
}

/** Resolves when the watcher asks for a new start; throws when the line breaks. */
async function followOnce(options: FollowWatcherOptions, onConnected: () => void): Promise<void> {
  const { url, keyFile, signal, onSnapshot, onEvent, log } = options;
  const authorization = `Bearer ${await readInternalKey(keyFile)}`;
  const get = async (path: string, headers: Record<string, string>, until: AbortSignal): Promise<Response> => {
    const response = await fetch(new URL(path, url), { headers: { authorization, ...headers }, signal: until });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new Error(`${url}${path} answered ${response.status}`);
  };

  const patience = AbortSignal.any([signal, AbortSignal.timeout(SNAPSHOT_TIMEOUT_MS)]);
  const response = await get('/v1/documents', {}, patience);
  // The endpoint is ours and asks for our key: its types are shared with the watcher.
  const snapshot = (await response.json()) as Snapshot;
  onSnapshot(snapshot);

  const events = await get('/v1/events', { 'last-event-id': String(snapshot.seq) }, signal);
  onConnected();
  log.info({ url, documents: snapshot.documents.length, seq: snapshot.seq }, 'watcher followed');
  // A response to GET with status 200 has a body.
  for await (const sent of readServerSentEvents(events.body!)) {
    const event = watcherEventOf(sent);
    if (event?.type === 'reset') return;
    if (event !== undefined) onEvent(event);
  }
  throw new Error('the watcher closed the line');
}

/** Undefined for an event of a newer watcher. */
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

/** `fetch failed` alone says nothing: the cause says which address refused. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}
