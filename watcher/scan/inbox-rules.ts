import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import ignore from 'ignore';
import { AskboxError, codeOf } from '#shared/errors.ts';
import { isIgnoredName } from './ignored-names.ts';

/** The file of ignore rules. Only the one at the top of the inbox counts. It is hidden, so never a document. */
export const IGNORE_FILE = '.inboxignore';
const MAX_BYTES = 1_000_000;

/** Says what is left out of the index. */
export interface InboxRules {
  /** @param entryPath inside the inbox; that of a folder ends with a slash. Also true below an ignored folder. */
  readonly isIgnored: (entryPath: string) => boolean;
  /** The line of the ignore file that decides about this path; undefined when no line leaves it out. */
  readonly findLine: (entryPath: string) => { readonly lineNumber: number; readonly pattern: string } | undefined;
}

/** The ignore file cannot be read. No scan is made then, so that nothing it excludes is indexed by accident. */
export class IgnoreUnreadable extends AskboxError {
  override readonly name = 'IgnoreUnreadable';

  constructor(file: string, reason: string, cause?: unknown) {
    super(
      'IGNORE_UNREADABLE',
      `cannot read ${file}: ${reason}; make it a text file that askbox can read, or delete it; nothing changes until then`,
      { isRetryable: true, cause },
    );
  }
}

/**
 * Reads the ignore rules of an inbox. Without an ignore file only temporary names are left out.
 * @throws IgnoreUnreadable when the ignore file exists and cannot be read.
 */
export async function readInboxRules(inbox: string): Promise<InboxRules> {
  return inboxRules(await readIgnoreFile(path.join(inbox, IGNORE_FILE)));
}

/** Parses rules in the syntax of gitignore. Case-sensitive only on Linux, where file names are. */
function inboxRules(text: string): InboxRules {
  const lines = text.replace(/^\u{feff}/u, '').split(/\r?\n/);
  const rules = ignore({ ignoreCase: process.platform !== 'linux' }).add(
    lines.map((pattern, index) => ({ pattern, mark: String(index + 1) })),
  );
  return {
    isIgnored: (entryPath) => hasIgnoredName(entryPath) || rules.ignores(entryPath),
    findLine: (entryPath) => {
      const { rule } = rules.checkIgnore(entryPath);
      return rule && { lineNumber: Number(rule.mark), pattern: rule.pattern };
    },
  };
}

function hasIgnoredName(entryPath: string): boolean {
  return entryPath.split('/').some(isIgnoredName);
}

async function readIgnoreFile(file: string): Promise<string> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = await handle.stat();
    if (!stats.isFile()) throw new IgnoreUnreadable(file, 'it is not a file');
    if (stats.size > MAX_BYTES) throw new IgnoreUnreadable(file, `it is larger than ${MAX_BYTES / 1e6} MB`);
    return await handle.readFile('utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return '';
    if (error instanceof IgnoreUnreadable) throw error;
    const reason = codeOf(error) === 'ELOOP' ? 'it is a link, and links are not followed' : String(codeOf(error));
    throw new IgnoreUnreadable(file, reason, error);
  }
}
