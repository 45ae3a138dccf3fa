import { analyse } from 'chardet';
import { latinEncodingOf } from './latin-encoding.ts';

/** Evidence is taken from this many bytes, from the first that is not ASCII. */
const SAMPLE_BYTES = 65_536;
/**
 * Mean length of the runs of bytes above 0x7F from which text is not in a Latin script. Portuguese has 1.0 to 1.7 in
 * any one-byte encoding; Cyrillic, Greek, Arabic and Hebrew have 3.3 and more, Chinese and Japanese 3.7 and more.
 */
const MIN_RUN_BYTES = 2.8;
/** Fewer such bytes are no evidence of another script. */
const MIN_HIGH_BYTES = 8;

/**
 * Encodings that are recognized besides those of Latin script, with chardet's confidence from which it is right on
 * texts of 16 characters and more. Its confidence is 10 for any text in a multi-byte encoding that it knows nothing of.
 */
const MIN_CONFIDENCE: Readonly<Record<string, number>> = {
  Shift_JIS: 50,
  'EUC-JP': 50,
  'EUC-KR': 50,
  GB18030: 50,
  Big5: 50,
  'windows-1251': 25,
  'KOI8-R': 25,
  'ISO-8859-5': 25,
  'ISO-8859-7': 45,
  'windows-1253': 45,
  'windows-1256': 50,
  'windows-1255': 30,
  'ISO-8859-8': 30,
};
/** ISO encodings whose Windows superset is what files use. */
const USUAL: Readonly<Record<string, string>> = {
  'ISO-8859-7': 'windows-1253',
  'ISO-8859-8': 'windows-1255',
};

/**
 * Returns the label of the most likely encoding of text that is neither UTF-8 nor UTF-16; windows-1252 when in doubt.
 * chardet is asked only about text that cannot be in a Latin script, since it takes short Portuguese notes for others.
 */
export function guessEncoding(bytes: Uint8Array): string {
  const start = bytes.findIndex((byte) => byte > 0x7f);
  if (start === -1) return 'windows-1252';
  const sample = bytes.subarray(Math.max(0, start - 1), start + SAMPLE_BYTES);
  return (isNotLatin(sample) ? scriptEncodingOf(sample) : null) ?? latinEncodingOf(sample);
}

/** Returns whether bytes above 0x7F make up whole words. Lines that programs draw from one such byte do not count. */
function isNotLatin(sample: Uint8Array): boolean {
  let highBytes = 0;
  let runs = 0;
  for (let i = 0; i < sample.length;) {
    if (sample[i]! < 0x80) {
      i++;
      continue;
    }
    const start = i;
    let isDrawn = false;
    while (i < sample.length && sample[i]! > 0x7f) {
      isDrawn ||= i - start >= 2 && sample[i] === sample[i - 1] && sample[i] === sample[i - 2];
      i++;
    }
    if (isDrawn) continue;
    highBytes += i - start;
    runs++;
  }
  return highBytes >= MIN_HIGH_BYTES && highBytes / runs >= MIN_RUN_BYTES;
}

function scriptEncodingOf(sample: Uint8Array): string | null {
  if (isDosCyrillic(sample)) return 'ibm866';
  const guess = analyse(sample).find(({ name, confidence }) => confidence >= (MIN_CONFIDENCE[name] ?? Infinity));
  return guess === undefined ? null : (USUAL[guess.name] ?? guess.name.toLowerCase());
}

/**
 * Returns whether the text is Russian from MS-DOS, which chardet does not know: its letters are 0x80 to 0xAF and 0xE0 to
 * 0xF1, half of them those from а to п. Windows and KOI8-R have the letters above 0xC0 only, multi-byte encodings have
 * bytes of all ranges.
 */
function isDosCyrillic(sample: Uint8Array): boolean {
  let high = 0;
  let letters = 0;
  let first = 0;
  for (const byte of sample) {
    if (byte < 0x80 || (byte >= 0xb0 && byte <= 0xdf)) {
      if (byte >= 0x80) high++;
      continue;
    }
    high++;
    if (byte <= 0xf1) letters++;
    if (byte >= 0xa0 && byte <= 0xaf) first++;
  }
  return letters >= 0.95 * high && first >= 0.4 * high;
}
