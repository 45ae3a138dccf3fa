import { analyse } from 'chardet';
import { decodeDos } from '../encodings/dos-encodings.ts';
import { bestLatinEncoding } from '../encodings/latin-encoding.ts';

/**
 * The encodings of Western names: Windows writes them in the code page of MS-DOS (850 in Brazil, 437 in the USA, which
 * is also what the format prescribes), other programs in that of Windows or of old Macintoshes.
 */
const LATIN = ['cp850', 'cp437', 'windows-1252', 'macintosh'] as const;
/** From this share of letters that stand where words have them, names are in a Latin script. */
const MIN_LATIN_SHARE = 0.9;
/** From this share of everyday characters, names are Chinese or Japanese: nearly all of a text are. */
const MIN_COMMON_SHARE = 0.9;

interface DoubleByteEncoding {
  readonly label: string;
  readonly isLead: (byte: number) => boolean;
  readonly isTrail: (byte: number) => boolean;
  /** Whether the two bytes are a character that everyday text consists of. */
  readonly isCommon: (lead: number, trail: number) => boolean;
}

const DOUBLE_BYTE: readonly DoubleByteEncoding[] = [
  {
    label: 'gbk',
    isLead: (byte) => byte >= 0x81 && byte <= 0xfe,
    isTrail: (byte) => byte >= 0x40 && byte <= 0xfe && byte !== 0x7f,
    // Level 1 of GB 2312, and its punctuation and wide letters.
    isCommon: (lead, trail) => trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3)),
  },
  {
    label: 'shift_jis',
    isLead: (byte) => (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc),
    isTrail: (byte) => byte >= 0x40 && byte <= 0xfc && byte !== 0x7f,
    // Kana, level 1 of JIS X 0208, and its punctuation and wide letters.
    isCommon: (lead, trail) =>
      (lead >= 0x81 && lead <= 0x83) || (lead >= 0x88 && lead < 0x98) || (lead === 0x98 && trail < 0x73),
  },
];

/**
 * Returns how the names in a zip archive are decoded that do not say their encoding. They are looked at together, since
 * one name alone says little.
 * @param names the bytes of all of them.
 */
export function zipNameDecoder(names: readonly Buffer[]): (name: Buffer) => string {
  const label = encodingOfNames(Buffer.concat(names.flatMap((name) => [name, Buffer.from('\n')])));
  return (name) => decodeDos(label, name) ?? new TextDecoder(label).decode(name);
}

function encodingOfNames(names: Buffer): string {
  if (isUtf8(names)) return 'utf-8';
  const highBytes = names.reduce((count, byte) => count + Number(byte > 0x7f), 0);
  const latin = bestLatinEncoding(names, LATIN);
  if (latin.score >= MIN_LATIN_SHARE * highBytes) return latin.label;
  const doubleByte = DOUBLE_BYTE.find((encoding) => commonShareOf(names, encoding) >= MIN_COMMON_SHARE);
  if (doubleByte === undefined) return latin.label;
  return doubleByte.label === 'gbk' ? (otherThanGbk(names) ?? 'gbk') : doubleByte.label;
}

/** Korean and the Chinese of Taiwan have the same bytes in part; chardet knows them apart when there is enough text. */
function otherThanGbk(names: Buffer): string | null {
  const [first] = analyse(names);
  return first !== undefined && first.confidence >= 50 && /^(?:EUC-KR|Big5)$/.test(first.name)
    ? first.name.toLowerCase()
    : null;
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Returns the share of everyday characters among those that are not ASCII; 0 if the bytes are not in this encoding. */
function commonShareOf(bytes: Buffer, { isLead, isTrail, isCommon }: DoubleByteEncoding): number {
  let chars = 0;
  let common = 0;
  for (let i = 0; i < bytes.length; i++) {
    const lead = bytes[i]!;
    if (lead < 0x80) continue;
    chars++;
    if (!isLead(lead)) continue;
    const trail = bytes[++i] ?? 0;
    if (!isTrail(trail)) return 0;
    if (isCommon(lead, trail)) common++;
  }
  return chars === 0 ? 0 : common / chars;
}
