import { setImmediate } from 'node:timers/promises';
import { documentSlices, SLICE_ROWS } from '../ledger/document-slices.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { plan, type Plan, type PlanLimits } from './plan.ts';
import { scanPaths, scanInbox } from './scan-inbox.ts';
import { batchesOf } from '#shared/batches.ts';

/** What a scan works with. */
export interface ScanParts {
  readonly inbox: string;
  readonly ledger: Ledger;
  readonly limits: PlanLimits;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
}

/** The result of a full scan. */
export interface ScanOutcome extends Plan {
  /** Paths that could not be read: documents at or below them stay as they were. */
  readonly unknownPaths: readonly string[];
}

/**
 * Scans the whole inbox, compares it with the ledger and applies the differences to the ledger.
 * @param areRemovalsConfirmed whether to carry out removals that would be held back otherwise.
 * @throws InboxMissing, IgnoreUnreadable, and the ledger's error when the disk is full; the next scan applies the rest.
 */
export async function scanAndApply(
  { inbox, ledger, limits, now }: ScanParts,
  areRemovalsConfirmed: boolean,
): Promise<ScanOutcome> {
  const scan = await scanInbox(inbox, now);
  const seenMs = now(); // the end of the scan: a file may have changed until then, so its quiet time starts here
  const known = { identity: ledger.inboxIdentity, areRemovalsConfirmed };
  // Read in slices, while lanes work on documents. No action depends on whether their changes are included.
  const documents = (await Array.fromAsync(documentSlices(ledger))).flat();
  const result = plan(scan, documents, known, limits);
  for await (const actions of batchesOf(result.actions, SLICE_ROWS)) {
    ledger.apply(actions, seenMs);
    await setImmediate();
  }
  const { unknownPaths, inboxIdentity } = scan;
  // A folder that may be the wrong one must not become the known one.
  const isBelieved = result.hold === null && unknownPaths.length === 0;
  if (isBelieved && inboxIdentity !== known.identity) ledger.setInboxIdentity(inboxIdentity);
  return { ...result, unknownPaths };
}

/**
 * Does the same for these paths only: observes new and changed files there, and releases those that have been quiet for
 * long enough. Never finds anything missing.
 * @returns when the next file will have been quiet for long enough (as in `Plan`), and whether all paths were found.
 * @throws as `scanAndApply`.
 */
export async function scanAndApplyPaths(
  { inbox, ledger, limits, now }: ScanParts,
  paths: ReadonlySet<string>,
): Promise<{ readonly settleInMs: number; readonly isAllThere: boolean }> {
  const scan = await scanPaths(inbox, paths, now);
  const documents = [...paths].flatMap((documentPath) => ledger.find(documentPath) ?? []);
  const known = documents.filter(({ state }) => state !== 'REMOVED');
  const { actions, settleInMs } = plan(
    scan,
    known,
    { identity: scan.inboxIdentity, areRemovalsConfirmed: false },
    limits,
  );
  ledger.apply(actions, now()); // the end of the scan, as above
  return { settleInMs, isAllThere: scan.unknownPaths.length === 0 };
}
