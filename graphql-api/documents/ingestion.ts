import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { turnForEvents } from '../turns/turns.ts';
import { isAtRest, type DocumentReplica } from './replica.ts';

/** How far the inbox has been read and indexed, as the replica knows it. */
export interface Ingestion {
  /** How many documents are waiting to be read or are being read. */
  readonly queued: number;
  /** The documents that are being read now. */
  readonly active: readonly DocumentState[];
  /** How many chunks are not searchable by meaning yet; those of copies count once. */
  readonly unembeddedChunks: number;
  /** Null until the watcher has been reached for the first time. */
  readonly watching: 'EVENTS' | 'POLLING' | null;
  /** Null while ingestion is running; WATCHER_AWAY if the watcher can't be reached. */
  readonly pausedBecause: string | null;
}

const AT_MOST_EVERY_MS = 500;

/** Returns the current state of ingestion. Walks over all documents. */
export function ingestionOf(replica: DocumentReplica): Ingestion {
  const documents = [...replica.documents()];
  // Copies share their chunks.
  const contents = new Map(documents.map((document) => [document.contentId, document]));
  contents.delete(null);
  return {
    queued: documents.filter((document) => !isAtRest(document)).length,
    active: documents.filter(({ status }) => status === 'EXTRACTING' || status === 'STORING'),
    unembeddedChunks: [...contents.values()].reduce(
      (sum, content) => sum + content.chunkCount - content.embeddedChunks,
      0,
    ),
    watching: replica.ingestion?.watching ?? null,
    pausedBecause: replica.staleBecause === null ? (replica.ingestion?.pausedBecause ?? null) : 'WATCHER_AWAY',
  };
}

/** The state of ingestion at one version of the replica, with a text that differs if and only if the state does. */
interface CurrentIngestion {
  readonly version: number;
  readonly ingestion: Ingestion;
  readonly fingerprint: string;
}

const lastStates = new WeakMap<DocumentReplica, CurrentIngestion>();

/** Returns the current state; walks over the documents once for all who follow it. */
function currentIngestion(replica: DocumentReplica): CurrentIngestion {
  const last = lastStates.get(replica);
  if (last?.version === replica.version) return last;
  const ingestion = ingestionOf(replica);
  const progress = ingestion.active.map(({ id }) => replica.progressOf(id));
  const current = { version: replica.version, ingestion, fingerprint: JSON.stringify([ingestion, progress]) };
  lastStates.set(replica, current);
  return current;
}

/**
 * Iterates over the states of ingestion: the current one, then every change, at most twice a second. Ends with the
 * replica. `return()` takes effect immediately.
 */
export function followIngestion(replica: DocumentReplica): AsyncIterableIterator<Ingestion> {
  const left = new AbortController();
  const ended = AbortSignal.any([left.signal, replica.ended]);
  let sent = '';
  return {
    next: async () => {
      while (!ended.aborted) {
        await turnForEvents();
        const { ingestion, fingerprint } = currentIngestion(replica);
        if (fingerprint !== sent) {
          sent = fingerprint;
          return { done: false, value: ingestion };
        }
        await replica.changed(ended);
        await sleep(AT_MOST_EVERY_MS, undefined, { signal: ended }).catch(() => {}); // the loop condition sees an abort
      }
      return { done: true, value: undefined };
    },
    return: async () => {
      left.abort();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
