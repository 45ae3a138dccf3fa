import type { LedgerDocument } from '../ledger/document.ts';

/** The quiet time stops doubling here: a copy that stalls for longer is read twice. */
const MAX_DOUBLINGS = 5;
/** A change within so many quiet times of the one before belongs to the same run of changes. */
const SAME_RUN = 4;
/**
 * A file that keeps changing, such as a log, is read so often nevertheless, in a rest of the shortest quiet time. One that
 * never has that is not: it may be a large file that is being copied.
 */
const MAX_UNREAD_MS = 60_000;

/**
 * How long a file has to stay unchanged from now on: twice as long as before while it keeps changing. Scans in quick
 * succession see many changes in one short copy: one that was not let through has to change for half its time first.
 */
export function nextQuietMs(document: LedgerDocument | undefined, now: number, quietMs: number): number {
  if (document === undefined) return quietMs;
  const isSameRun = now - document.observedMs <= document.quietMs * SAME_RUN;
  const isShortRun = document.state === 'DISCOVERED' && Math.abs(now - document.unreadSinceMs) < document.quietMs / 2;
  if (isSameRun && isShortRun) return document.quietMs;
  return isSameRun ? Math.min(document.quietMs * 2, quietMs * 2 ** MAX_DOUBLINGS) : quietMs;
}

/** In how many milliseconds a file that does not change will have been quiet for long enough; not above 0: it has. */
export function quietInMs(document: LedgerDocument, now: number, quietMs: number): number {
  const isOverdue = now - document.unreadSinceMs >= MAX_UNREAD_MS;
  // A clock that was set back must not make a file wait for ever.
  const quietForMs = Math.abs(now - document.observedMs);
  return (isOverdue ? quietMs : document.quietMs) - quietForMs;
}
