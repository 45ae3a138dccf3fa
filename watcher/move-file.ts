import { randomUUID } from 'node:crypto';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '#shared/errors.ts';

/** Files under such a name are never read: it begins with a dot. */
export const DRAFT_PREFIX = '.askbox-draft-';

/** A new name for a file that is not whole yet. */
export function draftIn(folder: string): string {
  return path.join(folder, `${DRAFT_PREFIX}${randomUUID()}`);
}

/**
 * Moves a file, also to another file system. Replaces what is at the goal; whoever looks there sees the old file or the
 * whole new one. The goal's folder has to be there.
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
    await copyFile(from, draft);
    await using handle = await open(draft, 'r+');
    await handle.sync();
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await rm(from);
}
