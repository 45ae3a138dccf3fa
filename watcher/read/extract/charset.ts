import type { DocumentWarning } from '#shared/document.ts';
import { decodeDos } from './encodings/dos-encodings.ts';
import { guessEncoding } from './encodings/guess-encoding.ts';

/** The text of a file, with a warning if its encoding had to be guessed. */
interface DecodedText {
  readonly text: string;
  readonly warnings: readonly DocumentWarning[];
}

const SAMPLE_BYTES = 65_536;
/**
 * Minimum share of NULs among the high bytes of UTF-16 text in a Latin script; CJK text has fewer but comes with a byte
 * order mark.
 */
const UTF16_NUL_SHARE = 0.3;

/** Valid characters beyond ASCII that each invalid byte must be outnumbered by in what is read as UTF-8 all the same. */
const VALID_PER_BAD_BYTE = 2;
/** Text in a multi-byte encoding with more invalid bytes among its characters beyond ASCII is in another encoding. */
const MAX_BAD_SHARE = 0.01;

/**
 * Decodes the bytes of a text file. The first of these decides: a byte order mark, UTF-16 recognized by its NULs, the
 * escape sequences of ISO-2022-JP, UTF-8 if all bytes are valid, UTF-8 with some bad bytes, the encoding that the file
 * declares if all bytes are valid, else what the bytes look like, with the warning ENCODING_GUESSED.
 *
 * UTF-8 comes before the declaration because tools save pages as UTF-8 and leave the old `<meta>` in place
 * (0.05 F1 on a benchmark of 181 pages).
 * @param declared an encoding label as found in the file; an unknown label is ignored.
 */
export function decodeText(bytes: Uint8Array, declared?: string): DecodedText {
  const certain = byteOrderMark(bytes) ?? utf16WithoutMark(bytes);
  if (certain !== null) return { text: new TextDecoder(certain).decode(bytes), warnings: [] };
  const fitting = decodeIso2022(bytes) ?? decodeStrictly('utf-8', bytes);
  if (fitting !== null) return { text: fitting, warnings: [] };
  const mended = decodeMostlyUtf8(bytes);
  if (mended !== null) return mended;
  const asDeclared = declared === undefined ? null : decodeStrictly(declared, bytes);
  if (asDeclared !== null) return { text: asDeclared, warnings: [] };
  return decodeGuessed(bytes);
}

/** Returns whether bytes are UTF-8 but for a few that are not valid. */
export function isMostlyUtf8(bytes: Uint8Array): boolean {
  return decodeMostlyUtf8(bytes) !== null;
}

/** Returns whether the bytes decode to text: at most one control character in a hundred, by the first 64 KiB. */
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
  const nuls = { even: 0, odd: 0 };
  for (let i = 0; i < sample.length; i++) if (sample[i] === 0) nuls[i % 2 === 0 ? 'even' : 'odd']++;
  const even = (2 * nuls.even) / sample.length;
  const odd = (2 * nuls.odd) / sample.length;
  if (odd > UTF16_NUL_SHARE && even < UTF16_NUL_SHARE / 5) return 'utf-16le';
  if (even > UTF16_NUL_SHARE && odd < UTF16_NUL_SHARE / 5) return 'utf-16be';
  return null;
}

/** Returns null if a byte is not valid in the encoding, or if the encoding is unknown. */
function decodeStrictly(encoding: string, bytes: Uint8Array): string | null {
  try {
    return decodeDos(encoding, bytes) ?? new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Decodes Japanese in ISO-2022-JP, whose bytes are all ASCII and would be read as such; null for anything else. */
function decodeIso2022(bytes: Uint8Array): string | null {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return source.includes('\x1B$B') || source.includes('\x1B$@') ? decodeStrictly('iso-2022-jp', bytes) : null;
}

/**
 * Decodes UTF-8 that a few bad bytes spoil, such as a file cut in the middle of a character. They become U+FFFD.
 * Null if they are not few: text in another encoding is valid UTF-8 in hardly any place.
 */
function decodeMostlyUtf8(bytes: Uint8Array): DecodedText | null {
  const text = new TextDecoder('utf-8').decode(bytes);
  const { replaced, others } = countBeyondAscii(text);
  const bad = replaced - occurrencesOf('\uFFFD', bytes);
  if (others <= VALID_PER_BAD_BYTE * bad) return null;
  const message = `${bad} characters are not valid UTF-8 and were replaced by "\uFFFD"; save the file as UTF-8 again to mend them`;
  return { text, warnings: [{ code: 'ENCODING_GUESSED', count: bad, message }] };
}

function decodeGuessed(bytes: Uint8Array): DecodedText {
  const guess = guessEncoding(bytes);
  const text = decodeDos(guess, bytes) ?? new TextDecoder(guess).decode(bytes);
  const { replaced, others } = countBeyondAscii(text);
  if (replaced <= MAX_BAD_SHARE * others) return { text, warnings: [guessedWarning(guess, replaced + others)] };
  const usual = new TextDecoder('windows-1252').decode(bytes);
  return { text: usual, warnings: [guessedWarning('windows-1252', countBeyondAscii(usual).others)] };
}

function countBeyondAscii(text: string): { readonly replaced: number; readonly others: number } {
  let replaced = 0;
  let others = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0xfffd) replaced++;
    else if (code > 0x7f) others++;
  }
  return { replaced, others };
}

function occurrencesOf(char: string, bytes: Uint8Array): number {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = source.indexOf(char); at !== -1; at = source.indexOf(char, at + 1)) count++;
  return count;
}

function guessedWarning(encoding: string, count: number): DocumentWarning {
  return {
    code: 'ENCODING_GUESSED',
    count,
    message: `the file does not declare its encoding: it was read as ${encoding}, and ${count} characters, such as accented letters, may be wrong; save it as UTF-8 to be sure`,
  };
}
