import type { Extraction, SourceFile } from '../extraction.ts';
import { extractHtml } from '../html/html.ts';
import type { ExtractPart } from '../parts.ts';
import { extractEml, guessedWarnings, parseMail } from './eml.ts';

/**
 * Extracts a page that a browser saved as one file, as the same page saved as HTML would be. Its pictures, styles and
 * scripts are left out. A file without a page is read as a message.
 * @throws ExtractError DAMAGED, TOO_LARGE
 */
export async function extractMhtml(file: SourceFile, extract: ExtractPart, depth: number): Promise<Extraction> {
  const { email, guessedChars } = await parseMail(file, file.bytes);
  const { html, subject = null } = email;
  if (html === undefined) return await extractEml(file, extract, depth);
  const page = extractHtml({ ...file, bytes: Buffer.from(html) });
  const warnings = [...guessedWarnings(guessedChars), ...page.warnings];
  return { ...page, title: page.title ?? subject, mediaType: 'multipart/related', warnings };
}
