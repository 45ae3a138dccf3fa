import { decodeText } from './charset.ts';
import type { BlockKind, Extraction, SourceFile } from './extraction.ts';
import { markdownWithoutDataUris } from './html/data-uris.ts';
import { linesOf, openTextBuilder, type TextBuilder } from './text-builder.ts';

/**
 * Extracts Markdown as it was written, without the markers of headings and fences. Blocks are headings, fenced code,
 * and anything else separated by blank lines; emphasis, links and tables stay as source, which is readable. The title
 * comes from the front matter, else it is the first heading.
 */
export function extractMarkdown(file: SourceFile): Extraction {
  const { text, warnings } = decodeText(file.bytes);
  const lines = linesOf(markdownWithoutDataUris(text));
  const builder = openTextBuilder(file.path);
  const frontMatterEnd = endOfFrontMatter(lines);
  const frontMatter = lines.slice(1, Math.max(1, frontMatterEnd - 1));
  builder.addBlock('code', frontMatter.join('\n'), { firstLine: 2 });
  addBlocks(builder, lines, frontMatterEnd);
  return builder.build({
    title: frontMatterTitle(frontMatter) ?? builder.firstHeading,
    mediaType: 'text/markdown',
    pageCount: null,
    warnings,
  });
}

function addBlocks(builder: TextBuilder, lines: readonly string[], from: number): void {
  let open: { start: number; fence: string | null } | null = null;
  const close = (end: number): void => {
    if (open === null) return;
    const block = lines.slice(open.start, end);
    builder.addBlock(open.fence === null ? kindOf(block) : 'code', block.join('\n'), { firstLine: open.start + 1 });
    open = null;
  };

  for (let i = from; i < lines.length; i++) {
    const line = lines[i]!;
    if (open?.fence) {
      if (closesFence(line, open.fence)) close(i);
      continue;
    }
    const fence = /^ {0,3}(`{3,}(?!.*`)|~{3,})/.exec(line)?.[1];
    const heading = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/.exec(line);
    const underline = /^ {0,3}(=+|-+)[ \t]*$/.exec(line)?.[1];
    if (fence !== undefined) {
      close(i);
      open = { start: i + 1, fence };
    } else if (heading !== null) {
      close(i);
      addHeading(builder, (heading[2] ?? '').replace(/(^|[ \t])#+[ \t]*$/, ''), heading[1]!.length, i);
    } else if (underline !== undefined && open?.start === i - 1 && kindOf([lines[i - 1]!]) === 'paragraph') {
      open = null;
      addHeading(builder, lines[i - 1]!, underline.startsWith('=') ? 1 : 2, i - 1);
    } else if (line.trim() === '' || isRule(line)) {
      close(i);
    } else {
      if (open !== null && beginsList(line) && !beginsList(lines[open.start]!)) close(i);
      open ??= { start: i, fence: null };
    }
  }
  close(lines.length);
}

function addHeading(builder: TextBuilder, source: string, level: number, lineIndex: number): void {
  builder.addBlock('heading', plainInline(source).trim(), { level, firstLine: lineIndex + 1 });
}

/** Returns a heading's words without picture and link targets and without the markers of emphasis and code. */
function plainInline(source: string): string {
  return source.replaceAll(/!?\[([^[\]]*)\]\([^()\s]*\)/g, '$1').replaceAll(/\*\*|__|`/g, '');
}

function closesFence(line: string, fence: string): boolean {
  const mark = line.trim();
  return mark.length >= fence.length && mark === fence[0]!.repeat(mark.length);
}

/** Recognizes a thematic break, such as `***` or `- - -`. */
function isRule(line: string): boolean {
  const marks = line.replaceAll(/[ \t]/g, '');
  return marks.length >= 3 && ['*', '-', '_'].some((mark) => marks === mark.repeat(marks.length));
}

function kindOf(lines: readonly string[]): BlockKind {
  const [first = '', second = ''] = lines;
  if (beginsList(first)) return 'list';
  if (first.includes('|') && second.includes('-') && /^[\s|:-]+$/.test(second)) return 'table';
  return 'paragraph';
}

function beginsList(line: string): boolean {
  return /^\s*(?:[-*+]|\d{1,9}[.)])\s/.test(line);
}

/** Returns the index of the first line after the front matter, in YAML or TOML; 0 if there is none. */
function endOfFrontMatter(lines: readonly string[]): number {
  const fence = lines[0]?.trimEnd();
  if (fence !== '---' && fence !== '+++') return 0;
  const isEnd = fence === '---' ? /^(?:---|\.\.\.)\s*$/ : /^\+\+\+\s*$/;
  const end = lines.findIndex((line, i) => i > 0 && isEnd.test(line));
  // A `---` at the top may also be a thematic break: front matter begins with a key.
  return end > 1 && /^[\w-]+\s*[:=]/.test(lines[1]!) ? end + 1 : 0;
}

function frontMatterTitle(lines: readonly string[]): string | null {
  const at = lines.findIndex((line) => /^title\s*[:=]/i.test(line));
  if (at === -1) return null;
  const value = lines[at]!.replace(/^title\s*[:=]/i, '').trim();
  // YAML folds a long value over the indented lines below `>` or `|`.
  if (/^[>|][+\d-]{0,2}$/.test(value)) {
    const end = lines.findIndex((line, i) => i > at && /^\S/.test(line));
    return (
      lines
        .slice(at + 1, end === -1 ? lines.length : end)
        .join(' ')
        .trim() || null
    );
  }
  return value.replace(/^(["']{1,3})(.*)\1$/, '$2') || null;
}
