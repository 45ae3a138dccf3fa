/** Characters of Wingdings that say something; its letters and clocks are decoration. */
const WINGDINGS: Readonly<Record<number, string>> = {
  0x28: '☎',
  0x2a: '✉',
  0x6c: '●',
  0x6e: '■',
  0x6f: '☐',
  0x70: '☐',
  0x71: '☐',
  0x72: '☐',
  0x78: '☒',
  0xa7: '▪',
  0xa8: '☐',
  0xdf: '←',
  0xe0: '→',
  0xe1: '↑',
  0xe2: '↓',
  0xe8: '→',
  0xf0: '⇨',
  0xfb: '✗',
  0xfc: '✓',
  0xfd: '☒',
  0xfe: '☑',
};

const WINGDINGS_2: Readonly<Record<number, string>> = {
  0x4f: '✗',
  0x50: '✓',
  0x51: '☒',
  0x52: '☑',
  0x53: '☒',
  0xa3: '☐',
};

/** Characters of Symbol that are no letters of the Greek alphabet. */
const SYMBOL: Readonly<Record<number, string>> = {
  0x2a: '∗',
  0x2d: '−',
  0x40: '≅',
  0x5e: '⊥',
  0xa3: '≤',
  0xa5: '∞',
  0xab: '↔',
  0xac: '←',
  0xad: '↑',
  0xae: '→',
  0xaf: '↓',
  0xb0: '°',
  0xb1: '±',
  0xb3: '≥',
  0xb4: '×',
  0xb5: '∝',
  0xb6: '∂',
  0xb7: '•',
  0xb8: '÷',
  0xb9: '≠',
  0xba: '≡',
  0xbb: '≈',
  0xbc: '…',
  0xc6: '∅',
  0xc7: '∩',
  0xc8: '∪',
  0xcc: '⊂',
  0xce: '∈',
  0xd1: '∇',
  0xd5: '∏',
  0xd6: '√',
  0xd7: '⋅',
  0xd9: '∧',
  0xda: '∨',
  0xde: '⇒',
  0xe5: '∑',
  0xf2: '∫',
};
const GREEK_CAPITALS = 'ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ';
const GREEK_SMALL = 'αβχδεφγηιϕκλμνοπθρστυϖωξψζ';

/**
 * Returns what a character of a font of pictures shows, as a character that every font has; null if it is another font,
 * or a picture that says nothing.
 * @param code with or without the 0xF000 that Word adds to it.
 */
export function symbolFor(font: string, code: number): string | null {
  const at = code >= 0xf000 && code <= 0xf0ff ? code - 0xf000 : code;
  switch (font.toLowerCase()) {
    case 'wingdings':
      return WINGDINGS[at] ?? null;
    case 'wingdings 2':
      return WINGDINGS_2[at] ?? null;
    case 'symbol':
      return SYMBOL[at] ?? greek(at) ?? (at >= 0x20 && at < 0x7f ? String.fromCharCode(at) : null);
    default:
      return null;
  }
}

function greek(at: number): string | undefined {
  if (at >= 0x41 && at <= 0x5a) return GREEK_CAPITALS[at - 0x41];
  return at >= 0x61 && at <= 0x7a ? GREEK_SMALL[at - 0x61] : undefined;
}
