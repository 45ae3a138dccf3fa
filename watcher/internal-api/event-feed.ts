import { settledOrAborted } from '#shared/abort.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { documentIdOf, type DocumentId } from '#shared/document.ts';
import type { IngestionState, Progress } from '#shared/watcher-api/watcher-api.ts';
import type { DocumentDetails } from '../documents/document-details.ts';
import { documentStateFromLedger } from '../documents/document-state.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { pause, Wake } from '../waiting/wake.ts';

/** Maximum rows per read of the ledger; the next read takes the rest. */
const BATCH_ROWS = 500;
/** Shortest time between two batches of events, so that bursts are merged. */
const SEND_EVERY_MS = 250;
/** How often the ingestion state is checked: pausing changes no document, so nothing else would wake the feed. */
const CHECK_EVERY_MS = 1000;
/** How often a comment is sent, so that both ends notice a dead connection. */
const KEEP_ALIVE_MS = 15_000;

/** Passes the progress of documents that are being read to all listeners. Nothing is stored. */
export class ProgressFeed {
  readonly #listeners = new Set<(progress: Progress) => void>();

  /** Reports progress to all listeners. @param share of the file that has been read, 0 to 1. */
  report(path: string, share: number): void {
    const progress = { id: documentIdOf(path), path, progress: share };
    for (const listener of this.#listeners) listener(progress);
  }

  /** Adds a listener. @returns a function that removes it. */
  onProgress(listener: (progress: Progress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/**
 * Serves server-sent events to the followers of the documents. Nothing is queued for a follower: whenever its
 * connection can take more, the feed reads from the ledger what has changed since the follower's position. A slow
 * follower therefore gets only the latest state of each document, and memory does not grow.
 */
export class EventFeed {
  readonly #ledger: Ledger;
  readonly #details: DocumentDetails;
  readonly #progress: ProgressFeed;
  readonly #ingestion: () => IngestionState;

  constructor(ledger: Ledger, details: DocumentDetails, progress: ProgressFeed, ingestion: () => IngestionState) {
    this.#ledger = ledger;
    this.#details = details;
    this.#progress = progress;
    this.#ingestion = ingestion;
  }

  /** Sends events until the follower disconnects or the signal aborts, from the position given by `Last-Event-ID`. */
  async serve(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const disconnected = new AbortController();
    response.on('close', () => disconnected.abort());
    const ended = AbortSignal.any([disconnected.signal, signal]);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });

    const lastEventId = request.headers['last-event-id'];
    const position = this.#positionAfter(typeof lastEventId === 'string' ? Number(lastEventId) : this.#ledger.seq);
    if (position === undefined) {
      response.end('event: reset\ndata: {}\n\n');
      return;
    }
    await this.#follow(position, response, ended);
    response.end();
  }

  /** Returns undefined if the feed cannot resume there: the ledger was rebuilt or has forgotten removals since then. */
  #positionAfter(seq: number): number | undefined {
    return Number.isSafeInteger(seq) && seq >= this.#ledger.sweptSeq && seq <= this.#ledger.seq ? seq : undefined;
  }

  async #follow(from: number, response: ServerResponse, ended: AbortSignal): Promise<void> {
    const due = new Wake();
    const progress = new Map<DocumentId, Progress>();
    const stopListening = [
      this.#ledger.onChange(() => due.now()),
      this.#progress.onProgress((event) => {
        progress.set(event.id, event);
        due.now();
      }),
    ];
    try {
      let position = from;
      let ingestion = '';
      let keptAliveMs = performance.now();
      while (!ended.aborted) {
        // A tombstone that this follower has not seen was deleted before its time.
        if (position < this.#ledger.sweptSeq) return void response.write('event: reset\ndata: {}\n\n');
        const rows = this.#ledger.changedSince(position, BATCH_ROWS);
        for (const row of rows) {
          const state = documentStateFromLedger(row, this.#ledger, this.#details);
          send(response, 'status' in state ? 'document' : 'removed', state, row.seq);
          position = row.seq;
        }
        for (const event of progress.values()) send(response, 'progress', event);
        progress.clear();
        const state = JSON.stringify(this.#ingestion());
        if (state !== ingestion) response.write(`event: ingestion\ndata: ${(ingestion = state)}\n\n`);

        await drained(response, ended);
        if (rows.length === BATCH_ROWS) continue;
        await pause(SEND_EVERY_MS, ended);
        await due.sleep(CHECK_EVERY_MS, ended);
        if (performance.now() - keptAliveMs > KEEP_ALIVE_MS && !ended.aborted) {
          response.write(': still here\n\n');
          keptAliveMs = performance.now();
        }
      }
    } finally {
      for (const stop of stopListening) stop();
    }
  }
}

function send(response: ServerResponse, event: string, body: unknown, id?: number): void {
  response.write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(body)}\n\n`);
}

/** Waits until the follower has read what was written, if it is slower than the feed. */
async function drained(response: ServerResponse, ended: AbortSignal): Promise<void> {
  if (!response.writableNeedDrain || ended.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once('drain', resolve);
  await settledOrAborted(promise, ended);
}
