/** A cell with text, as its program displays it. */
export interface Cell {
  /** Starting at 0. */
  readonly column: number;
  /** One line, never blank. */
  readonly text: string;
}

/** A row with at least one cell. */
export interface Row {
  /** Starting at 0. */
  readonly index: number;
  /** Ascending by column. */
  readonly cells: readonly Cell[];
}

/** A remark that is attached to a cell. */
export interface CellComment {
  readonly column: number;
  readonly row: number;
  readonly text: string;
}

/** One sheet of a spreadsheet, whatever the format of the file. */
export interface Sheet {
  readonly name: string;
  /** Ascending by index; rows without text are absent. */
  readonly rows: readonly Row[];
  readonly comments: readonly CellComment[];
}

/** Returns what a cell displays as one line of text. */
export function cellText(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Returns the name of a range of cells, such as `B2:D2`, or `B2` for a single cell. All numbers start at 0. */
export function cellsName(row: number, firstColumn: number, lastColumn = firstColumn): string {
  const first = `${columnName(firstColumn)}${row + 1}`;
  return firstColumn === lastColumn ? first : `${first}:${columnName(lastColumn)}${row + 1}`;
}

function columnName(column: number): string {
  let name = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  }
  return name;
}
