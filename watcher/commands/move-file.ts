import { randomUUID } from 'node:crypto';
import { copyFile, lstat, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '#shared/errors.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import { signatureOf } from '../scan/scan-inbox.ts';

/** Files under such a name are never read: it begins with a dot. */
export const DRAFT_PREFIX = '.askbox-draft-';

/** A new name for a file that is not whole yet. */
export function draftIn(folder: string): string {
  return path.join(folder, `${DRAFT_PREFIX}${randomUUID()}`);
}

/**
 * Moves a file, also to another file system. Replaces what is at the goal; whoever looks there sees the old file or the
 * whole new one. The goal's folder has to be there.
 * @throws CommandRefused CONFLICT when the file is written to meanwhile; what moving throws. Then it is where it was.
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
      const message = `${path.basename(from)} was written to while it was moved; try again when that is done`;
      throw new CommandRefused('CONFLICT', message);
    }
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await rm(from);
}
