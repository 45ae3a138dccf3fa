// Each pattern is bounded or ends at a character that it excludes, so that hostile text takes linear time.
const IN_ATTRIBUTE = /(=\s{0,9})(?:"\s{0,9}data:[^"]*"|'\s{0,9}data:[^']*')/gi;
const ENCODED = /\bdata:[\w.+-]{1,80}\/[\w.+-]{1,80}(?:;[\w.+=-]{1,80}){0,9};base64,(?:[\w+/=-]|%[\dA-F]{2})*/gi;
const MARKDOWN_PICTURE = /!\[([^[\]\n]{0,500})\]\(\s{0,9}<?data:[^()\s]*\)/gi;
const MARKDOWN_REFERENCE = /^ {0,3}\[[^[\]\n]{1,200}\]:[ \t]{0,9}<?data:[^\s>]*>?/gim;

/**
 * Returns a text without files that are written into it in base64, such as pictures: no reader sees them as text, and
 * parsers take minutes for them.
 */
export function withoutDataUris(text: string): string {
  return text.replaceAll(ENCODED, '');
}

/** Returns a page without the files in its attributes, also those that are not in base64. */
export function htmlWithoutDataUris(source: string): string {
  return withoutDataUris(source.replaceAll(IN_ATTRIBUTE, '$1""'));
}

/** Returns Markdown with the description in the place of each picture that is written into it. Lines stay where they are. */
export function markdownWithoutDataUris(source: string): string {
  return withoutDataUris(source.replaceAll(MARKDOWN_PICTURE, '$1').replaceAll(MARKDOWN_REFERENCE, ''));
}
