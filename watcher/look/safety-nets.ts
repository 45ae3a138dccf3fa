import type { LedgerDocument } from '../ledger/document.ts';
import type { FolderLook } from './scan-inbox.ts';

/** Why removals wait for somebody's word. */
export type RemovalHold = 'INBOX_REPLACED' | 'INBOX_EMPTIED';

/** A smaller inbox may lose most of its documents at once: people do that. */
const EMPTIED_FROM_DOCUMENTS = 20;

/**
 * Whether so much is gone that the folder is to be doubted rather than the documents: another disk is mounted there, or
 * none, or somebody has deleted by mistake. Pure.
 * @param missing documents that should be in the look and are not. @param knownIdentity of the inbox; null: of no earlier look.
 */
export function holdRemovals(
  look: FolderLook,
  documents: readonly LedgerDocument[],
  missing: readonly LedgerDocument[],
  knownIdentity: string | null,
): RemovalHold | null {
  const gone = withoutMoved(look, documents, missing).length;
  if (gone === 0) return null;
  if (knownIdentity !== null && !isSameInbox(look, documents, knownIdentity)) return 'INBOX_REPLACED';
  // A folder that is renamed during a look is under neither name. Nothing is removed after one look anyway.
  if (missing.every(({ missingSinceMs }) => missingSinceMs === null)) return null;
  const isMostGone =
    documents.length >= EMPTIED_FROM_DOCUMENTS && gone > documents.length / 2 && gone > look.files.size;
  return isMostGone ? 'INBOX_EMPTIED' : null;
}

/**
 * Another inode is another folder. Another device alone may be the same disk under another number, as NFS and btrfs give
 * it after a restart: then a file that was not touched is the witness.
 */
function isSameInbox(look: FolderLook, documents: readonly LedgerDocument[], knownIdentity: string): boolean {
  if (look.inboxIdentity === knownIdentity) return true;
  if (withoutDevice(look.inboxIdentity) !== withoutDevice(knownIdentity)) return false;
  return documents.some(({ path, signature }) => {
    const file = look.files.get(path);
    return file !== undefined && withoutDevice(file.signature) === withoutDevice(signature);
  });
}

/** A file that was moved is not gone: its inode, size and modification time are under another name now. */
function withoutMoved(
  look: FolderLook,
  documents: readonly LedgerDocument[],
  missing: readonly LedgerDocument[],
): readonly LedgerDocument[] {
  if (missing.length === 0) return missing;
  const known = new Set(documents.map(({ path }) => path));
  const arrived = new Set<string>();
  for (const file of look.files.values()) if (!known.has(file.path)) arrived.add(withoutChangeTime(file.signature));
  return missing.filter(({ signature }) => !arrived.has(withoutChangeTime(signature)));
}

function withoutDevice(identity: string): string {
  return identity.slice(identity.indexOf(':'));
}

/** A rename changes it. */
function withoutChangeTime(signature: string): string {
  return signature.slice(0, signature.lastIndexOf(':'));
}
