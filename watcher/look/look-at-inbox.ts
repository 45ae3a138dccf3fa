import { setImmediate } from 'node:timers/promises';
import { documentSlices, SLICE_ROWS } from '../ledger/document-slices.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { plan, type Plan, type PlanLimits } from './plan.ts';
import { glanceAtInbox, scanInbox } from './scan-inbox.ts';
import { batchesOf } from '#shared/batches.ts';

export interface LookParts {
  readonly inbox: string;
  readonly ledger: Ledger;
  readonly limits: PlanLimits;
  readonly now: () => number;
}

/** What a look at everything has come to. */
export interface Look extends Plan {
  /** What could not be looked at: it and what is below it stays as it was. */
  readonly unknownPaths: readonly string[];
}

/**
 * One look: what the folder holds is compared with the ledger and taken into it.
 * @throws InboxMissing, IgnoreUnreadable, and what a full disk makes the ledger throw; the next look takes in the rest.
 */
export async function lookAtInbox(
  { inbox, ledger, limits, now }: LookParts,
  areRemovalsConfirmed: boolean,
): Promise<Look> {
  const look = await scanInbox(inbox, now);
  const seenMs = now(); // at the latest: no file has rested for longer than since then
  const known = { identity: ledger.inboxIdentity, areRemovalsConfirmed };
  // No action of a plan depends on whether a lane's work on a document is seen.
  const documents = (await Array.fromAsync(documentSlices(ledger))).flat();
  const result = plan(look, documents, known, limits);
  for await (const actions of batchesOf(result.actions, SLICE_ROWS)) {
    ledger.apply(actions, seenMs);
    await setImmediate();
  }
  const { unknownPaths, inboxIdentity } = look;
  // A folder that may be the wrong one is not made the known one by looking at it.
  const isBelieved = result.hold === null && unknownPaths.length === 0;
  if (isBelieved && inboxIdentity !== known.identity) ledger.setInboxIdentity(inboxIdentity);
  return { ...result, unknownPaths };
}

/**
 * The same for these paths alone: what is new or changed there is observed, what has rested is let through; nothing is
 * found missing. @throws as `lookAtInbox`.
 */
export async function lookAtPaths(
  { inbox, ledger, limits, now }: LookParts,
  paths: ReadonlySet<string>,
): Promise<{ readonly settleInMs: number; readonly isAllThere: boolean }> {
  const look = await glanceAtInbox(inbox, paths, now);
  const documents = [...paths].flatMap((documentPath) => ledger.find(documentPath) ?? []);
  const known = documents.filter(({ state }) => state !== 'REMOVED');
  const { actions, settleInMs } = plan(
    look,
    known,
    { identity: look.inboxIdentity, areRemovalsConfirmed: false },
    limits,
  );
  ledger.apply(actions, now()); // not look.atMs: as above
  return { settleInMs, isAllThere: look.unknownPaths.length === 0 };
}
