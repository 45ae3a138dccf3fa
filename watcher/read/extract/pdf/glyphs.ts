/** Stands for a character that a font draws without saying which one it is. */
export const UNREADABLE = '\uFFFD';

// oxlint-disable-next-line no-control-regex -- fonts without Unicode give their glyphs such codes
const CODES = /[\0-\x08\x0B-\x1F\x7F-\x9F\uE000-\uF8FF\uFFFD-\uFFFF]/;
const ALL_CODES = new RegExp(CODES, 'g');
/** Signs that follow one another in no text, but do where the codes of glyphs are taken for Latin-1 or Mac Roman. */
const ODD = /[\uFFFD¡-¦¨©¬®¯±´¶¸¹¼-¿ˆ-˝√∞∂∆∏∑∫◊Ω≈≠≤≥ƒˇ]/g;
const MIN_ODD_CHARS = 8;
const MAX_ODD_SHARE = 0.3;
/** Vietnamese has 30 %; Cyrillic that is taken for Latin-1 has nothing else. */
const MAX_ACCENTED_SHARE = 0.6;
/** Portuguese has 47 % vowels and English 38 %; glyph codes that are a fixed step from the letters have 15 %. */
const MIN_VOWEL_SHARE = 0.2;
const MIN_LATIN_LETTERS = 150;

/**
 * Returns a text piece without the codes of glyphs that are no characters. Inside a word each becomes U+FFFD, so that no
 * word is made that the page does not have; a piece of a symbol font becomes a bullet.
 */
export function withoutGlyphCodes(str: string): string {
  if (!CODES.test(str)) return str;
  if (/^[\uE000-\uF8FF]+$/.test(str)) return '•';
  return str.replaceAll(ALL_CODES, /\p{L}{2}/u.test(str) ? UNREADABLE : '');
}

/** Returns whether the text of a page is made of glyph codes: its fonts do not say which characters they draw. */
export function isGlyphCodes(text: string): boolean {
  const chars = text.replaceAll(/\s/g, '');
  const odd = chars.match(ODD)?.length ?? 0;
  if (odd >= MIN_ODD_CHARS && odd > MAX_ODD_SHARE * chars.length) return true;
  const accented = chars.match(/[À-ÖØ-öø-ÿ]/g)?.length ?? 0;
  if (accented >= MIN_ODD_CHARS && accented > MAX_ACCENTED_SHARE * chars.length) return true;
  const latin = chars.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (latin < MIN_LATIN_LETTERS || latin < 0.5 * chars.length) return false;
  const vowels = chars.normalize('NFD').match(/[aeiouyæøœ]/gi)?.length ?? 0;
  return vowels < MIN_VOWEL_SHARE * latin;
}

/** Counts the characters of a text that stand for unreadable ones. */
export function countUnreadable(text: string): number {
  return text.match(/\uFFFD/g)?.length ?? 0;
}
