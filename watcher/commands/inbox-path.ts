import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import { isIgnoredName } from '../scan/ignored-names.ts';
import { IGNORE_FILE, readInboxRules } from '../scan/inbox-rules.ts';

/** The longest file name that common file systems allow. */
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 2048;
/** Device names on Windows, with any extension. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\.|$)/i;
/** Characters that mean wildcards, redirections or alternate streams on Windows. */
const UNUSABLE_ON_WINDOWS = /[<>:"|?*]/;

/**
 * Checks the path of a new file: it must stay inside the inbox, be valid on every operating system, and not be one that
 * askbox ignores.
 * @param filePath relative to the inbox, with forward slashes.
 * @throws CommandRefused BLANK, TOO_LONG, INVALID
 */
export async function checkNewPath(filePath: string, inbox: string): Promise<void> {
  if (filePath === '') throw refused('BLANK', 'the path is empty; name the file, such as contratos/locacao.pdf');
  if (Buffer.byteLength(filePath) > MAX_PATH_BYTES) {
    throw refused('TOO_LONG', `the path is longer than ${MAX_PATH_BYTES} bytes; shorten it`);
  }
  for (const name of filePath.split('/')) {
    const problem = problemOf(name);
    if (problem !== undefined) throw cannotBePut(filePath, problem);
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
      throw refused('TOO_LONG', `the name ${name.slice(0, 40)}… is longer than ${MAX_NAME_BYTES} bytes; shorten it`);
    }
  }
  const { isIgnored, findLine } = await readInboxRules(inbox);
  if (isIgnored(filePath)) {
    throw cannotBePut(filePath, `line ${findLine(filePath)?.lineNumber} of ${IGNORE_FILE} excludes it`);
  }
}

function cannotBePut(filePath: string, problem: string): CommandRefused {
  return refused(
    'INVALID',
    `${JSON.stringify(filePath)} cannot be put into the inbox: ${problem}; choose another name`,
  );
}

function problemOf(name: string): string | undefined {
  if (name === '') return 'it begins or ends with a slash, or has two slashes in a row';
  if (name === '.' || name === '..') return `${name} is not allowed as a name in a path`;
  if (!name.isWellFormed()) return 'it is not valid Unicode';
  if (/\p{Cc}/u.test(name)) return 'it contains a control character';
  if (name.includes('\\')) return 'it contains a backslash (folders are separated by /)';
  if (/[. ]$/.test(name)) return 'a name in it ends with a dot or a space';
  if (RESERVED.test(name) || /^[a-z]:/i.test(name)) return `${name} is the name of a device or drive on some systems`;
  if (process.platform === 'win32' && UNUSABLE_ON_WINDOWS.test(name)) return 'it contains one of <>:"|?*';
  if (isIgnoredName(name)) return `${name} is a hidden or temporary name, and such files are never read`;
  return undefined;
}

function refused(code: 'BLANK' | 'TOO_LONG' | 'INVALID', message: string): CommandRefused {
  return new CommandRefused(code, message, { field: 'path' });
}
