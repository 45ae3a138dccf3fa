/** One cell of the table: what was measured, or why it could not be. */
export type Cell = Figure | { readonly why: string };

interface Figure {
  readonly value: number;
  /** As a reader sees it, such as `0.31` or `57 of 64`. */
  readonly shown: string;
}

/** A row: one thing that was measured of every tool. */
export interface Row {
  readonly key: string;
  /** With its unit. */
  readonly label: string;
  readonly better: 'less' | 'more';
}

/** The cells of one tool by the keys of their rows; a row without one shows that nothing was measured. */
export type Cells = Readonly<Record<string, Cell>>;

export const NEEDS_A_MODEL: Cell = { why: 'needs a model' };

/** Returns a cell with a number of two significant digits; 100 and above has none after the point. */
export function figure(value: number): Cell {
  return { value, shown: value >= 10 ? value.toFixed(0) : String(Number(value.toPrecision(2))) };
}

/** Returns a cell with a part of a whole, such as `57 of 64`. */
export function part(found: number, of: number): Cell {
  return { value: of === 0 ? 0 : found / of, shown: `${found} of ${of}` };
}

/**
 * Returns how many times better askbox is than another tool in a row: below 1, it is behind. Undefined if one of them has
 * no figure, or if both or the worse of the two is 0, of which nothing is a multiple.
 */
export function ahead(row: Row, ours: Cell | undefined, theirs: Cell | undefined): number | undefined {
  if (ours === undefined || theirs === undefined || 'why' in ours || 'why' in theirs) return undefined;
  const [better, worse] = row.better === 'less' ? [theirs.value, ours.value] : [ours.value, theirs.value];
  return worse === 0 ? undefined : better / worse;
}

/** Returns a Markdown table with a row for each measurement and a column for each tool; askbox is the first. */
export function markdownTable(rows: readonly Row[], columns: ReadonlyMap<string, Cells>): string {
  const [[, ours = {}] = []] = columns;
  const lines = rows.map((row) => {
    const cells = [...columns.values()].map((cells) => {
      const cell = cells[row.key];
      if (cell === undefined) return '-';
      if ('why' in cell) return cell.why;
      const times = cells === ours ? undefined : ahead(row, ours[row.key], cell);
      return times === undefined ? cell.shown : `${cell.shown} (${timesShown(times)})`;
    });
    return `| ${[row.label, ...cells].join(' | ')} |`;
  });
  const names = [...columns.keys()];
  return [`| | ${names.join(' | ')} |`, `|${'---|'.repeat(names.length + 1)}`, ...lines].join('\n');
}

/** Returns the rows in which a tool is better than askbox, with how many times. */
export function rowsBehind(
  rows: readonly Row[],
  columns: ReadonlyMap<string, Cells>,
): readonly { readonly row: Row; readonly tool: string; readonly times: number }[] {
  const [[, ours = {}] = []] = columns;
  return rows.flatMap((row) =>
    [...columns].flatMap(([tool, cells]) => {
      const times = cells === ours ? undefined : ahead(row, ours[row.key], cells[row.key]);
      return times !== undefined && times < 1 ? [{ row, tool, times: 1 / times }] : [];
    }),
  );
}

/** Returns how many of the words a text should have it has; a word is three letters or digits or more. */
export function wordsFound(expected: string, text: string): { readonly found: number; readonly of: number } {
  const has = wordsOf(text);
  const wanted = [...wordsOf(expected)];
  return { found: wanted.filter((word) => has.has(word)).length, of: wanted.length };
}

function wordsOf(text: string): Set<string> {
  return new Set(
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]{3,}/gu),
  );
}

function timesShown(times: number): string {
  return `${times >= 10 ? times.toFixed(0) : Number(times.toPrecision(2))}×`;
}
