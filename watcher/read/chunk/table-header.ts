import type { Block } from '../extract/extraction.ts';

/** A longer first row is text. */
const MAX_HEADER_CHARS = 400;
const MAX_CELL_CHARS = 80;
const NUMBER = /^["'\s]*(?:R\$|US\$|€|\$)?\s?[+-]?\d[\d.,:/\s-]*%?["'\s]*$/;
const YEAR = /^["'\s]*(?:19|20)\d{2}["'\s]*$/;

/**
 * Returns the first row of a table, if it names the columns: rows without it say nothing, and are not found by the
 * names of their columns. Null if a cell of it is a number or too long for a name.
 */
export function findTableHeader(text: string, { startChar, endChar }: Block): string | null {
  const [row = ''] = text.slice(startChar, Math.min(endChar, startChar + MAX_HEADER_CHARS + 1)).split('\n', 1);
  const header = row.trim();
  const cells = cellsOf(header);
  if (header.length > MAX_HEADER_CHARS || cells.length < 2) return null;
  const named = cells.filter((cell) => /\p{L}/u.test(cell)).length;
  const isValue = cells.some((cell) => cell.length > MAX_CELL_CHARS || (NUMBER.test(cell) && !YEAR.test(cell)));
  return isValue || 2 * named < cells.length ? null : header;
}

function cellsOf(row: string): readonly string[] {
  const separator = ['|', '\t', ';', ','].find((mark) => row.includes(mark));
  if (separator === undefined) return [row];
  const inner = separator === '|' ? row.replace(/^\|/, '').replace(/\|$/, '') : row;
  return inner.split(separator);
}
