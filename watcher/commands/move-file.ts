import { randomUUID } from 'node:crypto';
import { copyFile, lstat, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '#shared/errors.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import { signatureOf } from '../scan/scan-inbox.ts';

/** Prefix of the names of incomplete files. They are never read, because they begin with a dot. */
export const DRAFT_PREFIX = '.askbox-draft-';

/** Returns a new path in a folder for a file that is not complete yet. */
export function draftIn(folder: string): string {
  return path.join(folder, `${DRAFT_PREFIX}${randomUUID()}`);
}

/**
 * Moves a file, also to another file system. Replaces the file at `to` in one step: other programs see the old file or
 * all of the new one. The target folder must exist.
 * @throws CommandRefused CONFLICT if the file is written to during the move, or what moving throws. Then the file is
 * still where it was.
 */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    await moveAcross(from, to);
  }
}

async function moveAcross(from: string, to: string): Promise<void> {
  const draft = draftIn(path.dirname(to));
  try {
    const signature = signatureOf(await lstat(from, { bigint: true }));
    await copyFile(from, draft);
    await using handle = await open(draft, 'r+');
    await handle.sync();
    if (signatureOf(await lstat(from, { bigint: true })) !== signature) {
      const message = `${path.basename(from)} was written to while it was being moved; try again when it no longer changes`;
      throw new CommandRefused('CONFLICT', message);
    }
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await rm(from);
}
