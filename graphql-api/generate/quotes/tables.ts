import type { Span } from '../../cite/sentence-spans.ts';

/** A table in a passage, one row a line. */
export interface Table {
  /** The first row, if it names the columns; null if the header is not in this passage. */
  readonly header: Span | null;
  readonly rows: readonly Span[];
  /** What separates its cells. */
  readonly separator: string;
  /** Number of cells in its first line. */
  readonly columns: number;
  /** Where its first line starts. */
  readonly start: number;
  /** Where its last line ends. */
  readonly end: number;
}

/** A number that names a column rather than being a value: a year, or first, second, third. */
const COLUMN_NUMBER = /^\s*(?:19|20)\d{2}\s*$|\d[ºª°]/;

interface Line extends Span {
  readonly words: string;
}

/**
 * Returns the tables of a text: lines that follow each other and have the same number of cells, separated by `|`, `;`,
 * tabs or commas. Two lines are enough, except where a comma or a single semicolon may be the punctuation of a sentence.
 */
export function tablesIn(text: string): readonly Table[] {
  const tables: Table[] = [];
  let open: Line[] = [];
  let separator = '';
  const close = (): void => {
    const table = open.length === 0 ? null : tableOf(open, separator);
    if (table !== null) tables.push(table);
    open = [];
  };
  for (const line of linesOf(text)) {
    const last = open.at(-1);
    const isNextLine = last !== undefined && /^[^\n]*\n[^\n]*$/.test(text.slice(last.end, line.start));
    const continues = isNextLine && belongsTo(line.words, last.words, separator);
    if (continues) {
      open.push(line);
      continue;
    }
    close();
    separator = separatorOf(line.words) ?? '';
    if (separator !== '') open = [line];
  }
  close();
  return tables;
}

function linesOf(text: string): readonly Line[] {
  return [...text.matchAll(/[^\n]+/g)].map(({ 0: line, index }) => {
    const words = line.trim();
    const start = index + line.indexOf(words);
    return { words, start, end: start + words.length };
  });
}

function separatorOf(line: string): string | null {
  if (line.includes('|') && cellsOf(line, '|').length > 1) return '|';
  return ['\t', ';', ','].find((separator) => cellsOf(line, separator).length > 1) ?? null;
}

function belongsTo(line: string, previous: string, separator: string): boolean {
  const count = cellsOf(line, separator).length;
  // Rows of pipe tables may leave out their last cells.
  return separator === '|' ? count > 1 : count > 1 && count === cellsOf(previous, separator).length;
}

function tableOf(lines: readonly Line[], separator: string): Table | null {
  const isRule = (line: Line | undefined): boolean => line !== undefined && /^[\s|:+-]+$/.test(line.words);
  const hasRule = isRule(lines[1]);
  const rows = lines.filter((line) => !isRule(line));
  const [first, ...others] = rows;
  if (first === undefined || (others.length === 0 && !hasRule)) return null;
  if (!hasRule && isProse(rows, separator)) return null;
  const isHeader = others.length > 0 && (hasRule || namesColumns(first.words, others, separator));
  return {
    header: isHeader ? first : null,
    rows: isHeader ? others : rows,
    separator,
    columns: cellsOf(first.words, separator).length,
    start: first.start,
    end: lines.at(-1)!.end,
  };
}

/** Whether the separator may be punctuation: there is a space after it, or it is a single one in each of two lines. */
function isProse(rows: readonly Line[], separator: string): boolean {
  if (separator === '|' || separator === '\t') return false;
  const cells = rows.map(({ words }) => cellsOf(words, separator));
  const isSpaced = cells.some((row) => row.slice(1).some((cell) => cell.startsWith(' ')));
  return isSpaced || (rows.length < 3 && cells[0]!.length < 3);
}

/** Whether the first row has only words where others have numbers, or is unlike all others where none has any. */
function namesColumns(first: string, others: readonly Line[], separator: string): boolean {
  const numbersIn = (row: string): number =>
    cellsOf(row, separator).filter((cell) => /\d/.test(cell) && !COLUMN_NUMBER.test(cell)).length;
  const fewest = Math.min(...others.map(({ words }) => numbersIn(words)));
  const ofFirst = numbersIn(first);
  if (fewest > ofFirst) return true;
  // A table of words: its first row is the header unless one of its cells occurs again below it.
  const firstCells = new Set(cellsOf(first, separator).map((cell) => cell.trim()));
  const occursAgain = others.some(({ words }) => cellsOf(words, separator).some((cell) => firstCells.has(cell.trim())));
  return fewest === 0 && ofFirst === 0 && !occursAgain;
}

/** Returns the cells of a row, with the spaces in them. Within double quotes a separator is text, as in CSV. */
function cellsOf(row: string, separator: string): readonly string[] {
  const inner = separator === '|' ? row.replace(/^\|/, '').replace(/\|$/, '') : row;
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (const char of inner) {
    if (char === '"' && separator !== '|') isQuoted = !isQuoted;
    if (char === separator && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  // A semicolon or comma at the end of a line is punctuation.
  const isPunctuation = cell.trim() === '' && (separator === ';' || separator === ',') && cells.length < 2;
  return isPunctuation ? cells : [...cells, cell];
}
