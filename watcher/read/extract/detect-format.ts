import path from 'node:path';
import { isText } from './charset.ts';
import { ExtractError } from './extract-error.ts';
import type { SourceFile } from './extraction.ts';
import { isFetchableLinkPath, linkOf } from './link/link.ts';
import { isMsg, mailFormatOf, type MailFormat } from './mail/detect-mail.ts';
import { isPicture } from './ocr/is-picture.ts';
import { oleNames } from './ole.ts';
import { isNfe, isOfx } from './records/detect-records.ts';
import { isSubtitles } from './subtitles/detect-subtitles.ts';
import { zipNames } from './zip.ts';

type Format =
  | 'pdf'
  | ZippedFormat
  | 'zip'
  | 'tar'
  | 'gzip'
  | 'xls'
  | 'doc'
  | 'ppt'
  | 'csv'
  | 'rtf'
  | 'html'
  | 'markdown'
  | 'text'
  | 'subtitles'
  | 'notebook'
  | 'json'
  | 'nfe'
  | 'ofx'
  | 'picture'
  | 'msg'
  | MailFormat;

/** Formats that are zip archives, and a name in the archive that tells each. */
const ZIPPED = {
  docx: /^word\/document\d*\.xml$/i,
  xlsx: /^xl\/workbook\.(?:xml|bin)$/i,
  pptx: /^ppt\/presentation\.xml$/i,
  epub: /^META-INF\/container\.xml$/,
  odf: /^content\.xml$/,
} as const;
type ZippedFormat = keyof typeof ZIPPED;

const SAVE_AS_DOCUMENT = 'save it as .docx or .pdf and drop that';
const SAVE_AS_PDF = 'save it as .pdf and drop that';
const SAVE_AS_TABLE = 'save it as .csv or .pdf and drop that';
const UNPACK = 'unpack it and drop the files';
const NEEDS_TEXT = 'askbox only reads text; drop a text, .pdf or .docx version of it';

/** Long enough for the header of a message that many servers have signed. */
const SAMPLE_BYTES = 65_536;

/** A kind of file that askbox cannot read, and how to recognize it. */
interface UnreadableKind {
  readonly pattern: RegExp;
  /** Completes the sentence "it is …". */
  readonly what: string;
  readonly nextStep: string;
}

/* oxlint-disable no-control-regex -- magic numbers contain control characters so that no text begins with them */
/** Kinds recognized by their first bytes, read as latin1. Everything else may be text. */
const UNREADABLE: readonly UnreadableKind[] = [
  { pattern: /^\xD0\xCF\x11\xE0/, what: 'an old Office file', nextStep: SAVE_AS_DOCUMENT },
  { pattern: /^%!PS/, what: 'a PostScript file', nextStep: SAVE_AS_PDF },
  {
    pattern: /^\0\0[^]{2}ftyp(?:hei[cfmsx]|hev[cmsx]|mif1|msf1|avi[fs])/,
    what: 'a picture in the format HEIC or AVIF, which askbox has no decoder for',
    nextStep: 'save it as .jpg or .png and drop that',
  },
  { pattern: /^(?:ID3[\x02-\x04]|OggS\0|fLaC\0|RIFF[^]{4}WAVE)/, what: 'an audio recording', nextStep: NEEDS_TEXT },
  { pattern: /^(?:\0\0[^]{2}ftyp|\x1A\x45\xDF\xA3)/, what: 'a video or audio recording', nextStep: NEEDS_TEXT },
  { pattern: /^(?:7z\xBC\xAF|Rar!\x1A)/, what: 'an archive', nextStep: UNPACK },
  { pattern: /^(?:BZh[1-9]1AY|\xFD7zXZ|\x28\xB5\x2F\xFD)/, what: 'a compressed file', nextStep: UNPACK },
  { pattern: /^(?:\x7FELF|MZ\x90\0)/, what: 'a program', nextStep: NEEDS_TEXT },
  { pattern: /^SQLite format 3\0/, what: 'a database', nextStep: SAVE_AS_TABLE },
];
/* oxlint-enable no-control-regex */

const JSON_EXTENSIONS = new Set(['.json', '.jsonl', '.ndjson', '.geojson']);

const BEGINS_AS_HTML = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;

/**
 * Detects the format of a file by its bytes, then by its extension. Whatever decodes as text is at least plain text.
 * @throws ExtractError UNSUPPORTED_TYPE with the next step, ENCRYPTED for Office files with a password, DAMAGED for a
 * zip archive without a directory.
 */
export async function detectFormat(file: SourceFile): Promise<Format> {
  const { bytes } = file;
  const extension = path.posix.extname(file.path).toLowerCase();
  // Without NULs the first tags and words are the same in UTF-8 and UTF-16.
  const beginning = bytes
    .toString('latin1', 0, SAMPLE_BYTES)
    .replaceAll('\0', '')
    .replace(/^(?:\xEF\xBB\xBF|\xFF\xFE|\xFE\xFF)/, '');

  if (/^\s*%PDF-/.test(beginning)) return 'pdf';
  if (bytes.toString('latin1', 0, 4) === 'PK\x03\x04') return await formatOfZip(file);
  if (isPicture(bytes)) return 'picture';
  if (isMsg(bytes)) return 'msg';
  if (bytes.toString('latin1', 0, 4) === '\xD0\xCF\x11\xE0') {
    const names = oleNames(bytes);
    if (names.some((name) => /^(?:workbook|book)$/i.test(name))) return 'xls';
    if (names.includes('WordDocument')) return 'doc';
    if (names.includes('PowerPoint Document')) return 'ppt';
  }
  if (beginning.startsWith('{\\rtf')) return 'rtf';
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  if (bytes.toString('latin1', 257, 262) === 'ustar') return 'tar';
  rejectUnreadable(file);
  const link = linkOf(bytes, file.path);
  if (link !== null) {
    const orFetch = isFetchableLinkPath(file.path) ? ', or set ASKBOX_FETCH_LINKS=true and restart' : '';
    throw unsupported(file, `a link to ${link}`, `open it, save the page as .pdf or .html and drop that${orFetch}`);
  }
  if (BEGINS_AS_HTML.test(beginning)) return 'html';
  // PDF readers accept junk before the header, so a .pdf counts as PDF whatever it begins with.
  if (extension === '.pdf') return 'pdf';
  if (!isText(bytes)) throw unsupported(file, 'neither text nor a document type that askbox knows', SAVE_AS_DOCUMENT);
  const mail = mailFormatOf(beginning, extension);
  if (mail !== null) return mail;
  if (isSubtitles(beginning)) return 'subtitles';
  if (isNfe(beginning)) return 'nfe';
  if (isOfx(beginning)) return 'ofx';
  if (extension === '.ipynb') return 'notebook';
  if (JSON_EXTENSIONS.has(extension)) return 'json';
  if (['.csv', '.tsv', '.tab'].includes(extension)) return 'csv';
  if (['.html', '.htm', '.xhtml'].includes(extension)) return 'html';
  return extension === '.md' || extension === '.markdown' ? 'markdown' : 'text';
}

async function formatOfZip(file: SourceFile): Promise<ZippedFormat | 'zip'> {
  const names = await zipNames(file);
  for (const format of Object.keys(ZIPPED) as ZippedFormat[]) {
    // the keys of ZIPPED are its formats
    if (names.some((name) => ZIPPED[format].test(name))) return format;
  }
  if (names.some((name) => name.endsWith('.iwa'))) throw unsupported(file, 'an Apple iWork document', SAVE_AS_PDF);
  return 'zip';
}

function rejectUnreadable(file: SourceFile): void {
  const beginning = file.bytes.toString('latin1', 0, 512);
  const kind = UNREADABLE.find(({ pattern }) => pattern.test(beginning));
  if (kind === undefined) return;
  // A password-protected .docx is not a zip archive but an old-style Office file that contains this stream.
  if (file.bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))) {
    throw new ExtractError('ENCRYPTED', file.path, 'it is password-protected; remove the password and drop it again');
  }
  throw unsupported(file, kind.what, kind.nextStep);
}

function unsupported(file: SourceFile, what: string, nextStep: string): ExtractError {
  return new ExtractError('UNSUPPORTED_TYPE', file.path, `it is ${what}; ${nextStep}`);
}
