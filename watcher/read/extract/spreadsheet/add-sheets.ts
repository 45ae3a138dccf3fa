import type { DocumentWarning } from '#shared/document.ts';
import { hiddenThingsWarning } from '../hidden-text.ts';
import type { Location, TextBuilder } from '../text-builder.ts';
import { regionsOf, type Region } from './regions.ts';
import { cellsName, type Row, type Sheet } from './sheet.ts';

/** Names that spreadsheet programs give by themselves: they say nothing about the sheet. */
const NAME_BY_DEFAULT = /^(?:sheet|planilha|plan|folha|hoja|feuil|tabelle|foglio|blad|table)[ _-]?\d*$/i;

/** Adds a sheet: its name as a heading, its tables with the range of cells of each row, then its comments. */
export function addSheet(builder: TextBuilder, sheet: Sheet): void {
  if (sheet.rows.length === 0 && sheet.comments.length === 0) return;
  if (!NAME_BY_DEFAULT.test(sheet.name)) {
    builder.mark({ sheet: sheet.name });
    builder.addBlock('heading', sheet.name, { level: 1 });
  }
  for (const region of regionsOf(sheet.rows)) addRegion(builder, sheet.name, region);
  for (const { row, column, text } of sheet.comments) {
    const cells = cellsName(row, column);
    builder.mark({ sheet: sheet.name, cells });
    builder.addBlock('paragraph', `${cells}: ${text}`);
  }
}

/** Returns the warning for sheets that are hidden and were left out; none if there are none. */
export function hiddenSheetsWarning(names: readonly string[]): readonly DocumentWarning[] {
  const named = names.slice(0, 3).map((name) => `"${name}"`);
  const rest = names.length > named.length ? ` and ${names.length - named.length} more` : '';
  return hiddenThingsWarning('sheets', names.length, `: ${named.join(', ')}${rest}`);
}

/** Rows above the table that hold one cell are its captions: they are no header of its columns. */
function addRegion(builder: TextBuilder, sheet: string, { rows, firstColumn, lastColumn }: Region): void {
  const isTable = lastColumn > firstColumn;
  const firstOfTable = isTable ? rows.findIndex(({ cells }) => cells.length > 1) : 0;
  const captions = firstOfTable === -1 ? rows : rows.slice(0, firstOfTable);
  for (const { index, cells } of captions) {
    const [cell] = cells; // a row has at least one cell
    builder.mark({ sheet, cells: cellsName(index, cell!.column) });
    builder.addBlock('paragraph', cell!.text);
  }
  const tableRows = rows.slice(captions.length);
  const locations = tableRows.map((row): Location => {
    return { sheet, cells: cellsName(row.index, firstColumn, lastColumn) };
  });
  const lines = tableRows.map((row) => lineOf(row, firstColumn));
  builder.addBlock(isTable || lines.length > 1 ? 'table' : 'paragraph', lines.join('\n'), { locations });
}

function lineOf({ cells }: Row, firstColumn: number): string {
  let line = '';
  let column = firstColumn;
  for (const cell of cells) {
    line += ' | '.repeat(cell.column - column) + cell.text;
    column = cell.column;
  }
  return line.trimStart();
}
