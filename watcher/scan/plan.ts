import type { Action, FolderFile } from '../ledger/action.ts';
import { LONGEST_RETRY_MS, type LedgerDocument } from '../ledger/document.ts';
import { nextQuietMs, quietInMs } from './quiet-time.ts';
import { holdRemovals, type RemovalHold } from './safety-nets.ts';
import type { FolderScan } from './scan-inbox.ts';

export interface Plan {
  readonly actions: readonly Action[];
  /** Files that were read so soon after their last change that a later edit may look the same: hash them again. */
  readonly toVerify: readonly FolderFile[];
  /** Why removals wait; null when none does. */
  readonly hold: RemovalHold | null;
  /** How many documents are not where they were; that many wait while there is a hold. */
  readonly missing: number;
  /** In so many milliseconds a file has been quiet for long enough, if it stays as it is; Infinity: none waits for that. */
  readonly settleInMs: number;
  /** A full scan in so many milliseconds finds something else to do; Infinity: none does. */
  readonly againInMs: number;
}

export interface PlanLimits {
  /** A file is read once its signature has not changed for so long; longer while it keeps changing. */
  readonly quietMs: number;
  /** A file is removed once it was missing in two scans so far apart. */
  readonly goneMs: number;
  /** A signature proves nothing while the last change is younger than this: the grain of file times. */
  readonly racyMs: number;
}

/** What is known of the inbox besides its documents. */
export interface KnownInbox {
  /** As of the last scan that was believed; null before the first. */
  readonly identity: string | null;
  /** Somebody has said that what is missing is meant to be. */
  readonly areRemovalsConfirmed: boolean;
}

/**
 * Compares the folder with the ledger. Pure: the same input gives the same actions, and applying them brings the ledger
 * nearer to the folder, whatever happened between two scans.
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

  // Additions before removals, so that a renamed file finds its content still there.
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
    // The absolute difference: a file dated tomorrow must not be verified for ever.
    const isRacy = document.state === 'READY' && !document.isTrusted;
    if (isRacy && isDue(limits.racyMs + 1 - Math.abs(scan.atMs - file.changedMs))) toVerify.push(file);
  }

  for (const problem of scan.problems.values()) {
    // A name that is not UTF-8 may be written like that of a file: the file has it.
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
      // Absolute, as everywhere: a clock that was set back must not keep a file that is gone.
      const isGone = isDue(limits.goneMs - Math.abs(scan.atMs - document.missingSinceMs));
      if (isGone || inbox.areRemovalsConfirmed) actions.push({ type: 'remove', path: document.path });
    }
  }
  return { actions, toVerify, hold, missing: missing.length, settleInMs, againInMs };
}

/** A time further ahead than any retry is set was set by another clock. */
function retryInMs(retryMs: number, now: number): number {
  const inMs = retryMs - now;
  return inMs > LONGEST_RETRY_MS ? 0 : inMs;
}

/** A folder that could not be read is unknown, not empty. */
function isUnknown(scan: FolderScan, path: string): boolean {
  return scan.unknownPaths.some((unknown) => unknown === '' || path === unknown || path.startsWith(`${unknown}/`));
}
