import { chmod, lstat, mkdir, readdir, realpath, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '#shared/data-dir.ts';
import { codeOf } from '#shared/errors.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import { moveFile } from './move-file.ts';

/** The beginning of the name of a folder that moveToTrash has made: the time. */
const OF_A_DELETION = /^\d{4}-\d\d-\d\dT\d\d-/;
/** Puts a folder's tenth namesake after its second. */
const byNumbers = new Intl.Collator('en', { numeric: true });

/**
 * Moves a file from the inbox to the trash, into a new folder that is named by the time and under the path that it had,
 * so that it replaces nothing in the trash. Moving it back restores it. Other users cannot read it there.
 * @param documentPath inside the inbox, as a scan has seen it.
 * @returns the absolute path where the file is now.
 * @throws CommandRefused INVALID if it is not a regular file, NOT_FOUND if a folder on its path is a link now; an error
 * with code ENOENT or ENOTDIR if the file is gone.
 */
export async function moveToTrash(
  inbox: string,
  documentPath: string,
  trashDir: string,
  nowMs: number,
): Promise<string> {
  await checkIsFile(inbox, documentPath);
  const folder = await newFolder(trashDir, new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-'));
  const target = path.join(folder, documentPath);
  await mkdir(path.dirname(target), { recursive: true, mode: PRIVATE_FOLDER });
  await moveFile(path.join(inbox, documentPath), target);
  // Refused for a file of another user, which the folder around it protects all the same.
  await chmod(target, PRIVATE_FILE).catch(() => {});
  return target;
}

/**
 * Checks that a document is a regular file in the inbox.
 * @throws CommandRefused INVALID if it is not a regular file, NOT_FOUND if a folder on its path is a link now; an error
 * with code ENOENT or ENOTDIR if the file is gone.
 */
export async function checkIsFile(inbox: string, documentPath: string): Promise<void> {
  const file = path.join(inbox, documentPath);
  const inFolder = path.dirname(documentPath);
  // A file behind a link is not in the inbox, even if the ledger still lists it.
  if ((await realpath(path.dirname(file))) !== path.join(await realpath(inbox), inFolder)) {
    throw new CommandRefused('NOT_FOUND', `${inFolder} is a link now, so ${documentPath} is no longer in the inbox`, {
      field: 'path',
    });
  }
  // The target of a link is not ours to move, and a pipe cannot be copied to another disk.
  if (!(await lstat(file)).isFile()) {
    throw new CommandRefused('INVALID', `${documentPath} is a link, pipe or device; take it out of the inbox by hand`, {
      field: 'path',
    });
  }
}

/** Returns the paths that files in the trash had in the inbox, each once. */
export async function pathsInTrash(trashDir: string): Promise<readonly string[]> {
  const paths = new Set<string>();
  for (const folder of await foldersIn(trashDir)) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = path.relative(folder, path.join(entry.parentPath, entry.name));
      if (entry.isFile()) paths.add(file.replaceAll(path.sep, '/'));
    }
  }
  return [...paths];
}

/** Deletes everything in the trash that had this path in the inbox. */
export async function eraseFromTrash(trashDir: string, documentPath: string): Promise<void> {
  for (const folder of await foldersIn(trashDir)) {
    const file = path.join(folder, documentPath);
    if (!(await lstat(file).catch(() => undefined))?.isFile()) continue;
    await rm(file);
    await removeEmptyFolders(path.dirname(file), trashDir);
  }
}

/**
 * Moves the copy of a document that was deleted last out of the trash.
 * @param moveTo moves the file at this absolute path away.
 * @returns false if the trash has none.
 */
export async function takeFromTrash(
  trashDir: string,
  documentPath: string,
  moveTo: (trashed: string) => Promise<void>,
): Promise<boolean> {
  const newestFirst = (await foldersIn(trashDir))
    .filter((folder) => OF_A_DELETION.test(path.basename(folder)))
    .toSorted((a, b) => byNumbers.compare(b, a));
  for (const folder of newestFirst) {
    const file = path.join(folder, documentPath);
    if (!(await lstat(file).catch(() => undefined))?.isFile()) continue;
    await moveTo(file);
    await removeEmptyFolders(path.dirname(file), trashDir);
    return true;
  }
  return false;
}

/** Deletes a folder in the trash and those around it, up to the first that still has something in it. */
async function removeEmptyFolders(folder: string, trashDir: string): Promise<void> {
  for (let each = folder; each !== trashDir; each = path.dirname(each)) {
    const isRemoved = await rmdir(each).then(
      () => true,
      () => false,
    );
    if (!isRemoved) return;
  }
}

/** Returns the folders of the trash, one for each deletion; none if there is no trash yet. */
async function foldersIn(trashDir: string): Promise<readonly string[]> {
  const entries = await readdir(trashDir, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
    return [];
  });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(trashDir, entry.name));
}

async function newFolder(trashDir: string, name: string): Promise<string> {
  await mkdir(trashDir, { recursive: true, mode: PRIVATE_FOLDER });
  for (let number = 1; ; number++) {
    const folder = path.join(trashDir, number === 1 ? name : `${name}-${number}`);
    try {
      await mkdir(folder, { mode: PRIVATE_FOLDER });
      return folder;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}
