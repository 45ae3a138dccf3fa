import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import type { DocumentWarning } from '#shared/document.ts';
import { messageOf } from '#shared/errors.ts';
import { isMostlyUtf8 } from '../charset.ts';
import { guessEncoding } from '../encodings/guess-encoding.ts';
import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { openParts, type ExtractPart } from '../parts.ts';
import { openTextBuilder } from '../text-builder.ts';
import { readableMail, withCharset } from './mail-charset.ts';
import { addMessage, dateText, type MailAttachment, type Message } from './message.ts';

/**
 * Extracts a message (RFC 5322): subject, header, body, and the files attached to it as parts.
 * @param extract extracts one attachment. @param depth of `file`: 0 for a file of the inbox.
 * @throws ExtractError DAMAGED, TOO_LARGE
 */
export async function extractEml(file: SourceFile, extract: ExtractPart, depth: number): Promise<Extraction> {
  const { email, guessedChars } = await parseMail(file, file.bytes);
  const message = messageFrom(email);
  const builder = openTextBuilder(file.path);
  const parts = openParts(file, builder, extract, depth);
  await addMessage(builder, parts, message);
  return builder.build({
    title: message.subject,
    mediaType: 'message/rfc822',
    pageCount: null,
    warnings: [...guessedWarnings(guessedChars), ...parts.warnings()],
  });
}

/** A parsed message. */
export interface ParsedMail {
  readonly email: Email;
  /** Characters of the body that may be wrong, because the message does not declare their encoding. */
  readonly guessedChars: number;
}

/** A charset in which every byte above 0x7F is the character of its number in the private use area. */
const BYTE_BY_BYTE = 'x-user-defined';

/**
 * Parses a message. Forwarded messages become attachments.
 * @param bytes of the message, which may be only a part of the file.
 * @throws ExtractError DAMAGED if it is nested deeper than 256 levels or its headers exceed 2 MB, as no real message;
 * TOO_LARGE above half a million lines of text.
 */
export async function parseMail(file: SourceFile, bytes: Buffer): Promise<ParsedMail> {
  checkLineCount(file, bytes);
  const mail = readableMail(bytes);
  try {
    const email = await PostalMime.parse(mail, OPTIONS);
    const unread = replacementsIn(email);
    if (unread === 0) return { email, guessedChars: 0 };
    const declared = DECLARED_IN_PAGE.exec(email.html ?? '')?.[1];
    const charset = declared ?? encodingOfBody(await PostalMime.parse(withCharset(mail, BYTE_BY_BYTE), OPTIONS));
    if (charset === 'utf-8') return { email, guessedChars: unread };
    const again = await PostalMime.parse(withCharset(mail, charset), OPTIONS);
    if (replacementsIn(again) >= unread) return { email, guessedChars: 0 };
    return { email: again, guessedChars: declared === undefined ? unread : 0 };
  } catch (error) {
    throw new ExtractError(
      'DAMAGED',
      file.path,
      `it is not a well-formed message (${messageOf(error)}); open it in a mail program and save it again`,
      { cause: error },
    );
  }
}

/** Guesses the encoding of a body that was read byte by byte. */
function encodingOfBody({ text = '', html = '' }: Email): string {
  const body = (text + html).slice(0, MAX_SAMPLE_CHARS);
  const bytes = Buffer.from(
    body.replaceAll(/[\uF780-\uF7FF]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xf700)),
    'latin1',
  );
  const encoding = isMostlyUtf8(bytes) ? 'utf-8' : guessEncoding(bytes);
  // The parser has no code pages of MS-DOS, which no mail program writes.
  return /^cp\d/.test(encoding) ? 'windows-1252' : encoding;
}

/** Enough to recognize an encoding by. */
const MAX_SAMPLE_CHARS = 1_000_000;

/** The parser keeps each line of a text in 1.5 kB of memory until its end. Those of base64 cost nothing. */
const MAX_TEXT_LINES = 500_000;
const BASE64_LINE_BYTES = 60;

function checkLineCount(file: SourceFile, bytes: Buffer): void {
  const positionOf = (byte: number, from: number): number => {
    const at = bytes.indexOf(byte, from);
    return at === -1 ? bytes.length : at;
  };
  let count = 0;
  let space = -1;
  for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
    end = positionOf(0x0a, start);
    if (space < start) space = positionOf(0x20, start);
    if (end - start >= BASE64_LINE_BYTES && space > end) continue;
    if (++count <= MAX_TEXT_LINES) continue;
    const reason = `a message in it has more than ${MAX_TEXT_LINES} lines of text; split it into smaller files`;
    throw new ExtractError('TOO_LARGE', file.path, reason);
  }
}

const OPTIONS = { forceRfc822Attachments: true };
const DECLARED_IN_PAGE = /<meta[^>]{0,200}charset\s{0,9}=\s{0,9}["']?([\w.:-]+)/i;

/** Counts the characters that stand for bytes which are invalid in the charset used. */
function replacementsIn({ text = '', html = '' }: Email): number {
  return (text + html).split('\uFFFD').length - 1;
}

/** Returns the warning about characters that may be wrong, if there are any. */
export function guessedWarnings(count: number): readonly DocumentWarning[] {
  if (count === 0) return [];
  const message = `the message does not declare its encoding, which was guessed: ${count} characters, such as accented letters, may be wrong`;
  return [{ code: 'ENCODING_GUESSED', count, message }];
}

/** Returns what the message says, with everything decoded. */
export function messageFrom(email: Email): Message {
  const { from, sender, to, cc, bcc, subject, text = '', html = '' } = email;
  const people = (name: string, addresses: readonly Address[]): readonly string[] =>
    addresses.length === 0 ? [] : [`${name}: ${addresses.map(addressText).join(', ')}`];
  const date = email.headers.find(({ key }) => key === 'date')?.value.trim() ?? '';
  return {
    subject: subject?.trim() || null,
    headerLines: [
      ...people('From', from === undefined ? (sender === undefined ? [] : [sender]) : [from]),
      ...people('To', to ?? []),
      ...people('Cc', cc ?? []),
      ...people('Bcc', bcc ?? []),
      ...(date === '' ? [] : [`Date: ${dateText(date)}`]),
    ],
    text,
    html,
    attachments: attachmentsOf(email),
  };
}

function addressText({ name, address, group }: Address): string {
  if (group !== undefined) return `${name}: ${group.map(addressText).join(', ')}`;
  if (name === '' || name === address) return address ?? '';
  return address === '' ? name : `${name} <${address}>`;
}

/** Signatures prove who wrote the message; they are no text. */
const SIGNATURES = new Set([
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
  'application/pgp-signature',
]);
/** Extensions of attachments without a name; other formats are detected by their bytes. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'message/rfc822': '.eml',
  'text/html': '.html',
  'text/csv': '.csv',
  'text/markdown': '.md',
  'text/calendar': '.ics',
  'application/json': '.json',
};

function attachmentsOf({ attachments, html = '' }: Email): readonly MailAttachment[] {
  return attachments
    .filter((attachment) => !SIGNATURES.has(attachment.mimeType) && !isShownIn(html, attachment))
    .map(({ filename, description, mimeType, content }, i) => ({
      name: filename?.trim() || description?.trim() || `attachment ${i + 1}${EXTENSIONS[mimeType] ?? ''}`,
      bytes: typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer), // not a string, and Buffer.from copies an array
    }));
}

/** Returns whether an attachment is a picture in the body. Phones also call photos "inline" that stand alone. */
function isShownIn(html: string, { mimeType, related, contentId }: Attachment): boolean {
  if (!mimeType.startsWith('image/')) return false;
  const id = contentId?.replaceAll(/^<|>$/g, '');
  return related === true || (id !== undefined && id !== '' && html.includes(`cid:${id}`));
}
