import { setImmediate } from 'node:timers/promises';
import { documentSlices, SLICE_ROWS } from '../ledger/document-slices.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { plan, type Plan, type PlanLimits } from './plan.ts';
import { scanPaths, scanInbox } from './scan-inbox.ts';
import { batchesOf } from '#shared/batches.ts';

export interface ScanParts {
  readonly inbox: string;
  readonly ledger: Ledger;
  readonly limits: PlanLimits;
  readonly now: () => number;
}

/** What a full scan has come to. */
export interface ScanOutcome extends Plan {
  /** What could not be read: it and what is below it stays as it was. */
  readonly unknownPaths: readonly string[];
}

/**
 * One scan: what the folder holds is compared with the ledger and taken into it.
 * @throws InboxMissing, IgnoreUnreadable, and what a full disk makes the ledger throw; the next scan takes in the rest.
 */
export async function scanAndApply(
  { inbox, ledger, limits, now }: ScanParts,
  areRemovalsConfirmed: boolean,
): Promise<ScanOutcome> {
  const scan = await scanInbox(inbox, now);
  const seenMs = now(); // at the latest: no file has rested for longer than since then
  const known = { identity: ledger.inboxIdentity, areRemovalsConfirmed };
  // No action of a plan depends on whether a lane's work on a document is seen.
  const documents = (await Array.fromAsync(documentSlices(ledger))).flat();
  const result = plan(scan, documents, known, limits);
  for await (const actions of batchesOf(result.actions, SLICE_ROWS)) {
    ledger.apply(actions, seenMs);
    await setImmediate();
  }
  const { unknownPaths, inboxIdentity } = scan;
  // A folder that may be the wrong one is not made the known one by scanning it.
  const isBelieved = result.hold === null && unknownPaths.length === 0;
  if (isBelieved && inboxIdentity !== known.identity) ledger.setInboxIdentity(inboxIdentity);
  return { ...result, unknownPaths };
}

/**
 * The same for these paths alone: what is new or changed there is observed, what has rested is let through; nothing is
 * found missing. @throws as `scanAndApply`.
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
  ledger.apply(actions, now()); // not scan.atMs: as above
  return { settleInMs, isAllThere: scan.unknownPaths.length === 0 };
}
