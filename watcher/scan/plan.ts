import type { Action, FolderFile } from '../ledger/action.ts';
import { LONGEST_RETRY_MS, type LedgerDocument } from '../ledger/document.ts';
import { nextQuietMs, quietInMs } from './quiet-time.ts';
import { holdRemovals, type RemovalHold } from './safety-nets.ts';
import type { FolderScan } from './scan-inbox.ts';

/** What a scan means for the ledger, and when the next one is worth it. */
export interface Plan {
  /** In the order in which they have to be applied. */
  readonly actions: readonly Action[];
  /** Racy files, to be hashed again: a later edit may have left their signature unchanged (see `PlanLimits.racyMs`). */
  readonly toVerify: readonly FolderFile[];
  /** Why removals are held back; null when they are not. */
  readonly hold: RemovalHold | null;
  /** How many documents are missing from the folder; while there is a hold none of them is removed. */
  readonly missing: number;
  /** In how many milliseconds the next file will have been quiet for long enough; Infinity: none is waiting. */
  readonly settleInMs: number;
  /** In how many milliseconds a full scan finds something else to do; Infinity: there is nothing to wait for. */
  readonly againInMs: number;
}

/** How long changes have to last before they count. */
export interface PlanLimits {
  /** A file is read once its signature has not changed for this long; longer while it keeps changing. */
  readonly quietMs: number;
  /** A document is removed once its file was missing in two scans this far apart. */
  readonly goneMs: number;
  /**
   * The granularity of file times. A file that is read within this time after its last change is racy, as git calls it:
   * a second edit in the same tick of the clock leaves the signature unchanged. Its signature is trusted only once the
   * file has been hashed again later.
   */
  readonly racyMs: number;
}

/** What is known about the inbox besides its documents. */
export interface KnownInbox {
  /** device:inode of the inbox folder in the last scan that was complete and without a hold; null before the first. */
  readonly identity: string | null;
  /** Whether the user has confirmed that the missing documents are meant to be removed. */
  readonly areRemovalsConfirmed: boolean;
}

/**
 * Compares the folder with the ledger. Pure: the same input gives the same actions, and applying them brings the ledger
 * closer to the folder, whatever happened between two scans.
 * @param documents of the ledger, without removed ones. @param inbox what is known about the folder from earlier scans.
 */
export function plan(
  scan: FolderScan,
  documents: readonly LedgerDocument[],
  inbox: KnownInbox,
  limits: PlanLimits,
): Plan {
  const known = new Map(documents.map((document) => [document.path, document]));
  const actions: Action[] = [];
  const toVerify: FolderFile[] = [];
  let settleInMs = Infinity;
  let againInMs = Infinity;
  const isDue = (inMs: number): boolean => {
    if (inMs > 0) againInMs = Math.min(againInMs, inMs);
    return inMs <= 0;
  };

  // Additions before removals, so that the content of a renamed file is still there.
  for (const file of scan.files.values()) {
    const document = known.get(file.path);
    if (document === undefined || document.signature !== file.signature) {
      const quietMs = nextQuietMs(document, scan.atMs, limits.quietMs);
      actions.push({ type: 'observe', file, quietMs });
      settleInMs = Math.min(settleInMs, Math.max(quietMs, 1));
      continue;
    }
    if (document.missingSinceMs !== null) actions.push({ type: 'reappear', path: file.path });
    if (document.state === 'DISCOVERED') {
      const inMs = quietInMs(document, scan.atMs, limits.quietMs);
      if (inMs > 0) settleInMs = Math.min(settleInMs, inMs);
      else actions.push({ type: 'settle', path: file.path });
    }
    const retryMs = document.error?.retryMs ?? null;
    if (document.state === 'FAILED' && retryMs !== null && isDue(retryInMs(retryMs, scan.atMs))) {
      actions.push({ type: 'retry', path: file.path });
    }
    // The absolute difference: a file dated tomorrow must not stay racy until then.
    const isRacy = document.state === 'READY' && !document.isTrusted;
    if (isRacy && isDue(limits.racyMs + 1 - Math.abs(scan.atMs - file.changedMs))) toVerify.push(file);
  }

  for (const problem of scan.problems.values()) {
    // The readable form of a name that is not UTF-8 may be the name of another file, which has priority.
    if (scan.files.has(problem.path)) continue;
    const document = known.get(problem.path);
    if (document?.signature !== problem.signature) actions.push({ type: 'refuse', problem });
    else if (document.missingSinceMs !== null) actions.push({ type: 'reappear', path: problem.path });
  }

  const absent = documents.filter(({ path }) => !scan.files.has(path) && !scan.problems.has(path));
  const ignored = absent.filter(({ path }) => scan.isIgnored(path));
  for (const { path } of ignored) actions.push({ type: 'remove', path });

  const missing = absent.filter(({ path }) => !scan.isIgnored(path) && !isUnknown(scan, path));
  const hold = inbox.areRemovalsConfirmed ? null : holdRemovals(scan, documents, missing, inbox.identity);
  for (const document of missing) {
    if (document.missingSinceMs === null) {
      actions.push({ type: 'miss', path: document.path });
      if (hold === null) isDue(Math.max(limits.goneMs, 1));
    } else if (hold === null) {
      // The absolute difference here too: a clock that was set back must not keep a file that is gone.
      const isGone = isDue(limits.goneMs - Math.abs(scan.atMs - document.missingSinceMs));
      if (isGone || inbox.areRemovalsConfirmed) actions.push({ type: 'remove', path: document.path });
    }
  }
  return { actions, toVerify, hold, missing: missing.length, settleInMs, againInMs };
}

/** In how many milliseconds to retry. A time further ahead than any retry was set before the clock was set back. */
function retryInMs(retryMs: number, now: number): number {
  const inMs = retryMs - now;
  return inMs > LONGEST_RETRY_MS ? 0 : inMs;
}

/** Whether a path is at or below one that could not be read: a folder that could not be read is unknown, not empty. */
function isUnknown(scan: FolderScan, path: string): boolean {
  return scan.unknownPaths.some((unknown) => unknown === '' || path === unknown || path.startsWith(`${unknown}/`));
}
