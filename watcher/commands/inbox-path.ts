import { CommandRefused } from '#shared/watcher-api/command-refused.ts';
import { isIgnoredName } from '../scan/ignored-names.ts';
import { IGNORE_FILE, readInboxRules } from '../scan/inbox-rules.ts';

/** What file systems take for one name. */
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 2048;
/** Devices on Windows, with any extension. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³]) *(\.|$)/i;
/** On Windows wildcards, pipes and streams beside the file. */
const UNUSABLE_ON_WINDOWS = /[<>:"|?*]/;

/**
 * Checks a path that somebody wants to make in the inbox: it must stay inside, be possible on every system, and be read
 * by askbox itself.
 * @param filePath with forward slashes.
 * @throws CommandRefused BLANK, TOO_LONG, INVALID
 */
export async function checkNewPath(filePath: string, inbox: string): Promise<void> {
  if (filePath === '') throw refused('BLANK', 'the path is empty; name the file, such as contratos/locacao.pdf');
  if (Buffer.byteLength(filePath) > MAX_PATH_BYTES) {
    throw refused('TOO_LONG', `the path has more than ${MAX_PATH_BYTES} bytes; shorten it`);
  }
  for (const name of filePath.split('/')) {
    const problem = problemOf(name);
    if (problem !== undefined) throw cannotBePut(filePath, problem);
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
      throw refused('TOO_LONG', `the name ${name.slice(0, 40)}… has more than ${MAX_NAME_BYTES} bytes; shorten it`);
    }
  }
  const { isIgnored, findLine } = await readInboxRules(inbox);
  if (isIgnored(filePath)) {
    throw cannotBePut(filePath, `line ${findLine(filePath)?.lineNumber} of ${IGNORE_FILE} leaves it out`);
  }
}

function cannotBePut(filePath: string, problem: string): CommandRefused {
  return refused(
    'INVALID',
    `${JSON.stringify(filePath)} cannot be put into the inbox: ${problem}; choose another name`,
  );
}

function problemOf(name: string): string | undefined {
  if (name === '') return 'it begins or ends with a slash, or has two in a row';
  if (name === '.' || name === '..') return `${name} leads out of the folder it stands in`;
  if (!name.isWellFormed()) return 'it is not valid Unicode';
  if (/\p{Cc}/u.test(name)) return 'it has a control character';
  if (name.includes('\\')) return 'it has a backslash; folders are parted by /';
  if (/[. ]$/.test(name)) return 'a name in it ends with a dot or a space';
  if (RESERVED.test(name) || /^[a-z]:/i.test(name)) return `${name} is a device on some systems`;
  if (process.platform === 'win32' && UNUSABLE_ON_WINDOWS.test(name)) return 'it has one of <>:"|?*';
  if (isIgnoredName(name)) return `${name} is a hidden or temporary name, which is never read`;
  return undefined;
}

function refused(code: 'BLANK' | 'TOO_LONG' | 'INVALID', message: string): CommandRefused {
  return new CommandRefused(code, message, { field: 'path' });
}
