import { createHash } from 'node:crypto';

/** The parts of a chunk that its vector is computed from. */
export interface EmbeddedWords {
  /** Of the content; null without one. */
  readonly title: string | null;
  readonly headings: readonly string[];
  readonly text: string;
}

// Dots that lead to a page number or a price, or stand for what a law leaves out.
const LEADERS = /(?:[.…·][ \t]{0,3}){5,}/g;

/** Returns the text that is embedded: title and headings, then the text itself, without lines of dots. */
export function embeddedTextOf({ title, headings, text }: EmbeddedWords): string {
  // A file's title is often its first heading too.
  const place = [...new Set([title ?? '', ...headings])].filter((part) => part !== '').join(' > ');
  const words = text.replaceAll(LEADERS, '… ');
  return place === '' ? words : `${place}\n${words}`;
}

/** Returns a hash; chunks with the same hash have the same embedded text. */
export function embeddedTextHashOf({ title, headings, text }: EmbeddedWords): string {
  return createHash('sha256').update(JSON.stringify({ title, headings, text })).digest('hex');
}
