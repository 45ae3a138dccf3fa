import { lstat, mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '#shared/errors.ts';
import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import { DRAFT_PREFIX, draftIn, moveFile } from './move-file.ts';

type Body = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The limits of writing one file. */
export interface PutFileOptions {
  /** A larger file is rejected, at the latest when its body exceeds this. */
  readonly maxBytes: number;
  /** The size that the client announced; null if it announced none. */
  readonly sizeBytes: number | null;
  /** Rejects the file rather than replace an existing one. */
  readonly mustBeNew: boolean;
}

/**
 * Writes a file into the inbox. It appears under its name either complete or not at all: the bytes go to a draft, which
 * scans ignore, and are flushed to disk before the draft gets the name. If the body ends in an error, nothing is left.
 * @param filePath inside the inbox, already accepted by `checkNewPath`.
 * @returns true if there was no file of that name.
 * @throws CommandRefused CONFLICT, ALREADY_EXISTS, TOO_LARGE, or what writing or the body throws.
 */
export async function putFile(
  inbox: string,
  filePath: string,
  body: Body,
  { maxBytes, sizeBytes, mustBeNew }: PutFileOptions,
): Promise<boolean> {
  if ((sizeBytes ?? 0) > maxBytes) throw tooLarge(filePath, maxBytes);
  const isNew = await checkTarget(inbox, filePath, mustBeNew);
  const draft = draftIn(inbox);
  try {
    await writeDraft(draft, body, maxBytes, filePath);
    const target = path.join(inbox, filePath);
    await mkdir(path.dirname(target), { recursive: true });
    if (mustBeNew) await reserve(target, filePath);
    await moveFile(draft, target);
    return isNew;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Deletes the drafts that a kill has left behind. Must be called before the first file is put. */
export async function removeDrafts(inbox: string): Promise<void> {
  // An inbox that does not exist yet has no drafts.
  for (const name of await readdir(inbox).catch(() => [])) {
    if (name.startsWith(DRAFT_PREFIX)) await rm(path.join(inbox, name), { force: true });
  }
}

/**
 * Rejects a path that leads through anything but folders (a link, above all) or that names something other than a file.
 * @returns true if nothing has that path yet.
 * @throws CommandRefused CONFLICT, ALREADY_EXISTS
 */
export async function checkTarget(inbox: string, filePath: string, mustBeNew: boolean): Promise<boolean> {
  const names = filePath.split('/');
  for (let depth = 1; depth <= names.length; depth++) {
    const entryPath = names.slice(0, depth).join('/');
    const stats = await lstat(path.join(inbox, entryPath)).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
    });
    if (stats === undefined) return true;
    const isLast = depth === names.length;
    if (isLast && mustBeNew) throw alreadyExists(filePath);
    if (isLast ? !stats.isFile() : !stats.isDirectory()) {
      const problem = isLast ? 'a folder, link or device has that name' : `${entryPath} is not a folder`;
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

/**
 * Claims the name with an empty file; another file may have got it while ours was being written.
 * @throws CommandRefused ALREADY_EXISTS
 */
export async function reserve(target: string, filePath: string): Promise<void> {
  try {
    await (await open(target, 'wx')).close();
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? alreadyExists(filePath) : error;
  }
}

function alreadyExists(filePath: string): CommandRefused {
  return new CommandRefused('ALREADY_EXISTS', `${filePath} is already in the inbox; choose another name`, {
    field: 'path',
  });
}
