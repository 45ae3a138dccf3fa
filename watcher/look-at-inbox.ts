import type { Log } from '#shared/log.ts';
import type { Ledger } from './ledger.ts';
import { plan, type Plan, type PlanLimits } from './plan.ts';
import { scanInbox } from './scan-inbox.ts';

export interface LookParts {
  readonly inbox: string;
  readonly ledger: Ledger;
  readonly limits: PlanLimits;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * One look: what the folder holds is compared with the ledger and taken into it.
 * @throws InboxMissing, IgnoreUnreadable, and what a full disk makes the ledger throw; nothing has been taken in then.
 */
export async function lookAtInbox(
  { inbox, ledger, limits, now, log }: LookParts,
  areRemovalsConfirmed: boolean,
): Promise<Plan> {
  const look = await scanInbox(inbox, now);
  const known = { identity: ledger.inboxIdentity, areRemovalsConfirmed };
  const result = plan(look, ledger.documents(), known, limits);
  ledger.apply(result.actions, look.atMs);
  if (look.unknownPaths.length > 0) log.debug({ paths: look.unknownPaths }, 'could not be looked at');
  // A folder that may be the wrong one is not made the known one by looking at it.
  else if (result.hold === null && look.inboxIdentity !== known.identity) ledger.setInboxIdentity(look.inboxIdentity);
  return result;
}
