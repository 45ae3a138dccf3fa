import type { Cell, Row } from './sheet.ts';

/** A rectangle of cells that belong together, such as one table. */
export interface Region {
  readonly firstColumn: number;
  readonly lastColumn: number;
  readonly rows: readonly Row[];
}

/**
 * Columns that may be empty between two columns of one table. They count as space between two tables only if both have
 * at least two columns: a single column beside a gap is more often the amounts of a list than a table of its own.
 */
const MAX_GAP_IN_TABLE = 3;

/**
 * Divides a sheet into its regions: at empty rows, and inside each of those bands at empty columns between two tables.
 * From top to bottom, then from left to right.
 */
export function regionsOf(rows: readonly Row[]): readonly Region[] {
  return bandsOf(rows).flatMap((band) => {
    const ranges = columnRangesOf(band);
    if (ranges.length === 1) return [{ ...ranges[0]!, rows: band }];
    return ranges.flatMap((range) => {
      const own = band.map((row) => ({ index: row.index, cells: cellsWithin(row, range) }));
      return bandsOf(own.filter(({ cells }) => cells.length > 0)).map((part) => ({ ...range, rows: part }));
    });
  });
}

function bandsOf(rows: readonly Row[]): readonly (readonly Row[])[] {
  const bands: Row[][] = [];
  let previous = -Infinity;
  for (const row of rows) {
    if (row.index === previous + 1) bands.at(-1)!.push(row);
    else bands.push([row]);
    previous = row.index;
  }
  return bands;
}

type ColumnRange = Pick<Region, 'firstColumn' | 'lastColumn'>;

function columnRangesOf(band: readonly Row[]): readonly ColumnRange[] {
  const columns = [...new Set(band.flatMap(({ cells }) => cells.map(({ column }) => column)))].toSorted(
    (a, b) => a - b,
  );
  const runs: { firstColumn: number; lastColumn: number }[] = [];
  for (const column of columns) {
    const run = runs.at(-1);
    if (run?.lastColumn === column - 1) run.lastColumn = column;
    else runs.push({ firstColumn: column, lastColumn: column });
  }
  const tables: { firstColumn: number; lastColumn: number }[] = [];
  for (const run of runs) {
    const left = tables.at(-1);
    if (left !== undefined && isOneTable(left, run)) left.lastColumn = run.lastColumn;
    else tables.push(run);
  }
  return tables;
}

function isOneTable(left: ColumnRange, right: ColumnRange): boolean {
  if (right.firstColumn - left.lastColumn - 1 > MAX_GAP_IN_TABLE) return false;
  return left.firstColumn === left.lastColumn || right.firstColumn === right.lastColumn;
}

function cellsWithin(row: Row, { firstColumn, lastColumn }: ColumnRange): readonly Cell[] {
  return row.cells.filter(({ column }) => column >= firstColumn && column <= lastColumn);
}
