import { decodeDos } from './dos-encodings.ts';

/** In this order: at the same score, an earlier one is taken. */
const CANDIDATES = ['windows-1252', 'cp850', 'macintosh', 'cp860', 'cp437'] as const;
/** How much better than windows-1252 another encoding must explain the text: two letters of Portuguese. */
const MIN_LEAD = 1.9;

/** Accented letters of Portuguese; those of other Western languages count half in old encodings. */
const PORTUGUESE = new Set('áâãàçéêíóôõúÁÂÃÀÇÉÊÍÓÔÕÚ');
const WESTERN = new Set('äåæèëìîïñòöøùûüýÿœßÄÅÆÈËÌÎÏÑÒÖØÙÛÜÝŸŒ');
const AFTER_CEDILLA = /[aouãõáóúâôAOU]/;
/** Words of one letter. */
const ALONE = new Set('éàáóÉÀÁÓ');
/** Between two letters these are as likely as a letter: "d’água", "fim—começo", and non-breaking spaces. */
const BETWEEN_LETTERS = new Set('’–—·\u00A0\u00AD');
const OPENING = new Set('“‘«„‚¿¡§');
const CLOSING = new Set('“”’»…ªº°²³©®™');
const FREE = new Set('–—•…·«»“”‘’§€£©®™ªº°±×÷½¼¾\u00A0');
const DRAWN = new Set('│║─═├┤┬┴┼┌┐└┘╔╗╚╝╠╣╦╩╬░▒▓█▄▀■');

/**
 * Returns the encoding in which the accented letters and signs of a text in a Latin script stand where words have them:
 * old Macintosh and MS-DOS code pages besides windows-1252, which wins when in doubt.
 */
export function latinEncodingOf(sample: Uint8Array): string {
  const usual = bestLatinEncoding(sample, ['windows-1252']);
  const best = bestLatinEncoding(sample, CANDIDATES);
  return best.score > 0 && best.score - usual.score >= MIN_LEAD ? best.label : usual.label;
}

/**
 * Returns the encoding that explains the bytes above 0x7F best, and its score: at most 1 for each of them.
 * @param labels the encodings to choose from; at the same score, an earlier one is taken.
 */
export function bestLatinEncoding(
  sample: Uint8Array,
  labels: readonly [string, ...string[]] | typeof CANDIDATES,
): { readonly label: string; readonly score: number } {
  const scores = labels.map((label) => ({
    label,
    score: scoreOf(charsOf(label), sample, label === 'windows-1252' ? 1 : 0.5),
  }));
  return scores.reduce((best, each) => (each.score > best.score ? each : best));
}

/** Returns the characters of all 256 bytes. */
function charsOf(label: string): string {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  return decodeDos(label, bytes) ?? new TextDecoder(label).decode(bytes);
}

function scoreOf(chars: string, sample: Uint8Array, westernWeight: number): number {
  let score = 0;
  for (let i = 0; i < sample.length; i++) {
    if (sample[i]! < 0x80) continue;
    const char = chars[sample[i]!]!;
    const before = i === 0 ? ' ' : chars[sample[i - 1]!]!;
    const after = i + 1 === sample.length ? ' ' : chars[sample[i + 1]!]!;
    score += scoreOfChar(char, before, after, westernWeight);
  }
  return score;
}

/** Returns how likely a character is in its place, from -1 to 1. */
function scoreOfChar(char: string, before: string, after: string, westernWeight: number): number {
  const followsLetter = isLetter(before);
  const precedesLetter = isLetter(after);
  if (isLetter(char)) {
    const weight = PORTUGUESE.has(char) ? 1 : WESTERN.has(char) ? westernWeight : -1;
    if (char === before && char === after) return -1; // a line drawn of boxes
    if (isDigit(before) || isDigit(after)) return -1;
    if (char === 'ç' && !AFTER_CEDILLA.test(after)) return -0.5; // it is á on a Macintosh
    if (!followsLetter && !precedesLetter) return ALONE.has(char) ? 0.5 : -0.5;
    const isMixed = isUpper(char) ? followsLetter && !isUpper(before) : precedesLetter && isUpper(after);
    const isLowerInCapitals = !isUpper(char) && followsLetter && isUpper(before) && !precedesLetter && weight < 1;
    return isMixed || isLowerInCapitals ? -1 : weight;
  }
  if (followsLetter && precedesLetter) return BETWEEN_LETTERS.has(char) ? 1 : -1;
  if (followsLetter || isDigit(before)) return CLOSING.has(char) || BETWEEN_LETTERS.has(char) ? 1 : -0.5;
  if (precedesLetter || isDigit(after)) return OPENING.has(char) || FREE.has(char) ? 1 : -0.5;
  if (DRAWN.has(char)) return 0.25;
  return FREE.has(char) ? 0.5 : -0.5;
}

function isLetter(char: string): boolean {
  return char.toLowerCase() !== char.toUpperCase();
}

function isUpper(char: string): boolean {
  return char !== char.toLowerCase();
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}
