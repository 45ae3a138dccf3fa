import { setImmediate as turnForOthers } from 'node:timers/promises';
import type { StoreWriter } from '#shared/store/store.ts';
import type { Ledger } from '../ledger/ledger.ts';

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
