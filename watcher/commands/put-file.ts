import { lstat, mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '#shared/errors.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import { DRAFT_PREFIX, draftIn, moveFile } from './move-file.ts';

type Body = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface PutFileOptions {
  readonly maxBytes: number;
  /** As the sender says; null when it does not. */
  readonly sizeBytes: number | null;
  /** Refuse rather than replace a file that is there. */
  readonly mustBeNew: boolean;
}

/**
 * Writes a file into the inbox. Under its name it appears whole or not at all: the bytes go to a draft, which no look
 * reads, and reach the disk before the draft gets the name. When the body breaks off nothing is left.
 * @param filePath inside the inbox, as inbox-path.ts lets it through.
 * @returns whether there was no file of that name.
 * @throws CommandRefused CONFLICT, ALREADY_EXISTS, TOO_LARGE; else what writing or the body throws.
 */
export async function putFile(
  inbox: string,
  filePath: string,
  body: Body,
  { maxBytes, sizeBytes, mustBeNew }: PutFileOptions,
): Promise<boolean> {
  if ((sizeBytes ?? 0) > maxBytes) throw tooLarge(filePath, maxBytes);
  const isNew = await checkPlace(inbox, filePath, mustBeNew);
  const draft = draftIn(inbox);
  try {
    await writeDraft(draft, body, maxBytes, filePath);
    const goal = path.join(inbox, filePath);
    await mkdir(path.dirname(goal), { recursive: true });
    if (mustBeNew) await reserve(goal, filePath);
    await moveFile(draft, goal);
    return isNew;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Takes away what a kill has left of files that were being put. To be called before any is put. */
export async function removeDrafts(inbox: string): Promise<void> {
  // An inbox that is not there yet has none.
  for (const name of await readdir(inbox).catch(() => [])) {
    if (name.startsWith(DRAFT_PREFIX)) await rm(path.join(inbox, name), { force: true });
  }
}

/** The way there is made of folders, never of links, and does not end at one. @returns whether nothing is there yet. */
async function checkPlace(inbox: string, filePath: string, mustBeNew: boolean): Promise<boolean> {
  const names = filePath.split('/');
  for (let depth = 1; depth <= names.length; depth++) {
    const place = names.slice(0, depth).join('/');
    const stats = await lstat(path.join(inbox, place)).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
    });
    if (stats === undefined) return true;
    const isLast = depth === names.length;
    if (isLast && mustBeNew) throw alreadyExists(filePath);
    if (isLast ? !stats.isFile() : !stats.isDirectory()) {
      const problem = isLast ? 'a folder, link or device has that name' : `${place} is no folder`;
      throw new CommandRefused('CONFLICT', `cannot put ${filePath} into the inbox: ${problem}; choose another name`, {
        field: 'path',
      });
    }
  }
  return false;
}

async function writeDraft(draft: string, body: Body, maxBytes: number, filePath: string): Promise<void> {
  await using handle = await open(draft, 'wx');
  let sizeBytes = 0;
  for await (const bytes of body) {
    sizeBytes += bytes.length;
    if (sizeBytes > maxBytes) throw tooLarge(filePath, maxBytes);
    await handle.writeFile(bytes);
  }
  await handle.sync();
}

function tooLarge(filePath: string, maxBytes: number): CommandRefused {
  const message = `${filePath} is larger than ${maxBytes / 1024 / 1024} MB; split it, or raise ASKBOX_MAX_FILE_MB`;
  return new CommandRefused('TOO_LARGE', message);
}

/** Takes the name: it may have been given to another file while ours was written. */
async function reserve(goal: string, filePath: string): Promise<void> {
  try {
    await (await open(goal, 'wx')).close();
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? alreadyExists(filePath) : error;
  }
}

function alreadyExists(filePath: string): CommandRefused {
  return new CommandRefused('ALREADY_EXISTS', `${filePath} is in the inbox already; choose another name`, {
    field: 'path',
  });
}
