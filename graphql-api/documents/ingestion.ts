import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentState } from '#shared/watcher-api/watcher-api.ts';
import { isAtRest, type DocumentReplica } from './replica.ts';

/** The reading of the inbox as a whole, as the replica knows it. */
export interface Ingestion {
  readonly queued: number;
  readonly active: readonly DocumentState[];
  readonly unembeddedChunks: number;
  /** Null while the watcher has not been heard of. */
  readonly watching: 'EVENTS' | 'POLLING' | null;
  /** Null while it runs. */
  readonly pausedBecause: string | null;
}

const AT_MOST_EVERY_MS = 500;

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

/** The present state, then each later one, at most twice a second. `return()` acts at once. */
export function followIngestion(replica: DocumentReplica): AsyncIterableIterator<Ingestion> {
  const left = new AbortController();
  const ended = AbortSignal.any([left.signal, replica.ended]);
  let sent = '';
  return {
    next: async () => {
      while (!ended.aborted) {
        const ingestion = ingestionOf(replica);
        const progress = ingestion.active.map(({ id }) => replica.progressOf(id));
        const state = JSON.stringify([ingestion, progress]);
        if (state !== sent) {
          sent = state;
          return { done: false, value: ingestion };
        }
        await replica.changed(ended);
        await sleep(AT_MOST_EVERY_MS, undefined, { signal: ended }).catch(() => {}); // the loop sees that it ended
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
