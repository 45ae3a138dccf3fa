import { setImmediate as turnForOthers } from 'node:timers/promises';
import type { StoreWriter } from '#shared/store/store.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** A content that lost its last file may come back, by an undo or a slow move; its chunks and vectors wait so long. */
const ORPHAN_GRACE_MS = 10 * 60_000;
/** Followers of the feed that were away for longer start from a snapshot. */
const KEEP_REMOVALS_MS = 7 * 24 * 3_600_000;

/**
 * Paths withdrawn by one call of the store and two transactions of the ledger: 20 ms of CPU time with SQLite, after which
 * whatever else is due gets its turn.
 */
const WITHDRAWN_AT_ONCE = 100;

/**
 * Takes out of the store what must no longer be searchable: removed documents, and the old version of those that failed for
 * good. A file that is put back while others are being withdrawn is left alone. Safe to repeat and to be killed in.
 * @returns how many paths were withdrawn.
 */
export async function withdrawRemoved(ledger: Ledger, store: StoreWriter, signal: AbortSignal): Promise<number> {
  let withdrawn = 0;
  while (true) {
    // Chosen again for each batch: by then, files of an older list may have been put back.
    const removals = ledger.startWithdrawingNext(WITHDRAWN_AT_ONCE);
    if (removals.length === 0) return withdrawn;
    await store.unpublishAll(removals, signal);
    ledger.withdrawnAll(removals);
    withdrawn += removals.length;
    await turnForOthers();
  }
}

/** Deletes what nothing refers to any more, once its grace is over, and forgets old removals. */
export async function collectGarbage(
  ledger: Ledger,
  store: StoreWriter,
  now: () => number,
  signal: AbortSignal,
): Promise<void> {
  const contents = ledger.contents.startCollecting(ledger.contents.orphaned(now() - ORPHAN_GRACE_MS, now()));
  if (contents.length > 0) {
    await store.collect(contents, signal);
    ledger.contents.collected(contents);
  }
  ledger.sweep(now() - KEEP_REMOVALS_MS);
}
