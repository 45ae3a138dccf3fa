import { createRequire } from 'node:module';
import type msgreader from '@kenjiuno/msgreader';
import { messageOf } from '#shared/errors.ts';
import { decodeText } from '../charset.ts';
import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { openParts, type ExtractPart } from '../parts.ts';
import { openTextBuilder } from '../text-builder.ts';
import { isSoundCompoundFile } from './compound-file.ts';
import { addMessage, dateText, type MailAttachment, type Message } from './message.ts';
import { htmlInRtf } from './html-in-rtf.ts';
import { unpackRtf } from './rtf-body.ts';

// An import would give the class itself or an object around it, depending on who loads the module. The cast is what
// `require` returns: the package has these types.
const { default: MsgReader } = createRequire(import.meta.url)('@kenjiuno/msgreader') as typeof msgreader;
type MsgReader = InstanceType<typeof MsgReader>;

/**
 * Extracts an item saved by Outlook (.msg): a message, an appointment or a contact, with its attachments as parts.
 * @param extract extracts one attachment. @param depth of `file`: 0 for a file of the inbox.
 * @throws ExtractError DAMAGED, TOO_LARGE
 */
export async function extractMsg(file: SourceFile, extract: ExtractPart, depth: number): Promise<Extraction> {
  const { message, rtf } = parseMsg(file);
  const builder = openTextBuilder(file.path);
  const parts = openParts(file, builder, extract, depth);
  await addMessage(builder, parts, message);
  if (rtf !== null) await parts.add('body.rtf', rtf);
  return builder.build({
    title: message.subject,
    mediaType: 'application/vnd.ms-outlook',
    pageCount: null,
    warnings: parts.warnings(),
  });
}

interface MsgContent {
  readonly message: Message;
  /** The body as RTF if it is in no other form, unpacked; null otherwise. */
  readonly rtf: Buffer | null;
}

function parseMsg(file: SourceFile): MsgContent {
  // On a compound file with a loop, the reader would take all memory.
  if (!isSoundCompoundFile(file.bytes)) throw damaged(file);
  try {
    const { reader, fields } = readFields(file.bytes);
    const rtf = fields.compressedRtf === undefined ? null : unpackRtf(fields.compressedRtf);
    const htmlInside = rtf === null ? null : htmlInRtf(rtf);
    const html = htmlOf(fields) || (htmlInside ?? '');
    const text = fields.body?.trim() ?? '';
    const message = {
      subject: fields.subject?.trim() || null,
      headerLines: headerLinesOf(fields),
      text,
      html,
      attachments: attachmentsOf(reader, fields, html),
    };
    // An RTF body that was made from plain text says nothing that the plain text does not.
    const isRtfOnly = text === '' && html === '' && htmlInside === null && rtf?.includes('\\fromtext') === false;
    return { message, rtf: isRtfOnly ? rtf : null };
  } catch (error) {
    throw damaged(file, error);
  }
}

function damaged(file: SourceFile, cause?: unknown): ExtractError {
  const why = cause === undefined ? '' : ` (${messageOf(cause)})`;
  const reason = `it is damaged or cut short${why}; save it again from Outlook, or as .eml`;
  return new ExtractError('DAMAGED', file.path, reason, { cause });
}

function readFields(bytes: Buffer): { readonly reader: MsgReader; readonly fields: msgreader.FieldsData } {
  const open = (ansiEncoding: string): { readonly reader: MsgReader; readonly fields: msgreader.FieldsData } => {
    const reader = new MsgReader(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
    reader.parserConfig = { ansiEncoding };
    return { reader, fields: reader.getFileData() };
  };
  const opened = open('windows1252');
  const { messageCodepage } = opened.fields;
  // Unicode items need no code page.
  if (messageCodepage === undefined || [1200, 1252, 65001].includes(messageCodepage)) return opened;
  return open(`cp${messageCodepage}`);
}

function headerLinesOf(fields: msgreader.FieldsData): readonly string[] {
  const {
    senderName = '',
    senderSmtpAddress,
    creatorSMTPAddress,
    recipients = [],
    clientSubmitTime,
    messageDeliveryTime,
  } = fields;
  const sender = senderSmtpAddress ?? creatorSMTPAddress ?? fields.senderEmail;
  const people = (name: string, kind: string): readonly string[] => {
    const named = recipients
      .filter(({ recipType = 'to' }) => recipType === kind)
      .map((recipient) => personText(recipient.name ?? '', recipient.smtpAddress ?? recipient.email));
    return named.length === 0 ? [] : [`${name}: ${named.join(', ')}`];
  };
  const from = personText(senderName, sender);
  const date = writtenDate(fields.headers) ?? clientSubmitTime ?? messageDeliveryTime;
  return [
    ...(from === '' ? [] : [`From: ${from}`]),
    ...people('To', 'to'),
    ...people('Cc', 'cc'),
    ...people('Bcc', 'bcc'),
    ...(date === undefined ? [] : [`Date: ${dateText(date)}`]),
    ...DETAILS.flatMap(([key, label]) => {
      const value = fields[key];
      return typeof value === 'string' && value !== ''
        ? [`${label}: ${dateText(value.replaceAll(/\s*[\r\n]+\s*/g, ', '))}`]
        : [];
    }),
  ];
}

/** What appointments and contacts have besides their text. */
const DETAILS: readonly (readonly [keyof msgreader.FieldsData, string])[] = [
  ['apptStartWhole', 'Start'],
  ['apptEndWhole', 'End'],
  ['apptLocation', 'Location'],
  ['companyName', 'Company'],
  ['email1EmailAddress', 'E-mail'],
  ['businessTelephoneNumber', 'Business phone'],
  ['mobileTelephoneNumber', 'Mobile phone'],
  ['homeTelephoneNumber', 'Home phone'],
  ['workAddress', 'Work address'],
];

/** Addresses inside an Exchange server, such as `/O=A/CN=B`, mean nothing to people. */
function personText(name: string, address: string | undefined): string {
  if (address === undefined || address === '' || address.startsWith('/') || address === name) return name;
  return name === '' ? address : `${name} <${address}>`;
}

/** Returns the date of the header that the message travelled with; the other dates are of the copy in the file. */
function writtenDate(headers = ''): string | undefined {
  return /^date:[ \t]*(\S.*)$/im.exec(headers)?.[1];
}

function htmlOf({ html, bodyHtml = '', internetCodepage }: msgreader.FieldsData): string {
  if (html === undefined) return bodyHtml;
  const page =
    internetCodepage === undefined ? undefined : (CODE_PAGES[internetCodepage] ?? `windows-${internetCodepage}`);
  return decodeText(html, page).text;
}

/** Code pages whose label is not `windows-` and their number. */
const CODE_PAGES: Readonly<Record<number, string>> = {
  28591: 'iso-8859-1',
  28592: 'iso-8859-2',
  28605: 'iso-8859-15',
  20127: 'windows-1252',
  20866: 'koi8-r',
  50220: 'iso-2022-jp',
  932: 'shift_jis',
  936: 'gbk',
  950: 'big5',
};

function attachmentsOf(reader: MsgReader, fields: msgreader.FieldsData, html: string): readonly MailAttachment[] {
  return (fields.attachments ?? []).flatMap((attachment) => {
    const { pidContentId = '', attachmentHidden = false } = attachment;
    if (attachmentHidden || (pidContentId !== '' && html.includes(`cid:${pidContentId}`))) return [];
    const { fileName, content } = reader.getAttachment(attachment);
    return [{ name: fileName || attachment.name || 'attachment', bytes: Buffer.from(content) }];
  });
}
