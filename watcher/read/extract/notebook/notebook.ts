import { parseFragment } from 'parse5';
import { decodeText } from '../charset.ts';
import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import { addHtmlBlocks } from '../html/html-blocks.ts';
import { extractMarkdown } from '../markdown.ts';
import { openTextBuilder, type TextBuilder } from '../text-builder.ts';

/** A value read from JSON: nothing is known about it. */
type Json = unknown;

/**
 * Extracts a Jupyter notebook cell by cell: Markdown, code, and what the code wrote. Pictures are left out.
 * @throws ExtractError DAMAGED
 */
export function extractNotebook(file: SourceFile): Extraction {
  const { text, warnings } = decodeText(file.bytes);
  const builder = openTextBuilder(file.path);
  for (const cell of cellsOf(parseNotebook(file, text))) addCell(builder, file, cell);
  return builder.build({
    title: builder.firstHeading,
    mediaType: 'application/x-ipynb+json',
    pageCount: null,
    warnings,
  });
}

function parseNotebook(file: SourceFile, text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = 'it is not a valid notebook; open it in Jupyter and save it again';
    throw new ExtractError('DAMAGED', file.path, reason, { cause: error });
  }
}

/** Since version 4 the cells are at the top, before in worksheets. */
function cellsOf(notebook: Json): readonly Json[] {
  const cells = listIn(notebook, 'cells');
  return cells.length > 0 ? cells : listIn(notebook, 'worksheets').flatMap((sheet) => listIn(sheet, 'cells'));
}

function addCell(builder: TextBuilder, file: SourceFile, cell: Json): void {
  const source = textIn(cell, 'source') || textIn(cell, 'input');
  switch (textIn(cell, 'cell_type')) {
    case 'markdown':
      return addMarkdown(builder, file, source);
    case 'heading':
      return builder.addBlock('heading', source, { level: Number(valueIn(cell, 'level')) || 1 });
    default:
      builder.addBlock('code', source);
      for (const output of listIn(cell, 'outputs')) addOutput(builder, file, output);
  }
}

function addMarkdown(builder: TextBuilder, file: SourceFile, source: string): void {
  const { text, blocks } = extractMarkdown({ ...file, bytes: Buffer.from(source) });
  for (const { kind, startChar, endChar, level } of blocks) {
    builder.addBlock(kind, text.slice(startChar, endChar), level === undefined ? {} : { level });
  }
}

/** Adds the most readable form of an output. A table comes as HTML with cells, and as plain text in columns. */
function addOutput(builder: TextBuilder, file: SourceFile, output: Json): void {
  const forms = valueIn(output, 'data') ?? output; // Before version 4 the forms were fields of the output.
  const html = textIn(forms, 'text/html') || textIn(forms, 'html');
  const markdown = textIn(forms, 'text/markdown');
  const plain = textIn(forms, 'text/plain') || textIn(forms, 'text');
  const error = [textIn(output, 'ename'), textIn(output, 'evalue')].filter((part) => part !== '').join(': ');
  if (/<table\b/i.test(html)) addHtmlBlocks(builder, parseFragment(html));
  else if (markdown !== '') addMarkdown(builder, file, markdown);
  else builder.addBlock('code', withoutColors(plain || error));
}

/** Removes the codes by which a terminal colors text. */
function withoutColors(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the codes begin with a control character
  return text.replaceAll(/\x1B\[[\d;]{0,50}[A-Za-z]/g, '');
}

function valueIn(container: Json, key: string): Json {
  return typeof container === 'object' && container !== null ? Reflect.get(container, key) : undefined;
}

function listIn(container: Json, key: string): readonly Json[] {
  const value = valueIn(container, key);
  return Array.isArray(value) ? value : [];
}

/** Returns a text that is stored as one string or as a list of lines; '' if there is none. */
function textIn(container: Json, key: string): string {
  const value = valueIn(container, key);
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((line) => typeof line === 'string').join('') : '';
}
