import type { LedgerDocument } from '../ledger/document.ts';
import type { FolderScan } from './scan-inbox.ts';

/** Why there is a hold on removals: missing documents stay searchable until the user puts them back or confirms. */
export type RemovalHold = 'INBOX_REPLACED' | 'INBOX_EMPTIED';

/** In a smaller inbox, people do delete most documents at once. */
const EMPTIED_FROM_DOCUMENTS = 20;

/**
 * Says whether to hold back removals because so much is missing that the folder is more likely wrong than the documents
 * gone: another disk is mounted there, or none, or the files were deleted by mistake. Pure.
 * @param documents of the ledger, without removed ones.
 * @param missing those of them that the scan should contain and does not.
 * @param knownIdentity of the inbox in earlier scans; null when there was none.
 * @returns the reason to hold them back; null when they may be removed.
 */
export function holdRemovals(
  scan: FolderScan,
  documents: readonly LedgerDocument[],
  missing: readonly LedgerDocument[],
  knownIdentity: string | null,
): RemovalHold | null {
  const gone = withoutMoved(scan, documents, missing).length;
  if (gone === 0) return null;
  if (knownIdentity !== null && !isSameInbox(scan, documents, knownIdentity)) return 'INBOX_REPLACED';
  // A folder that is renamed during a scan may be found under neither name. One scan alone removes nothing anyway.
  if (missing.every(({ missingSinceMs }) => missingSinceMs === null)) return null;
  const isMostGone =
    documents.length >= EMPTIED_FROM_DOCUMENTS && gone > documents.length / 2 && gone > scan.files.size;
  return isMostGone ? 'INBOX_EMPTIED' : null;
}

/**
 * Another inode means another folder. Another device number alone may be the same disk, since NFS and btrfs can number
 * it differently after a restart: then a file with an otherwise unchanged signature proves that it is the same.
 */
function isSameInbox(scan: FolderScan, documents: readonly LedgerDocument[], knownIdentity: string): boolean {
  if (scan.inboxIdentity === knownIdentity) return true;
  if (withoutDevice(scan.inboxIdentity) !== withoutDevice(knownIdentity)) return false;
  return documents.some(({ path, signature }) => {
    const file = scan.files.get(path);
    return file !== undefined && withoutDevice(file.signature) === withoutDevice(signature);
  });
}

/** Leaves out files that were moved: a new file has the same inode, size and modification time. */
function withoutMoved(
  scan: FolderScan,
  documents: readonly LedgerDocument[],
  missing: readonly LedgerDocument[],
): readonly LedgerDocument[] {
  if (missing.length === 0) return missing;
  const known = new Set(documents.map(({ path }) => path));
  const arrived = new Set<string>();
  for (const file of scan.files.values()) if (!known.has(file.path)) arrived.add(withoutChangeTime(file.signature));
  return missing.filter(({ signature }) => !arrived.has(withoutChangeTime(signature)));
}

function withoutDevice(identity: string): string {
  return identity.slice(identity.indexOf(':'));
}

/** The signature without ctime, which a rename changes. */
function withoutChangeTime(signature: string): string {
  return signature.slice(0, signature.lastIndexOf(':'));
}
