import type { LedgerDocument } from '../ledger/document.ts';
import type { FolderScan } from './scan-inbox.ts';

/** Why removals wait for somebody's word. */
export type RemovalHold = 'INBOX_REPLACED' | 'INBOX_EMPTIED';

/** A smaller inbox may lose most of its documents at once: people do that. */
const EMPTIED_FROM_DOCUMENTS = 20;

/**
 * Whether so much is gone that the folder is to be doubted rather than the documents: another disk is mounted there, or
 * none, or somebody has deleted by mistake. Pure.
 * @param missing documents that should be in the scan and are not. @param knownIdentity of the inbox; null: of no earlier scan.
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
  // A folder that is renamed during a scan is under neither name. Nothing is removed after one scan anyway.
  if (missing.every(({ missingSinceMs }) => missingSinceMs === null)) return null;
  const isMostGone =
    documents.length >= EMPTIED_FROM_DOCUMENTS && gone > documents.length / 2 && gone > scan.files.size;
  return isMostGone ? 'INBOX_EMPTIED' : null;
}

/**
 * Another inode is another folder. Another device alone may be the same disk under another number, as NFS and btrfs give
 * it after a restart: then a file that was not touched is the witness.
 */
function isSameInbox(scan: FolderScan, documents: readonly LedgerDocument[], knownIdentity: string): boolean {
  if (scan.inboxIdentity === knownIdentity) return true;
  if (withoutDevice(scan.inboxIdentity) !== withoutDevice(knownIdentity)) return false;
  return documents.some(({ path, signature }) => {
    const file = scan.files.get(path);
    return file !== undefined && withoutDevice(file.signature) === withoutDevice(signature);
  });
}

/** A file that was moved is not gone: its inode, size and modification time are under another name now. */
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

/** A rename changes it. */
function withoutChangeTime(signature: string): string {
  return signature.slice(0, signature.lastIndexOf(':'));
}
