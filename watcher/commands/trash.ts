import { lstat, mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '#shared/errors.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import { moveFile } from './move-file.ts';

/**
 * Moves a file out of the inbox into a folder of its own in the trash, named by the time, under the path it had: nothing
 * that lies there already is replaced. Putting it back is moving it back.
 * @param documentPath inside the inbox, as a look has seen it.
 * @returns where it is now.
 * @throws CommandRefused INVALID for what is no file, NOT_FOUND when a folder on the way is a link now; ENOENT or ENOTDIR
 * when it has gone.
 */
export async function moveToTrash(
  inbox: string,
  documentPath: string,
  trashDir: string,
  nowMs: number,
): Promise<string> {
  const file = path.join(inbox, documentPath);
  const inFolder = path.dirname(documentPath);
  // What lies behind a link is not in the inbox, whatever the ledger still says.
  if ((await realpath(path.dirname(file))) !== path.join(await realpath(inbox), inFolder)) {
    throw new CommandRefused(
      'NOT_FOUND',
      `${inFolder} is a link now, so ${documentPath} is not in the inbox any more`,
      {
        field: 'path',
      },
    );
  }
  // A link's goal is not ours, and a pipe cannot be copied to another disk.
  if (!(await lstat(file)).isFile()) {
    throw new CommandRefused('INVALID', `${documentPath} is a link, pipe or device; take it out of the inbox by hand`, {
      field: 'path',
    });
  }
  const folder = await newFolder(trashDir, new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-'));
  const goal = path.join(folder, documentPath);
  await mkdir(path.dirname(goal), { recursive: true });
  await moveFile(file, goal);
  return goal;
}

async function newFolder(trashDir: string, name: string): Promise<string> {
  await mkdir(trashDir, { recursive: true });
  for (let number = 1; ; number++) {
    const folder = path.join(trashDir, number === 1 ? name : `${name}-${number}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}
