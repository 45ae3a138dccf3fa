/** The kinds of files that consist of messages. */
export type MailFormat = 'eml' | 'mbox' | 'mhtml';

const MESSAGE_EXTENSIONS = new Set(['.eml', '.mht', '.mhtml']);
/** Fields that only mail programs write. */
const TECHNICAL = ['mime-version', 'message-id', 'received', 'return-path', 'delivered-to', 'x-mailer'];
const ADDRESSED = ['to', 'cc', 'subject', 'date'];

/**
 * Returns whether a text is a message, a mailbox or a saved page, by its header; null if it is none of them. A text that
 * only begins with `From:` is none: every line up to the first blank one must belong to a header, and it must have a
 * field that only mail programs write, or a sender with an address and someone or something it was sent about.
 * @param beginning of the file without NULs and byte order mark. @param extension in lower case, with its dot.
 */
export function mailFormatOf(beginning: string, extension: string): MailFormat | null {
  const isMailbox = /^From \S+.*\d\d:\d\d/.test(beginning);
  const fields = headerFields(isMailbox ? beginning.replace(/^.*\r?\n/, '') : beginning);
  if (fields === null) return null;
  const isTechnical = TECHNICAL.some((name) => fields.has(name));
  const isAddressed = (fields.get('from') ?? '').includes('@') && ADDRESSED.some((name) => fields.has(name));
  const isNamed = MESSAGE_EXTENSIONS.has(extension) && (fields.has('from') || fields.has('subject'));
  if (!isTechnical && !isAddressed && !isNamed) return null;
  if (isMailbox) return 'mbox';
  return isSavedPage(fields, extension) ? 'mhtml' : 'eml';
}

/** Returns the fields of a header by their names in lower case; null if the text does not begin with a header. */
function headerFields(text: string): ReadonlyMap<string, string> | null {
  const fields = new Map<string, string>();
  let last: string | null = null;
  const lines = text.trimStart().split(/\r\n|\r|\n/);
  lines.pop(); // It may be cut.
  for (const line of lines) {
    if (line === '') break;
    const field = /^([!-9;-~]{1,80})[ \t]*:(.*)$/.exec(line);
    if (field !== null) {
      last = field[1]!.toLowerCase();
      fields.set(last, field[2]!);
    } else if (/^[ \t]/.test(line) && last !== null) {
      fields.set(last, `${fields.get(last)} ${line}`);
    } else {
      return null;
    }
  }
  return fields;
}

function isSavedPage(fields: ReadonlyMap<string, string>, extension: string): boolean {
  if (!/^\s*multipart\/related/i.test(fields.get('content-type') ?? '')) return false;
  if (extension === '.mht' || extension === '.mhtml') return true;
  return fields.has('snapshot-content-location') || /^\s*<Saved by /i.test(fields.get('from') ?? '');
}

/** A stream that every item of Outlook has, and no other Office file. */
const OUTLOOK_STREAM = Buffer.from('__properties_version1.0', 'utf16le');

/** Returns whether an old-style Office file is an item of Outlook (.msg). */
export function isMsg(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === '\xD0\xCF\x11\xE0' && bytes.includes(OUTLOOK_STREAM);
}
