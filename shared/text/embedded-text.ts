import { createHash } from 'node:crypto';

/** The parts of a chunk that its vector is computed from. */
export interface EmbeddedWords {
  /** Of the content; null without one. */
  readonly title: string | null;
  readonly headings: readonly string[];
  readonly text: string;
}

/** Returns the text that is embedded: title and headings, then the text itself. */
export function embeddedTextOf({ title, headings, text }: EmbeddedWords): string {
  // A file's title is often its first heading too.
  const place = [...new Set([title ?? '', ...headings])].filter((part) => part !== '').join(' > ');
  return place === '' ? text : `${place}\n${text}`;
}

/** Returns a hash; chunks with the same hash have the same embedded text. */
export function embeddedTextHashOf({ title, headings, text }: EmbeddedWords): string {
  return createHash('sha256').update(JSON.stringify({ title, headings, text })).digest('hex');
}
