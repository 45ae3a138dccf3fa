import { isUtf8 } from 'node:buffer';
import type { BigIntStats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AskboxError, codeOf } from '#shared/errors.ts';
import type { FolderFile, FolderProblem } from '../ledger/action.ts';
import { isIgnoredName } from './ignored-names.ts';
import { readInboxRules, type InboxRules } from './inbox-rules.ts';

/** The limits of RFC 3339. A file can have any time set, on some file systems times that no date can represent. */
const EARLIEST_MS = Date.parse('0001-01-01T00:00:00Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59Z');

/** What one pass over the inbox, or over a few of its paths, found. Keys: paths in the inbox, with forward slashes. */
export interface FolderScan {
  /** When the scan began. */
  readonly atMs: number;
  readonly files: ReadonlyMap<string, FolderFile>;
  /** Entries that are never read, such as links and pipes. */
  readonly problems: ReadonlyMap<string, FolderProblem>;
  /** Paths that could not be read, mostly folders: they and what is below them are unknown, not gone. */
  readonly unknownPaths: readonly string[];
  /** Whether a path is left out on purpose. */
  readonly isIgnored: InboxRules['isIgnored'];
  /** device:inode of the inbox folder. */
  readonly inboxIdentity: string;
}

/** The inbox cannot be listed or was replaced during the scan: unmounted, renamed, or its rights have changed. */
export class InboxMissing extends AskboxError {
  override readonly name = 'InboxMissing';

  constructor(inbox: string, cause: unknown) {
    super(
      'INBOX_MISSING',
      `cannot list the inbox ${inbox}; mount it or create the folder again, no document is removed meanwhile`,
      {
        isRetryable: true,
        cause,
      },
    );
  }
}

/**
 * Scans the whole inbox once. Never follows links, and leaves out ignored names.
 * @throws InboxMissing when the inbox itself cannot be listed, IgnoreUnreadable when its ignore file cannot be read.
 */
export function scanInbox(inbox: string, now: () => number): Promise<FolderScan> {
  return scanWith(inbox, now, async (scan) => {
    const pending = [''];
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      const names = await namesIn(inbox, folder);
      if (names === 'unknown') {
        scan.unknownPaths.push(folder);
        continue;
      }
      for (const rawName of names) {
        if (!isUtf8(rawName)) {
          const problem = badName(folder, rawName);
          scan.problems.set(problem.path, problem);
          continue;
        }
        const name = rawName.toString('utf8');
        const entryPath = folder === '' ? name : `${folder}/${name}`;
        if (isIgnoredName(name)) continue;
        const stats = await statsOf(path.join(inbox, entryPath));
        if (stats === 'gone') continue; // deleted since the folder was listed
        if (stats === 'unknown') scan.unknownPaths.push(entryPath);
        else if (!stats.isDirectory()) note(entryPath, stats, scan);
        else if (!scan.isIgnored(`${entryPath}/`)) pending.push(entryPath);
      }
    }
  });
}

/**
 * Scans only these paths, however large the inbox is. A path that is missing, a folder or behind a link counts as
 * unknown: only a full scan may report that something is gone.
 * @throws InboxMissing, IgnoreUnreadable, as `scanInbox`.
 */
export function scanPaths(inbox: string, paths: Iterable<string>, now: () => number): Promise<FolderScan> {
  return scanWith(inbox, now, async (scan) => {
    for (const entryPath of paths) {
      const stats = (await isBelowFolders(inbox, entryPath)) ? await statsOf(path.join(inbox, entryPath)) : 'gone';
      if (typeof stats === 'string' || stats.isDirectory()) scan.unknownPaths.push(entryPath);
      else note(entryPath, stats, scan);
    }
  });
}

/** A scan in progress. */
interface Draft extends FolderScan {
  readonly files: Map<string, FolderFile>;
  readonly problems: Map<string, FolderProblem>;
  readonly unknownPaths: string[];
}

async function scanWith(inbox: string, now: () => number, fill: (scan: Draft) => Promise<void>): Promise<FolderScan> {
  const atMs = now();
  const inboxIdentity = await identityOf(inbox);
  const { isIgnored } = await readInboxRules(inbox);
  const scan: Draft = { atMs, files: new Map(), problems: new Map(), unknownPaths: [], isIgnored, inboxIdentity };
  await fill(scan);
  // An inbox that was unmounted or replaced during the walk would seem to be emptied.
  if ((await identityOf(inbox)) !== inboxIdentity) throw new InboxMissing(inbox, 'it was replaced');
  return scan;
}

/** Adds an entry to the scan. @param stats of anything but a folder. */
function note(entryPath: string, stats: BigIntStats, { files, problems, isIgnored }: Draft): void {
  if (isIgnored(entryPath)) return;
  if (stats.isFile()) files.set(entryPath, fileOf(entryPath, stats));
  else problems.set(entryPath, notAFile(entryPath, stats));
}

async function isBelowFolders(inbox: string, entryPath: string): Promise<boolean> {
  for (let folder = path.posix.dirname(entryPath); folder !== '.'; folder = path.posix.dirname(folder)) {
    const stats = await statsOf(path.join(inbox, folder));
    if (typeof stats === 'string' || !stats.isDirectory()) return false;
  }
  return true;
}

/** Returns the signature of a file. Every edit changes it, except racy ones (see `PlanLimits.racyMs`). */
export function signatureOf(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
}

/** Returns what a scan records of a regular file. */
export function fileOf(entryPath: string, stats: BigIntStats): FolderFile {
  return {
    path: entryPath,
    signature: signatureOf(stats),
    sizeBytes: Math.min(Number(stats.size), Number.MAX_SAFE_INTEGER),
    modifiedMs: Math.min(Math.max(Number(stats.mtimeMs), EARLIEST_MS), LATEST_MS),
    changedMs: Number(stats.ctimeMs),
  };
}

async function identityOf(inbox: string): Promise<string> {
  try {
    const { dev, ino } = await stat(inbox, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    throw new InboxMissing(inbox, error);
  }
}

async function namesIn(inbox: string, folder: string): Promise<readonly Buffer[] | 'unknown'> {
  try {
    return await readdir(path.join(inbox, folder), { encoding: 'buffer' });
  } catch (error) {
    if (folder === '') throw new InboxMissing(inbox, error);
    // Removed or replaced by a file during the walk, so nothing is below it now. After any other error that is unknown.
    return isGone(error) ? [] : 'unknown';
  }
}

async function statsOf(file: string): Promise<BigIntStats | 'gone' | 'unknown'> {
  try {
    return await lstat(file, { bigint: true });
  } catch (error) {
    return isGone(error) ? 'gone' : 'unknown';
  }
}

function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

function notAFile(entryPath: string, stats: BigIntStats): FolderProblem {
  const message = stats.isSymbolicLink()
    ? `cannot read ${entryPath}: it is a link, and links are not followed; copy the file itself into the inbox`
    : `cannot read ${entryPath}: it is a pipe, socket or device; remove it from the inbox`;
  return { path: entryPath, signature: signatureOf(stats), code: 'NOT_A_FILE', message };
}

function badName(folder: string, rawName: Buffer): FolderProblem {
  // A distinct readable name for each raw name: bytes that are not ASCII are written as \xNN.
  const readable = [...rawName]
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`))
    .join('');
  const entryPath = folder === '' ? readable : `${folder}/${readable}`;
  const message = `cannot read ${entryPath}: its name is not valid UTF-8; rename the file`;
  return { path: entryPath, signature: `bad-name:${readable}`, code: 'BAD_NAME', message };
}
