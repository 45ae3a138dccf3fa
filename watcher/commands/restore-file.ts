import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { documentIdOf, type DocumentId } from '#shared/document.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import { IGNORE_FILE, readInboxRules } from '../scan/inbox-rules.ts';
import { moveFile } from './move-file.ts';
import { checkTarget, reserve } from './put-file.ts';
import { pathsInTrash, takeFromTrash } from './trash.ts';

/**
 * Moves a document from the trash back to the path that it had in the inbox: of several copies the one that was deleted
 * last. It gets the permissions of a new file, because in the trash it had none for other users.
 * @returns its path.
 * @throws CommandRefused NOT_FOUND if the trash does not have it, ALREADY_EXISTS if another file is there, CONFLICT if
 * something else is in its way, INVALID if `.inboxignore` excludes it now, or what moving throws. Then it is still in the
 * trash.
 */
export async function restoreFile(inbox: string, id: DocumentId, trashDir: string): Promise<string> {
  const documentPath = (await pathsInTrash(trashDir)).find((candidate) => documentIdOf(candidate) === id);
  if (documentPath === undefined) throw notInTrash(id);
  const { isIgnored, findLine } = await readInboxRules(inbox);
  if (isIgnored(documentPath)) {
    const line = findLine(documentPath)?.lineNumber;
    const message = `${documentPath} would not be read: line ${line} of ${IGNORE_FILE} excludes it; change that line and restore it again`;
    throw new CommandRefused('INVALID', message, { field: 'path' });
  }
  const isTaken = await takeFromTrash(trashDir, documentPath, (trashed) => moveBack(trashed, inbox, documentPath));
  if (!isTaken) throw notInTrash(id);
  return documentPath;
}

async function moveBack(trashed: string, inbox: string, documentPath: string): Promise<void> {
  const target = path.join(inbox, documentPath);
  try {
    await checkTarget(inbox, documentPath, true);
    await mkdir(path.dirname(target), { recursive: true });
    await reserve(target, documentPath);
  } catch (error) {
    if (!(error instanceof CommandRefused) || error.code !== 'ALREADY_EXISTS') throw error;
    const message = `there is another ${documentPath} in the inbox; rename or delete that one, and restore it again`;
    throw new CommandRefused('ALREADY_EXISTS', message, { field: 'path', cause: error });
  }
  const { mode } = await lstat(target);
  try {
    await moveFile(trashed, target);
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
  // Refused for a file of another user, as on its way into the trash.
  await chmod(target, mode & 0o777).catch(() => {});
}

function notInTrash(id: DocumentId): CommandRefused {
  const message = `the trash has no document ${id}; it was restored, erased, or kept for as long as ASKBOX_KEEP_TRASH_DAYS says`;
  return new CommandRefused('NOT_FOUND', message, { field: 'path' });
}
