import type { DocumentWarning } from '#shared/document.ts';
import type { PageText } from './page-text.ts';

/** Page numbers that a message names. */
const MAX_NAMED = 10;

/** Returns the warning that these pages, which are in order, were read by text recognition. */
export function readByOcr(pageNumbers: readonly number[], texts: readonly PageText[]): DocumentWarning {
  const confidence = Math.round(texts.reduce((sum, text) => sum + text.confidence, 0) / texts.length);
  return {
    code: 'READ_BY_OCR',
    count: pageNumbers.length,
    message: `${pagesOf(pageNumbers)}: read by text recognition (OCR) with a mean confidence of ${confidence}%; compare with the original before relying on it`,
  };
}

/** Names pages for people, such as "pages 2, 3 and 4 more". */
export function pagesOf(pageNumbers: readonly number[]): string {
  if (pageNumbers.length === 1) return `page ${pageNumbers[0]}`;
  const named = pageNumbers.slice(0, MAX_NAMED);
  const more = pageNumbers.length - named.length;
  return `pages ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
