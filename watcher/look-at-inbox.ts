import { setImmediate } from 'node:timers/promises';
import type { Log } from '#shared/log.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerDocument } from './ledger-document.ts';
import { plan, type Plan, type PlanLimits } from './plan.ts';
import { glanceAtInbox, scanInbox } from './scan-inbox.ts';

/** Rows of the ledger that are read or written in one go; in between others have their turn. */
const SLICE_ROWS = 500;

export interface LookParts {
  readonly inbox: string;
  readonly ledger: Ledger;
  readonly limits: PlanLimits;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * One look: what the folder holds is compared with the ledger and taken into it.
 * @throws InboxMissing, IgnoreUnreadable, and what a full disk makes the ledger throw; the next look takes in the rest.
 */
export async function lookAtInbox(
  { inbox, ledger, limits, now, log }: LookParts,
  areRemovalsConfirmed: boolean,
): Promise<Plan> {
  const look = await scanInbox(inbox, now);
  const seenMs = now(); // at the latest: no file has rested for longer than since then
  const known = { identity: ledger.inboxIdentity, areRemovalsConfirmed };
  const result = plan(look, await allDocuments(ledger), known, limits);
  for (let at = 0; at < result.actions.length; at += SLICE_ROWS) {
    ledger.apply(result.actions.slice(at, at + SLICE_ROWS), seenMs);
    await setImmediate();
  }
  if (look.unknownPaths.length > 0) log.debug({ paths: look.unknownPaths }, 'could not be looked at');
  // A folder that may be the wrong one is not made the known one by looking at it.
  else if (result.hold === null && look.inboxIdentity !== known.identity) ledger.setInboxIdentity(look.inboxIdentity);
  return result;
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
  ledger.apply(actions, look.atMs);
  return { settleInMs, isAllThere: look.unknownPaths.length === 0 };
}

/** Not of one moment: what a lane does meanwhile is seen or not, and no action of a plan depends on which. */
async function allDocuments(ledger: Ledger): Promise<readonly LedgerDocument[]> {
  const documents: LedgerDocument[] = [];
  for (let slice = ledger.documentsAfter('', SLICE_ROWS); slice.length > 0;) {
    documents.push(...slice);
    await setImmediate();
    slice = ledger.documentsAfter(slice.at(-1)!.path, SLICE_ROWS);
  }
  return documents;
}
