import type { PdfLine } from './pdf-lines.ts';

/** Fewer lines side by side may be anything. */
const MIN_LINES = 4;
// Three lines side by side are often two cells that wrap.
const MIN_ROWS = 4;
const MAX_CELL_CHARS = 25;

/**
 * Returns the lines of a page with text columns that are drawn row by row taken apart, and with the rows of tables that
 * are drawn column by column put together. Both draw the same picture, so that the words decide: lines of prose begin
 * within a sentence, cells are short and hold figures.
 */
export function columnsAndRows(lines: readonly PdfLine[]): readonly PdfLine[] {
  return rowsOfColumns(columnsOfRows(lines));
}

function columnsOfRows(lines: readonly PdfLine[]): readonly PdfLine[] {
  const result: PdfLine[] = [];
  for (let i = 0; i < lines.length;) {
    const gutter = lines[i]!.cells?.[1]?.left;
    let end = i;
    while (gutter !== undefined && end < lines.length && isSplitAt(lines[end]!, gutter)) end += 1;
    const rows = lines.slice(i, end);
    const [left, right] = [0, 1].map((side) => rows.map((row) => cellLine(row, side)));
    if (rows.length >= MIN_LINES && left !== undefined && right !== undefined && isProse(left) && isProse(right)) {
      result.push(...left, ...right);
    } else {
      result.push(...lines.slice(i, Math.max(end, i + 1)));
    }
    i = Math.max(end, i + 1);
  }
  return result;
}

function isSplitAt({ cells, size }: PdfLine, gutter: number): boolean {
  return cells?.length === 2 && Math.abs(cells[1]!.left - gutter) < 0.3 * size;
}

function cellLine(row: PdfLine, side: number): PdfLine {
  const { text, left, right } = row.cells?.[side] ?? row;
  const { angle, baseline, size } = row;
  return { text: text.trim(), angle, left, right, baseline, size, longest: text.length, isRow: false };
}

function isProse(lines: readonly PdfLine[]): boolean {
  const within = lines.slice(1).filter(({ text }) => /^\p{Ll}/u.test(text)).length;
  const words = lines.reduce((sum, { text }) => sum + text.split(/\s+/).length, 0);
  return within >= 0.4 * (lines.length - 1) && words >= 2.5 * lines.length;
}

function rowsOfColumns(lines: readonly PdfLine[]): readonly PdfLine[] {
  const result: PdfLine[] = [];
  for (let i = 0; i < lines.length;) {
    const columns = [columnFrom(lines, i)];
    let end = i + columns[0]!.length;
    for (;;) {
      const next = columnFrom(lines, end);
      if (columns[0]!.length < MIN_ROWS || !standBeside(columns.at(-1)!, columns[0]!, next)) break;
      columns.push(next);
      end += next.length;
    }
    const others = columns.slice(1).flat();
    const figures = others.filter(({ text }) => /\d/.test(text)).length;
    if (columns.length > 1 && figures >= 0.4 * others.length)
      result.push(...columns[0]!.map((line) => rowOf(line, columns)));
    else result.push(...columns.flat());
    i = end;
  }
  return result;
}

/** Returns the short lines that follow one another straight down from a line; at least that line. */
function columnFrom(lines: readonly PdfLine[], start: number): readonly PdfLine[] {
  const column = lines.slice(start, start + 1);
  for (let i = start + 1; i < lines.length; i++) {
    const [previous, line] = [column.at(-1)!, lines[i]!];
    const isBelow = line.baseline < previous.baseline - 0.5 * line.size && line.left < previous.right;
    if (!isBelow || line.angle !== 0 || line.right < previous.left || line.text.length > MAX_CELL_CHARS) break;
    column.push(line);
  }
  return column;
}

/** Returns whether a column is right of another one and each of its lines is level with one of the first column. */
function standBeside(previous: readonly PdfLine[], first: readonly PdfLine[], next: readonly PdfLine[]): boolean {
  const edge = Math.max(...previous.map((line) => line.right));
  return (
    next.length >= MIN_ROWS &&
    next.length <= first.length &&
    next.length >= 0.6 * first.length &&
    next.every(
      (line) => line.left > edge && line.text.length <= MAX_CELL_CHARS && first.some((other) => isLevel(line, other)),
    )
  );
}

function isLevel(one: PdfLine, other: PdfLine): boolean {
  return Math.abs(one.baseline - other.baseline) < 0.25 * one.size;
}

function rowOf(line: PdfLine, columns: readonly (readonly PdfLine[])[]): PdfLine {
  const cells = columns.flatMap((column) => column.find((other) => isLevel(line, other)) ?? []);
  const text = cells.map((cell) => cell.text.trim()).join(' ');
  return { ...line, text, right: cells.at(-1)?.right ?? line.right, longest: text.length, isRow: true };
}
