/**
 * Texts whose chunks are known without the chunker: a paragraph of 150 words fills a chunk, and a shorter one before it
 * is not merged with it, so the paragraphs are the chunks.
 */

const FULL_WORDS = 150;

/** Returns a paragraph that is one chunk, whatever is before and after it. */
export function paragraph(random: () => number): string {
  return words(FULL_WORDS, random);
}

/** Returns a paragraph that is one chunk at the beginning of a text. */
export function shortParagraph(random: () => number): string {
  return words(4 + Math.floor(random() * 16), random);
}

function words(count: number, random: () => number): string {
  return Array.from({ length: count }, () => word(random)).join(' ');
}

/** Five letters, so that 150 words stay below the maximum length of a chunk. */
function word(random: () => number): string {
  return Array.from({ length: 5 }, () => String.fromCodePoint(97 + Math.floor(random() * 26))).join('');
}
