import path from 'node:path';
import { isText } from './charset.ts';
import { ExtractError } from './extract-error.ts';
import type { SourceFile } from './extraction.ts';
import { zipNames } from './zip.ts';

export type Format = 'pdf' | 'docx' | 'html' | 'markdown' | 'text';

const SAVE_AS_DOCUMENT = 'save it as .docx or .pdf and drop that';
const SAVE_AS_TABLE = 'save it as .csv or .pdf and drop that';
const UNPACK = 'unpack it and drop the files';
const NEEDS_WORDS = 'askbox reads text; drop a text, a .pdf or a .docx of it';

interface Signature {
  /** In latin1. */
  readonly bytes: string;
  readonly at?: number;
  readonly what: string;
  readonly nextStep: string;
}

/** Files that are known not to be documents, or not yet readable; what looks like text otherwise is read as text. */
const SIGNATURES: readonly Signature[] = [
  {
    bytes: '\xD0\xCF\x11\xE0',
    what: 'an Office file of the old kind (.doc, .xls, .ppt, .msg)',
    nextStep: SAVE_AS_DOCUMENT,
  },
  { bytes: '{\\rtf', what: 'an RTF file', nextStep: SAVE_AS_DOCUMENT },
  { bytes: '%!PS', what: 'a PostScript file', nextStep: 'save it as .pdf and drop that' },
  { bytes: '\x89PNG', what: 'a picture', nextStep: NEEDS_WORDS },
  { bytes: '\xFF\xD8\xFF', what: 'a picture', nextStep: NEEDS_WORDS },
  { bytes: 'GIF8', what: 'a picture', nextStep: NEEDS_WORDS },
  { bytes: 'II*\0', what: 'a picture', nextStep: NEEDS_WORDS },
  { bytes: 'MM\0*', what: 'a picture', nextStep: NEEDS_WORDS },
  { bytes: 'WEBP', at: 8, what: 'a picture', nextStep: NEEDS_WORDS },
  { bytes: 'ftyp', at: 4, what: 'a film, a recording or a picture', nextStep: NEEDS_WORDS },
  { bytes: '\x1A\x45\xDF\xA3', what: 'a film', nextStep: NEEDS_WORDS },
  { bytes: 'ID3\x03', what: 'a recording', nextStep: NEEDS_WORDS },
  { bytes: 'ID3\x04', what: 'a recording', nextStep: NEEDS_WORDS },
  { bytes: 'OggS', what: 'a recording', nextStep: NEEDS_WORDS },
  { bytes: 'fLaC', what: 'a recording', nextStep: NEEDS_WORDS },
  { bytes: 'WAVE', at: 8, what: 'a recording', nextStep: NEEDS_WORDS },
  { bytes: '7z\xBC\xAF', what: 'an archive', nextStep: UNPACK },
  { bytes: 'Rar!', what: 'an archive', nextStep: UNPACK },
  { bytes: '\x1F\x8B', what: 'a compressed file', nextStep: UNPACK },
  { bytes: 'BZh', what: 'a compressed file', nextStep: UNPACK },
  { bytes: '\xFD7zXZ', what: 'a compressed file', nextStep: UNPACK },
  { bytes: '\x28\xB5\x2F\xFD', what: 'a compressed file', nextStep: UNPACK },
  { bytes: 'ustar', at: 257, what: 'an archive', nextStep: UNPACK },
  { bytes: '\x7FELF', what: 'a program', nextStep: NEEDS_WORDS },
  { bytes: 'MZ\x90\0', what: 'a program', nextStep: NEEDS_WORDS },
  { bytes: 'SQLite format 3\0', what: 'a database', nextStep: SAVE_AS_TABLE },
];

/** What a zip archive is, by the names in it. */
const ZIP_KINDS: readonly { readonly name: RegExp; readonly what: string; readonly nextStep: string }[] = [
  { name: /^xl\//i, what: 'a spreadsheet', nextStep: SAVE_AS_TABLE },
  { name: /^ppt\//i, what: 'a presentation', nextStep: 'save it as .pdf and drop that' },
  { name: /^META-INF\/container\.xml$/, what: 'an e-book', nextStep: 'save it as .pdf and drop that' },
  { name: /^content\.xml$/, what: 'an OpenDocument file', nextStep: SAVE_AS_DOCUMENT },
];

/**
 * The bytes decide, then the extension, and what decodes as text is text.
 * @throws ExtractError UNSUPPORTED_TYPE with what to do, ENCRYPTED for Office files with a password, DAMAGED for a zip
 * archive without a directory.
 */
export async function detectFormat(file: SourceFile): Promise<Format> {
  const { bytes } = file;
  const extension = path.posix.extname(file.path).toLowerCase();
  // Without NULs the first tags and words read the same in UTF-8 and UTF-16.
  const beginning = bytes
    .toString('latin1', 0, 1024)
    .replaceAll('\0', '')
    .replace(/^(?:\xEF\xBB\xBF|\xFF\xFE|\xFE\xFF)/, '');

  if (/^\s*%PDF-/.test(beginning)) return 'pdf';
  if (bytes.toString('latin1', 0, 4) === 'PK\x03\x04') return await formatOfZip(file);
  refuseKnown(file);
  if (/^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i.test(beginning))
    return 'html';
  // Readers of PDF take junk before the header, so a .pdf is given to one whatever it begins with.
  if (extension === '.pdf') return 'pdf';
  if (!isText(bytes))
    throw unsupported(file, 'neither text nor a kind of document that askbox knows', SAVE_AS_DOCUMENT);
  if (['.html', '.htm', '.xhtml'].includes(extension)) return 'html';
  return extension === '.md' || extension === '.markdown' ? 'markdown' : 'text';
}

async function formatOfZip(file: SourceFile): Promise<Format> {
  const names = await zipNames(file);
  if (names.some((name) => /^word\/document\d*\.xml$/i.test(name))) return 'docx';
  const kind = ZIP_KINDS.find(({ name }) => names.some((candidate) => name.test(candidate)));
  throw kind === undefined ? unsupported(file, 'an archive', UNPACK) : unsupported(file, kind.what, kind.nextStep);
}

function refuseKnown(file: SourceFile): void {
  const known = SIGNATURES.find(({ bytes, at = 0 }) => file.bytes.toString('latin1', at, at + bytes.length) === bytes);
  if (known === undefined) return;
  // A .docx with a password is no zip archive but an Office file of the old kind with this stream in it.
  if (file.bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))) {
    throw new ExtractError('ENCRYPTED', file.path, 'it is password-protected; remove the password and drop it again');
  }
  throw unsupported(file, known.what, known.nextStep);
}

function unsupported(file: SourceFile, what: string, nextStep: string): ExtractError {
  return new ExtractError('UNSUPPORTED_TYPE', file.path, `it is ${what}; ${nextStep}`);
}
