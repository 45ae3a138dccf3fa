import type { LedgerDocument } from '../ledger/document.ts';
import type { KnownInbox, PlanLimits } from '../scan/plan.ts';
import type { FolderScan } from '../scan/scan-inbox.ts';
import type { FolderFile } from '../ledger/action.ts';

// Inputs of the plan, for tests.

/** Limits that the tests calculate with. */
export const LIMITS: PlanLimits = { quietMs: 500, goneMs: 1000, racyMs: 2000 };
/** When a scan begins, unless a test says otherwise. */
export const NOW = 1_000_000;

/** A scan that found these files, with defaults for the fields that are not given. */
export function scanOf(files: readonly Partial<FolderFile>[], rest: Partial<FolderScan> = {}): FolderScan {
  const whole = files.map((file) => ({
    path: 'a.md',
    signature: 's1',
    sizeBytes: 10,
    modifiedMs: 0,
    changedMs: 0,
    ...file,
  }));
  return {
    atMs: NOW,
    files: new Map(whole.map((file) => [file.path, file])),
    problems: new Map(),
    unknownPaths: [],
    isIgnored: () => false,
    inboxIdentity: '1:2',
    ...rest,
  };
}

/** A document of the ledger: READY and unchanged for long, except for the fields given. */
export function document(fields: Partial<LedgerDocument> = {}): LedgerDocument {
  return {
    path: 'a.md',
    seq: 1,
    state: 'READY',
    signature: 's1',
    isTrusted: true,
    sizeBytes: 10,
    modifiedMs: 0,
    createdMs: 0,
    observedMs: NOW - 10_000,
    quietMs: 500,
    unreadSinceMs: NOW - 10_000,
    missingSinceMs: null,
    bytesSha256: 'h',
    contentId: 'c',
    liveContentId: 'c',
    indexedMs: 0,
    error: null,
    attempts: 0,
    ...fields,
  };
}

/** The inbox of `scanOf`, known from an earlier scan. */
export const INBOX: KnownInbox = { identity: '1:2', areRemovalsConfirmed: false };
