import path from 'node:path';
import { messageOf } from '#shared/errors.ts';
import type { Log } from '#shared/log.ts';
import type { DetailMove, DocumentDetails } from './document-details.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerDocument } from '../ledger/document.ts';
import { pause, Wake } from '../waiting/wake.ts';

const BATCH_ROWS = 500;
/** Shortest time between two reads of the ledger: renames come in bursts. */
const READ_EVERY_MS = 250;
/** Every change of the ledger wakes the loop, so this only bounds the timer. */
const IDLE_MS = 3_600_000;
/** Wait after an error, such as a full disk. */
const RETRY_MS = 5000;
/**
 * How much earlier than the disappearance of the old path the new one may have been seen first, since a move takes
 * time. A file that was there longer is a copy, not the renamed file.
 */
const MOVE_MS = 10 * 60_000;

/**
 * Moves titles and tags along with renamed files. The new path of a file has the same bytes and was first seen at about
 * the time when the old path disappeared. Starts from the beginning of the ledger, so that a kill loses no rename. Runs
 * until it is disposed.
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
      await pause(isMore ? 0 : READ_EVERY_MS, signal);
      if (!isMore) await due.sleep(IDLE_MS, signal);
    } catch (error) {
      log.error({ reason: messageOf(error) }, 'titles and tags could not follow a renamed file; trying again');
      await pause(RETRY_MS, signal);
    }
  }
  stopListening();
}

/** Remembers the files with details that are gone, and finds their new paths. */
class Renames {
  readonly #ledger: Ledger;
  readonly #details: DocumentDetails;
  /** Removed documents that have details, by the hash of their bytes. */
  readonly #gone = new Map<string, readonly LedgerDocument[]>();

  constructor(ledger: Ledger, details: DocumentDetails) {
    this.#ledger = ledger;
    this.#details = details;
  }

  /** Processes changes of the ledger, each of which may be given twice, and moves details. @returns the moves. */
  take(rows: readonly LedgerDocument[]): readonly DetailMove[] {
    const gone = rows.filter((row) => row.state === 'REMOVED' && this.#details.has(row.path));
    for (const row of gone) {
      if (row.bytesSha256 === null) continue;
      const others = (this.#gone.get(row.bytesSha256) ?? []).filter((other) => other.path !== row.path);
      this.#gone.set(row.bytesSha256, [...others, row]);
    }
    // The ledger may have the new path for longer than the removal of the old one, so all documents are candidates.
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
