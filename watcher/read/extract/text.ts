import path from 'node:path';
import { decodeText } from './charset.ts';
import type { BlockKind, Extraction, SourceFile } from './extraction.ts';
import { withoutDataUris } from './html/data-uris.ts';
import { linesOf, openTextBuilder } from './text-builder.ts';

/**
 * Extracts any file that decodes as text: blank lines separate its blocks, and every line is marked with its number.
 */
export function extractText(file: SourceFile): Extraction {
  const { text, warnings } = decodeText(file.bytes);
  const extension = path.posix.extname(file.path).toLowerCase();
  const kind = kindOf(extension);
  const builder = openTextBuilder(file.path);
  for (const { lines, firstLine } of paragraphsOf(linesOf(withoutDataUris(text))))
    builder.addBlock(kind, lines.join('\n'), { firstLine });
  return builder.build({
    title: null,
    mediaType: MEDIA_TYPES[extension] ?? 'text/plain',
    pageCount: null,
    warnings,
  });
}

const PROSE = new Set(['', '.txt', '.text', '.rst', '.tex', '.org', '.adoc', '.log']);
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.xml': 'application/xml',
  '.yaml': 'application/yaml',
  '.yml': 'application/yaml',
};

/** Returns how long blocks are to be split: prose at sentences, source code only at lines. */
function kindOf(extension: string): BlockKind {
  return PROSE.has(extension) ? 'paragraph' : 'code';
}

/** Yields each run of lines that are not blank, with the number of its first line. */
function* paragraphsOf(lines: readonly string[]): Generator<{ lines: readonly string[]; firstLine: number }> {
  let start = 0;
  for (let i = 0; i <= lines.length; i++) {
    if (i < lines.length && lines[i]!.trim() !== '') continue;
    if (i > start) yield { lines: lines.slice(start, i), firstLine: start + 1 };
    start = i + 1;
  }
}
