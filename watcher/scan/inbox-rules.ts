import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import ignore from 'ignore';
import { AskboxError, codeOf } from '#shared/errors.ts';
import { isIgnoredName } from './ignored-names.ts';

/** The one file of rules, in the inbox itself; it is hidden, so never a document. Those in folders below mean nothing. */
export const IGNORE_FILE = '.inboxignore';
const MAX_BYTES = 1_000_000;

/** What of the inbox is left out of the index. */
export interface InboxRules {
  /** @param entryPath inside the inbox; a folder's ends with a slash. Also true below an ignored folder. */
  readonly isIgnored: (entryPath: string) => boolean;
  /** The line of the ignore file that decides over this path; undefined when none leaves it out. */
  readonly findLine: (entryPath: string) => { readonly lineNumber: number; readonly pattern: string } | undefined;
}

/** The rules are there and cannot be read: what they leave out must not be indexed by accident, so nothing is. */
export class IgnoreUnreadable extends AskboxError {
  override readonly name = 'IgnoreUnreadable';

  constructor(file: string, reason: string, cause?: unknown) {
    super(
      'IGNORE_UNREADABLE',
      `cannot read ${file}: ${reason}; make it a text file that askbox may read, or delete it; nothing changes until then`,
      { isRetryable: true, cause },
    );
  }
}

/**
 * Reads the rules of an inbox; without a file only temporary names are left out.
 * @throws IgnoreUnreadable
 */
export async function readInboxRules(inbox: string): Promise<InboxRules> {
  return inboxRules(await readIgnoreFile(path.join(inbox, IGNORE_FILE)));
}

/** The rules that a text in gitignore's syntax makes. Letters' case counts where file names have it. */
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
    if (!stats.isFile()) throw new IgnoreUnreadable(file, 'it is no file');
    if (stats.size > MAX_BYTES) throw new IgnoreUnreadable(file, `it has more than ${MAX_BYTES / 1e6} MB`);
    return await handle.readFile('utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return '';
    if (error instanceof IgnoreUnreadable) throw error;
    const reason = codeOf(error) === 'ELOOP' ? 'it is a link, and links are not followed' : String(codeOf(error));
    throw new IgnoreUnreadable(file, reason, error);
  }
}
