import type { LedgerDocument } from '../ledger/document.ts';

/** The quiet time doubles at most this often. A copy that stalls for longer is read twice. */
const MAX_DOUBLINGS = 5;
/** A change that follows the previous one within this many quiet times belongs to the same run of changes. */
const SAME_RUN = 4;
/**
 * A file that changes before it could be read is read this often all the same, as soon as it stays unchanged for the
 * shortest quiet time. One that never does is not read: it may be a large file that is being copied.
 */
const MAX_UNREAD_MS = 60_000;

/**
 * Returns the quiet time of a file that has just changed: how many milliseconds it has to stay unchanged before it is
 * read. It doubles while the file changes again before it could be read, up to 32 times the shortest one: only then is
 * reading it wasted work. Scans in quick succession see many changes during one short copy, so it doubles only once an
 * unread file has been changing for half its quiet time.
 * @param document undefined for a new file. @param quietMs the shortest quiet time (`ASKBOX_QUIET_MS`).
 */
export function nextQuietMs(document: LedgerDocument | undefined, now: number, quietMs: number): number {
  if (document === undefined || document.state === 'READY' || document.state === 'REMOVED') return quietMs;
  const isSameRun = now - document.observedMs <= document.quietMs * SAME_RUN;
  const isShortRun = document.state === 'DISCOVERED' && Math.abs(now - document.unreadSinceMs) < document.quietMs / 2;
  if (isSameRun && isShortRun) return document.quietMs;
  return isSameRun ? Math.min(document.quietMs * 2, quietMs * 2 ** MAX_DOUBLINGS) : quietMs;
}

/** In how many milliseconds an unchanged file will have been quiet for long enough; 0 or less: it has been already. */
export function quietInMs(document: LedgerDocument, now: number, quietMs: number): number {
  const isOverdue = now - document.unreadSinceMs >= MAX_UNREAD_MS;
  // A clock that was set back must not make a file wait for ever.
  const quietForMs = Math.abs(now - document.observedMs);
  return (isOverdue ? quietMs : document.quietMs) - quietForMs;
}
