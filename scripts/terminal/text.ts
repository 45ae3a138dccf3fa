import type { Language } from '#shared/text/language.ts';

/** Characters that take two columns in a terminal. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Replaces control and formatting characters in untrusted text, such as a file name: it can then neither move the
 * cursor nor reverse the direction of writing.
 */
export function harmless(text: string): string {
  return text.replaceAll(/\p{C}/gu, '\ufffd');
}

/** Like `harmless` for running text: keeps line breaks, tabs, and characters that join or separate letters. */
export function harmlessProse(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '');
}

/** Returns the number of terminal columns that a text takes. */
export function widthOf(text: string): number {
  return partsOf(text).reduce((sum, { width }) => sum + width, 0);
}

/** Cuts a text to a number of columns. It keeps the end, where a path has the file name, and puts `…` in front. */
export function keepEnd(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let left = columns - 1;
  for (const { part, width } of partsOf(text).toReversed()) {
    left -= width;
    if (left < 0) break;
    kept = part + kept;
  }
  return `…${kept}`;
}

/** Breaks a text between words into lines of at most `columns`; a word that is longer than a line is broken inside. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && widthOf(line) + 1 + widthOf(word) <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else if (line === '') lines.splice(-1, 1, ...breakUp(word, columns));
    else lines.push(...breakUp(word, columns));
  }
  return lines;
}

function breakUp(word: string, columns: number): readonly string[] {
  const pieces = [''];
  let left = columns;
  for (const { part, width } of partsOf(word)) {
    if (width > left) {
      pieces.push('');
      left = columns;
    }
    pieces[pieces.length - 1] += part;
    left -= width;
  }
  return pieces;
}

function partsOf(text: string): readonly { readonly part: string; readonly width: number }[] {
  return [...graphemes.segment(text)].map(({ segment }) => ({ part: segment, width: WIDE.test(segment) ? 2 : 1 }));
}

/** Returns the text in the language to speak in this process's terminal. */
export function spoken(texts: Readonly<Record<Language, string>>): string {
  return texts[terminalLanguage(process.env)];
}

/**
 * Returns the language to speak in a terminal: Portuguese if the locale is, otherwise English. `LC_ALL` comes before
 * `LC_MESSAGES` before `LANG`, as POSIX has it; empty ones do not count.
 */
export function terminalLanguage(environment: Readonly<Record<string, string | undefined>>): Language {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  return /^pt\b|^pt_/i.test(locale) ? 'pt' : 'en';
}
