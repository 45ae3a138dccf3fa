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
  const allLines = linesOf(withoutDataUris(text));
  const isChat = kind === 'paragraph' && isExportedChat(allLines);
  for (const { lines, firstLine } of paragraphsOf(allLines, isChat))
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

/** The date and time before each message of a chat that WhatsApp exported: `12/03/2026 09:15 - `, `[12/03/2026, 09:15:01] `. */
const MESSAGE =
  /^\u200E?\[?\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? \d{1,2}:\d\d(?::\d\d)?(?:\s?[AaPp]\.?\s?[Mm]\.?)?(?:\]| -) \S/;
const MIN_MESSAGES = 3;
/** Messages have line ends of their own. */
const MIN_MESSAGE_SHARE = 0.25;

function isExportedChat(lines: readonly string[]): boolean {
  if (!MESSAGE.test(lines[0] ?? '')) return false;
  const messages = lines.filter((line) => MESSAGE.test(line)).length;
  return messages >= MIN_MESSAGES && messages >= MIN_MESSAGE_SHARE * lines.length;
}

/** Yields each run of lines that are not blank, or each message of a chat, with the number of its first line. */
function* paragraphsOf(
  lines: readonly string[],
  isChat: boolean,
): Generator<{ lines: readonly string[]; firstLine: number }> {
  let start = 0;
  for (let i = 0; i <= lines.length; i++) {
    const isBlank = i === lines.length || lines[i]!.trim() === '';
    if (!isBlank && !(isChat && MESSAGE.test(lines[i]!))) continue;
    if (i > start) yield { lines: lines.slice(start, i), firstLine: start + 1 };
    start = isBlank ? i + 1 : i;
  }
}
