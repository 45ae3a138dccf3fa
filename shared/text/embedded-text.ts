import { createHash } from 'node:crypto';

/** What decides the vector of a chunk. */
export interface EmbeddedWords {
  /** Of the content. */
  readonly title: string | null;
  readonly headings: readonly string[];
  readonly text: string;
}

/** The text that is embedded: where the words stand, then the words. */
export function embeddedTextOf({ title, headings, text }: EmbeddedWords): string {
  // The title of a file often is its first heading.
  const place = [...new Set([title ?? '', ...headings])].filter((part) => part !== '').join(' > ');
  return place === '' ? text : `${place}\n${text}`;
}

/** Equal hashes have equal embedded texts. */
export function embeddedTextHashOf({ title, headings, text }: EmbeddedWords): string {
  return createHash('sha256').update(JSON.stringify({ title, headings, text })).digest('hex');
}
