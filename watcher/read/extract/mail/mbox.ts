import type { Extraction, SourceFile } from '../extraction.ts';
import { openParts, type ExtractPart } from '../parts.ts';
import { openTextBuilder } from '../text-builder.ts';
import { extractEml, guessedWarnings, messageFrom, parseMail } from './eml.ts';
import { addMessage } from './message.ts';

const LINE_FEED = 0x0a;
const SEPARATOR = Buffer.from('\nFrom ');

/**
 * Extracts a mailbox: each of its messages with its attachments. One with a single message is read as that message. The locations name the message by its number, starting
 * at 1, and its subject.
 * @param extract extracts one attachment. @param depth of `file`: 0 for a file of the inbox.
 * @throws ExtractError DAMAGED, TOO_LARGE
 */
export async function extractMbox(file: SourceFile, extract: ExtractPart, depth: number): Promise<Extraction> {
  const builder = openTextBuilder(file.path);
  const parts = openParts(file, builder, extract, depth);
  let number = 0;
  let guessedChars = 0;
  for (const bytes of messagesIn(file.bytes)) {
    if (number === 0 && nextSeparator(file.bytes, 0) === -1)
      return await extractEml({ ...file, bytes }, extract, depth);
    number++;
    const mail = await parseMail(file, bytes);
    guessedChars += mail.guessedChars;
    const message = messageFrom(mail.email);
    const subject = message.subject?.replaceAll('/', '_') ?? '';
    await addMessage(builder, parts, message, `${number}. ${subject}`.trim());
  }
  return builder.build({
    title: null,
    mediaType: 'application/mbox',
    pageCount: null,
    warnings: [...guessedWarnings(guessedChars), ...parts.warnings()],
  });
}

/** Yields the bytes of each message, without the `From ` line before it. */
function* messagesIn(mailbox: Buffer): Generator<Buffer> {
  for (let start = 0; start !== -1 && start < mailbox.length;) {
    const next = nextSeparator(mailbox, start);
    const firstLineEnd = mailbox.indexOf(LINE_FEED, start);
    if (firstLineEnd !== -1) yield mailbox.subarray(firstLineEnd + 1, next === -1 ? undefined : next + 1);
    start = next === -1 ? -1 : next + 1;
  }
}

/** A line that begins with `From ` separates messages only after a blank line; else a text happens to begin so. */
function nextSeparator(mailbox: Buffer, from: number): number {
  for (let at = mailbox.indexOf(SEPARATOR, from); at !== -1; at = mailbox.indexOf(SEPARATOR, at + 1)) {
    const before = mailbox.toString('latin1', Math.max(0, at - 2), at);
    const line = mailbox.toString('latin1', at + 1, at + 200);
    if (/\n\r?$/.test(before) && /^From \S+.*\d\d:\d\d/.test(line)) return at;
  }
  return -1;
}
