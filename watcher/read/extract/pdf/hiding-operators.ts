import { inflateSync } from 'node:zlib';

// Beyond these a stream, or the file, is taken to hide text, which costs time and loses nothing.
const MAX_STREAM_BYTES = 8_000_000;
const MAX_FILE_BYTES = 200_000_000;
const NO_CONTENT =
  /\/Subtype\s*\/Image|\/Length1\b|\/FontFile|\/Type\s*\/(?:XRef|ObjStm|Metadata)|\/Subtype\s*\/(?:Type1C|CIDFontType0C|OpenType|XML)/;
/** Colours, what keeps and restores them, and text. The components stand in front of the operator. */
const OPERATOR = /((?:[\d.]+\s+){0,4})(rg|g|k|scn?|cs|q|Q|Tj|TJ|Tr)\b/g;

/**
 * Returns whether a PDF may hold text that no reader sees: invisible or white. It reads the drawing operators of the
 * file, which takes a tenth of the time of interpreting them; most files have none that could hide text.
 */
export function mayHideText(bytes: Buffer): boolean {
  if (bytes.includes('/Encrypt')) return true;
  let total = 0;
  for (let at = bytes.indexOf('stream'); at !== -1; at = bytes.indexOf('stream', at + 6)) {
    if (bytes.toString('latin1', at - 3, at) === 'end') continue;
    const head = bytes.toString('latin1', Math.max(0, at - 600), at);
    const dictionary = head.slice(head.lastIndexOf(' obj') + 1);
    if (NO_CONTENT.test(dictionary)) continue;
    const start = bytes[at + 6] === 0x0d ? at + 8 : at + 7;
    const end = bytes.indexOf('endstream', start);
    const stream = bytes.subarray(start, end === -1 ? bytes.length : end);
    const content = contentOf(stream, dictionary);
    if (content === null) return true;
    total += content.length;
    if (total > MAX_FILE_BYTES || hidesText(content)) return true;
  }
  return false;
}

/** Returns null if the stream cannot be read here. */
function contentOf(stream: Buffer, dictionary: string): string | null {
  const filters = dictionary.match(/\/(?:Flate|LZW|ASCII85|ASCIIHex|RunLength|Crypt|Brotli)\w*/g) ?? [];
  if (filters.length === 0) return stream.length > MAX_STREAM_BYTES ? null : stream.toString('latin1');
  if (filters.length > 1 || filters[0] !== '/FlateDecode') return null;
  try {
    return inflateSync(stream, { maxOutputLength: MAX_STREAM_BYTES, finishFlush: 2 }).toString('latin1');
  } catch {
    return null;
  }
}

function hidesText(content: string): boolean {
  let isWhite = false;
  const saved: boolean[] = [];
  for (const [, components = '', operator = ''] of content.matchAll(OPERATOR)) {
    switch (operator) {
      case 'q':
        saved.push(isWhite);
        break;
      case 'Q':
        isWhite = saved.pop() ?? false;
        break;
      case 'Tj':
      case 'TJ':
        if (isWhite) return true;
        break;
      case 'Tr':
        if (/\b3\s*$/.test(components)) return true;
        break;
      case 'cs':
        isWhite = false;
        break;
      default:
        isWhite = isWhiteOf(components.trim().split(/\s+/).map(Number));
    }
  }
  return false;
}

/** Grey and RGB are white at 1, CMYK at 0. */
function isWhiteOf(components: readonly number[]): boolean {
  return components.length === 4
    ? components.every((value) => value < 0.02)
    : components.every((value) => value > 0.98);
}
