/** One piece of an RTF file. */
export type RtfToken =
  | { readonly type: 'open' }
  | { readonly type: 'close' }
  /** A control word such as `\par` or `\u8212`; or a control symbol, whose word is one character. */
  | { readonly type: 'control'; readonly word: string; readonly value: number | null }
  /** Bytes in the code page of the font, as latin1. */
  | { readonly type: 'bytes'; readonly text: string };

/** Yields the tokens of an RTF file. Never fails: what is not a token is text. */
export function* rtfTokens(source: string): Generator<RtfToken> {
  const token = /[{}]|\\(?:([a-z]{1,32})(-?\d{1,10})?[ ]?|'([0-9a-f]{2})|([^a-z]))|[^\\{}\r\n]+|[\r\n]+|\\/gi;
  for (let match = token.exec(source); match !== null; match = token.exec(source)) {
    const [text, word, value, hex, symbol] = match;
    if (text === '{') yield { type: 'open' };
    else if (text === '}') yield { type: 'close' };
    else if (word === 'bin') token.lastIndex += Math.max(0, Number(value ?? 0));
    else if (word !== undefined) yield { type: 'control', word, value: value === undefined ? null : Number(value) };
    else if (hex !== undefined) yield { type: 'bytes', text: String.fromCharCode(Number.parseInt(hex, 16)) };
    else if (symbol !== undefined) yield { type: 'control', word: symbol, value: null };
    else if (!/^[\r\n\\]/.test(text)) yield { type: 'bytes', text };
  }
}

/** Most bytes that may stand in for a character: what asks for more is damaged, and would swallow the text. */
const MAX_FALLBACK_LENGTH = 10;

/** Returns the UTF-16 code unit that `\u` writes; its value may be negative, as a signed 16-bit number. */
export function codeUnitOf(value: number | null): string {
  return String.fromCharCode(((value ?? 0) + 65_536) % 65_536);
}

/** Returns how many bytes after `\u` stand in for its character, which `\uc` says; 1 if it has no value. */
export function fallbackLengthOf(value: number | null): number {
  return Math.min(MAX_FALLBACK_LENGTH, Math.max(0, value ?? 1));
}
