import { parse } from 'parse5';
import { withoutDataUris } from '../html/data-uris.ts';
import { hiddenTextWarning } from '../hidden-text.ts';
import { countHiddenChars, isHiddenElement } from '../html/hidden-elements.ts';
import { addHtmlBlocks } from '../html/html-blocks.ts';
import type { Parts } from '../parts.ts';
import { linesOf, openTextBuilder, type TextBuilder } from '../text-builder.ts';

/** One message, decoded, whatever format it was stored in. */
export interface Message {
  readonly subject: string | null;
  /** Lines such as `From: Ana <ana@a.br>`, in the order in which they are shown. */
  readonly headerLines: readonly string[];
  /** The body as plain text; empty if the message only has an HTML body. */
  readonly text: string;
  /** The body as HTML; empty if the message only has a plain text body. */
  readonly html: string;
  /** Attached files. Pictures that the body shows are not among them. */
  readonly attachments: readonly MailAttachment[];
}

/** A file attached to a message. */
export interface MailAttachment {
  readonly name: string;
  readonly bytes: Buffer;
}

/** An HTML body with less of its plain text twin than this is no alternative to it, such as a lone picture. */
const MIN_HTML_SHARE = 0.5;

/**
 * Adds a message: its subject as a heading, its header, its body, then the text of each attachment as a part.
 * @param partOf what the parts are called in front of their name, such as the message's name in a mailbox; '' for none.
 */
export async function addMessage(builder: TextBuilder, parts: Parts, message: Message, partOf = ''): Promise<void> {
  // Without a mark of its own, the body would be located in the first attachment.
  builder.mark(partOf === '' ? {} : { part: partOf });
  if (message.subject !== null) builder.addBlock('heading', message.subject, { level: 1 });
  const names = uniqueNames(message.attachments);
  const attached = names.length === 0 ? [] : [`Attachments: ${names.join(', ')}`];
  builder.addBlock('paragraph', [...message.headerLines, ...attached].join('\n'));
  addBody(builder, message, parts);
  for (const [i, { bytes }] of message.attachments.entries()) {
    const name = partOf === '' ? names[i]! : `${partOf}/${names[i]}`;
    if (isEncrypted(bytes)) parts.leaveOut(name, 'it is encrypted; decrypt it and drop it again');
    else await parts.add(name, bytes);
  }
}

/** Returns whether a file is an encrypted message or a key, in letters that are no words. */
function isEncrypted(bytes: Buffer): boolean {
  return /^\s*-----BEGIN (?:PGP|PKCS|CERTIFICATE)/.test(bytes.toString('latin1', 0, 200));
}

/** Prefers the HTML body, because it has the lists and tables. Readability is not asked: a message is no article. */
function addBody(builder: TextBuilder, { text, html }: Message, parts: Parts): void {
  const page = parse(html);
  const trial = openTextBuilder('');
  const isHidden = parts.readsHidden ? undefined : isHiddenElement;
  addHtmlBlocks(trial, page, isHidden);
  if (trial.length > 0 && trial.length >= MIN_HTML_SHARE * text.trim().length) {
    addHtmlBlocks(builder, page, isHidden);
    if (!parts.readsHidden) parts.warn(hiddenTextWarning(countHiddenChars(page)));
  } else for (const paragraph of paragraphsOf(withoutDataUris(text))) builder.addBlock('paragraph', paragraph);
}

/** Returns the paragraphs of a body, without encrypted text, signatures and keys, which are letters but no words. */
function paragraphsOf(text: string): readonly string[] {
  const kept: string[] = [];
  let isArmored = false;
  for (const line of linesOf(text)) {
    const armor = /^-----(BEGIN|END) PGP (?!SIGNED)[A-Z ]+-----\s*$/.exec(line)?.[1];
    if (armor === 'BEGIN') isArmored = true;
    if (!isArmored) kept.push(line.trimEnd());
    if (armor === 'END') isArmored = false;
  }
  return kept.join('\n').split(/\n{2,}/);
}

/** Returns the names of the attachments without slashes, which separate nested parts, and each of them once. */
function uniqueNames(attachments: readonly MailAttachment[]): readonly string[] {
  const counts = new Map<string, number>();
  return attachments.map(({ name: given }) => {
    const name = given.replaceAll(/[\\/\p{Cc}]+/gu, '_');
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : name.replace(/(\.[^.]*)?$/, ` (${count})$1`);
  });
}

/**
 * Returns a date as its sender saw it, with the numbers in the same order in every language, such as
 * `2026-03-03 10:12 -0300`. A date without a numeric time zone is returned as written.
 */
export function dateText(written: string): string {
  const zone = /(?:([+-])(\d\d):?(\d\d)|GMT|UTC|Z)\b\D*$/.exec(written);
  if (zone === null) return written;
  const [, sign = '+', hours = '00', minutes = '00'] = zone;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const local = new Date(new Date(written).getTime() + offset * 60_000);
  if (Number.isNaN(local.getTime())) return written;
  return `${local.toISOString().slice(0, 16).replace('T', ' ')} ${sign}${hours}${minutes}`;
}
