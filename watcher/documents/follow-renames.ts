import path from 'node:path';
import { messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { DetailMove, DocumentDetails } from './document-details.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerDocument } from '../ledger/document.ts';
import { pause, Wake } from '../waiting/wake.ts';

const BATCH_ROWS = 500;
/** Renames come in bursts. */
const LOOK_EVERY_MS = 250;
/** What is not said by the ledger is not waited for: this only bounds the timer. */
const IDLE_MS = 3_600_000;
/** After a full disk, say. */
const RETRY_MS = 5000;
/** A file that was first seen so long before another one vanished is a copy, not where it went: moves take time as well. */
const MOVE_MS = 10 * 60_000;

/**
 * Lets titles and tags follow a file to its new name: the same bytes, first seen about when the old path vanished.
 * Starts from the beginning of the ledger, so that a kill in between loses nothing. Runs until it is disposed of.
 */
export function followRenames(ledger: Ledger, details: DocumentDetails, log: Log): AsyncDisposable {
  const stop = new AbortController();
  const running = follow(ledger, details, log, stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

async function follow(ledger: Ledger, details: DocumentDetails, log: Log, signal: AbortSignal): Promise<void> {
  const due = new Wake();
  const stopListening = ledger.onChange(() => due.now());
  const renames = new Renames(ledger, details);
  let position = 0;
  while (!signal.aborted) {
    try {
      const rows = ledger.changedSince(position, BATCH_ROWS);
      for (const { from, to } of renames.take(rows)) log.info({ from, to }, 'title and tags follow a renamed file');
      position = rows.at(-1)?.seq ?? position;
      const isMore = rows.length === BATCH_ROWS;
      await pause(isMore ? 0 : LOOK_EVERY_MS, signal);
      if (!isMore) await due.sleep(IDLE_MS, signal);
    } catch (error) {
      log.error({ reason: messageOf(error) }, 'titles and tags could not follow a renamed file; it is tried again');
      await pause(RETRY_MS, signal);
    }
  }
  stopListening();
}

/** Knows which described files are gone, and finds where they went. */
class Renames {
  readonly #ledger: Ledger;
  readonly #details: DocumentDetails;
  /** By the hash of their bytes. */
  readonly #gone = new Map<string, readonly LedgerDocument[]>();

  constructor(ledger: Ledger, details: DocumentDetails) {
    this.#ledger = ledger;
    this.#details = details;
  }

  /** Takes in changes of the ledger; each may be given twice. @returns what has moved. */
  take(rows: readonly LedgerDocument[]): readonly DetailMove[] {
    const gone = rows.filter((row) => row.state === 'REMOVED' && this.#details.has(row.path));
    for (const row of gone) {
      if (row.bytesSha256 === null) continue;
      const others = (this.#gone.get(row.bytesSha256) ?? []).filter((other) => other.path !== row.path);
      this.#gone.set(row.bytesSha256, [...others, row]);
    }
    // The new path may be older in the ledger than the removal of the old one.
    const candidates = gone.length > 0 ? this.#ledger.documents() : rows;
    const moves = new Map<string, DetailMove>();
    for (const candidate of candidates) {
      const from = this.#originOf(candidate, moves);
      if (from !== undefined) moves.set(from, { from, to: candidate.path });
    }
    if (moves.size === 0) return [];
    this.#details.move([...moves.values()]);
    for (const { to } of moves.values()) this.#ledger.touch(to);
    return [...moves.values()];
  }

  #originOf(document: LedgerDocument, taken: ReadonlyMap<string, DetailMove>): string | undefined {
    if (document.state === 'REMOVED' || document.bytesSha256 === null || this.#details.has(document.path)) return;
    const origins = (this.#gone.get(document.bytesSha256) ?? []).filter(
      (gone) =>
        this.#details.has(gone.path) &&
        !taken.has(gone.path) &&
        this.#ledger.find(gone.path)?.state === 'REMOVED' &&
        document.createdMs >= (gone.missingSinceMs ?? gone.observedMs) - MOVE_MS,
    );
    const isSameName = (gone: LedgerDocument): boolean => path.basename(gone.path) === path.basename(document.path);
    return (origins.find(isSameName) ?? origins[0])?.path;
  }
}
