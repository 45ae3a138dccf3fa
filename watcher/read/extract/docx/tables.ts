import type { WordBlock } from './word-block.ts';
import type { Attachment } from './run-text.ts';
import { numberOf, valueOf } from './xml/word-xml.ts';
import { elementsOf, findElement, type XmlElement } from './xml/xml-tree.ts';

/** Word allows 63 columns. */
const MAX_COLUMNS = 63;
/** A cell with more text than a chunk holds is part of a page's layout. */
const MAX_CELL_CHARS = 1_000;
/** What is merged over several rows or named columns belongs to each of them; longer text than this is not repeated. */
const MAX_REPEATED_CHARS = 100;

interface Table {
  /** A line for each row, cells separated by ` | `. */
  readonly lines: readonly string[];
  /** The blocks of all cells, one after another, if the table only arranges the page; else null. */
  readonly layout: readonly WordBlock[] | null;
  readonly attachments: readonly Attachment[];
}

interface Cell {
  readonly text: string;
  readonly blocks: readonly WordBlock[];
  readonly columns: number;
  readonly isContinued: boolean;
}

/** Returns the blocks of everything inside an element. */
type ReadBlocks = (element: XmlElement) => readonly WordBlock[];

/** Reads a table row by row, so that every value stays in its column. */
export function rowsOf(table: XmlElement, blocksIn: ReadBlocks): Table {
  const rows = rowElements(table).map((row) => ({ skipped: skippedColumns(row), cells: cellsOf(row, blocksIn) }));
  const cells = rows.flatMap((row) => row.cells);
  const isLayout =
    rows.every((row) => row.cells.filter(({ text }) => text !== '').length < 2) ||
    cells.some(({ text, blocks }) => text.length > MAX_CELL_CHARS || blocks.some(({ kind }) => kind === 'table'));
  if (isLayout) return { lines: [], layout: cells.flatMap(({ blocks }) => blocks), attachments: [] };

  const columnCount = namedColumns(rows[0]?.cells ?? []);
  const above: string[] = [];
  const lines: string[] = [];
  for (const row of rows) {
    const values = blankCells(row.skipped);
    for (const { text, columns, isContinued } of row.cells) {
      const column = values.length;
      if (column >= MAX_COLUMNS) break;
      const repeated = above[column] ?? '';
      const value = isContinued && text === '' && repeated.length <= MAX_REPEATED_CHARS ? repeated : text;
      const isOfEachColumn = columns < columnCount && value.length <= MAX_REPEATED_CHARS;
      values.push(...Array.from({ length: columns }, (_, i) => (i === 0 || isOfEachColumn ? value : '')));
      above[column] = isContinued && text === '' ? repeated : text;
    }
    if (row.cells.every(({ text }) => text === '')) continue;
    while (values.at(-1) === '') values.pop();
    lines.push(values.join(' | '));
  }
  const attachments = cells.flatMap(({ blocks }) => {
    return blocks.flatMap((block) => (block.kind === 'attachment' ? [block.attachment] : []));
  });
  return { lines, layout: null, attachments };
}

/** Returns how many columns have a name in the first row; 0 if it does not name every column, as in a form. */
function namedColumns(firstRow: readonly Cell[]): number {
  return firstRow.every(({ text, columns }) => text !== '' && columns === 1) ? firstRow.length : 0;
}

function blankCells(count: number): string[] {
  return Array.from({ length: count }, () => '');
}

function rowElements(table: XmlElement): readonly XmlElement[] {
  return elementsOf(table).flatMap((child): readonly XmlElement[] => {
    if (child.name === 'w:tr') return isDeleted(child) ? [] : [child];
    const content = child.name === 'w:sdt' ? findElement(child, 'w:sdtContent') : child;
    return content !== undefined && /^w:(?:sdt|customXml|ins|moveTo)$/.test(child.name) ? rowElements(content) : [];
  });
}

function isDeleted(row: XmlElement): boolean {
  return findElement(row, 'w:trPr', 'w:del') !== undefined;
}

function skippedColumns(row: XmlElement): number {
  return Math.min(Math.max(numberOf(findElement(row, 'w:trPr'), 'w:gridBefore') ?? 0, 0), MAX_COLUMNS);
}

function cellsOf(row: XmlElement, blocksIn: ReadBlocks): readonly Cell[] {
  return elementsOf(row).flatMap((child): readonly Cell[] => {
    if (child.name !== 'w:tc') {
      const content = child.name === 'w:sdt' ? findElement(child, 'w:sdtContent') : child;
      return content !== undefined && /^w:(?:sdt|customXml|ins|moveTo)$/.test(child.name)
        ? cellsOf(content, blocksIn)
        : [];
    }
    const properties = findElement(child, 'w:tcPr');
    const merge = findElement(properties, 'w:vMerge');
    const blocks = blocksIn(child);
    return [
      {
        text: lineOf(blocks),
        blocks,
        columns: Math.min(Math.max(numberOf(properties, 'w:gridSpan') ?? 1, 1), MAX_COLUMNS),
        isContinued: merge !== undefined && valueOf(properties, 'w:vMerge') !== 'restart',
      },
    ];
  });
}

/** A cell in one line. Items with a bullet are separated by semicolons, which read better there. */
function lineOf(blocks: readonly WordBlock[]): string {
  let line = '';
  let isAfterItem = false;
  for (const block of blocks) {
    if (block.kind === 'attachment') continue;
    const isItem = block.kind === 'list' && block.text.startsWith('- ');
    const text = (isItem ? block.text.slice(2) : block.text).replaceAll(/\s+/g, ' ').trim();
    if (line !== '') line += isItem && isAfterItem && !/[,.:;]$/.test(line) ? '; ' : ' ';
    line += text;
    isAfterItem = isItem;
  }
  return line;
}
