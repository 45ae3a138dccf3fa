import type { StoreWriter } from '#shared/store/store.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** A content that lost its last file may come back, by an undo or a slow move; its chunks and vectors wait so long. */
const ORPHAN_GRACE_MS = 10 * 60_000;
/** Followers of the feed that were away for longer start from a snapshot. */
const KEEP_REMOVALS_MS = 7 * 24 * 3_600_000;

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
