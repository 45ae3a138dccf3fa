import path from 'node:path';
import { decodeText } from '../charset.ts';

/** Longer files are no links. */
const MAX_LINK_BYTES = 65_536;
const GOOGLE_EXTENSIONS = new Set(['.gdoc', '.gsheet', '.gslides', '.gdraw', '.gform', '.gsite']);
/** Link files whose page may be fetched. A stub of Google Drive leads to a page that wants a login. */
const FETCHABLE_EXTENSIONS = new Set(['.url', '.webloc', '.desktop']);
const WEB_ADDRESS = /^https?:\/\/[^\s"'<>]+$/i;

/**
 * Returns the web address that a link file leads to: an Internet shortcut of Windows (.url), a .webloc of macOS, a
 * .desktop of Linux, or a stub of Google Drive. Null if the file is none of them.
 * @param filePath supplies the extension. The other kinds are recognized by their bytes.
 */
export function linkOf(bytes: Buffer, filePath: string): string | null {
  if (bytes.length > MAX_LINK_BYTES) return null;
  const address =
    bytes.toString('latin1', 0, 8) === 'bplist00' ? addressInPlist(bytes) : addressInText(bytes, filePath);
  return address !== null && WEB_ADDRESS.test(address) ? address : null;
}

/** Whether a file with this path is a link whose page may be fetched, if it is a link at all. */
export function isFetchableLinkPath(filePath: string): boolean {
  return FETCHABLE_EXTENSIONS.has(path.posix.extname(filePath).toLowerCase());
}

/** Returns the web address of a link file whose page may be fetched; null for any other file. */
export function fetchableLinkOf(bytes: Buffer, filePath: string): string | null {
  return isFetchableLinkPath(filePath) ? linkOf(bytes, filePath) : null;
}

/** A file is a link to a page, which is not fetched here. */
export class LinkFound extends Error {
  override readonly name = 'LinkFound';
  readonly address: string;

  constructor(filePath: string, address: string) {
    super(`${filePath} is a link to ${address}`);
    this.address = address;
  }
}

function addressInText(bytes: Buffer, filePath: string): string | null {
  const text = decodeText(bytes).text.trimStart();
  if (/^\[(?:InternetShortcut|\{000214A0)/i.test(text)) return /^URL=(.*)$/im.exec(text)?.[1]?.trim() ?? null;
  if (text.startsWith('[Desktop Entry]') && /^Type=Link\s*$/m.test(text))
    return /^URL(?:\[\$e\])?=(.*)$/m.exec(text)?.[1]?.trim() ?? null;
  if (GOOGLE_EXTENSIONS.has(path.posix.extname(filePath).toLowerCase()))
    return /"url"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? null;
  const plist = /<plist\b[^>]*>\s*<dict>\s*<key>URL<\/key>\s*<string>([^<]*)<\/string>\s*<\/dict>/.exec(text);
  return plist === null ? null : plist[1]!.trim().replaceAll('&amp;', '&');
}

/** Reads the one string of a binary .webloc: a marker with its length comes before it. */
function addressInPlist(bytes: Buffer): string | null {
  const start = bytes.indexOf('http');
  if (start < 3 || !bytes.includes('URL')) return null;
  const isShort = (bytes[start - 1]! & 0xf0) === 0x50;
  const length = isShort
    ? bytes[start - 1]! & 15
    : bytes[start - 2] === 0x10
      ? bytes[start - 1]!
      : bytes.readUInt16BE(start - 2);
  return bytes.toString('latin1', start, start + length);
}
