import { ExtractError } from '../extract-error.ts';
import type { SourceFile } from '../extraction.ts';
import { cellText, type Cell, type CellComment, type Row, type Sheet } from '../spreadsheet/sheet.ts';
import { walkXml, type XmlAttributes } from '../xml.ts';
import type { HiddenStyles } from './odf-styles.ts';

/** A few bytes repeat a cell a million times: what is repeated counts as often as it appears. */
const MAX_CELLS = 2_000_000;

interface Sheets {
  readonly sheets: readonly Sheet[];
  readonly hiddenNames: readonly string[];
}

/**
 * Returns the sheets of an OpenDocument spreadsheet with the text that each cell displays.
 * @throws ExtractError DAMAGED, TOO_LARGE above 2 million cells with text.
 */
export function sheetsOf(file: SourceFile, content: Buffer, hidden: HiddenStyles): Sheets {
  const sheets: Sheet[] = [];
  const hiddenNames: string[] = [];
  let sheet: { name: string; rows: Row[]; comments: CellComment[]; isHidden: boolean } | null = null;
  let row = 0;
  let rowRepeat = 1;
  let column = 0;
  let columnRepeat = 1;
  let cells: Cell[] = [];
  let text = '';
  let comment: string | null = null;
  let paragraphDepth = 0;
  let cellCount = 0;

  const endCell = (): void => {
    const shown = cellText(text);
    for (let i = 0; shown !== '' && i < columnRepeat; i++) {
      countCells(1);
      cells.push({ column: column + i, text: shown });
    }
    column += columnRepeat;
  };
  const endRow = (): void => {
    countCells(cells.length * (rowRepeat - 1));
    for (let i = 0; cells.length > 0 && i < rowRepeat; i++) sheet?.rows.push({ index: row + i, cells });
    row += rowRepeat;
  };
  const countCells = (count: number): void => {
    cellCount += count;
    if (cellCount <= MAX_CELLS) return;
    throw new ExtractError('TOO_LARGE', file.path, `it has more than ${MAX_CELLS / 1e6} million cells; split it`);
  };

  walkXml(file, content, {
    open(name, attributes) {
      switch (name) {
        case 'table:table':
          sheet = {
            name: attributes['table:name'] ?? '',
            rows: [],
            comments: [],
            isHidden: hidden.sheets.has(attributes['table:style-name'] ?? ''),
          };
          row = 0;
          break;
        case 'table:table-row':
          rowRepeat = repeatOf(attributes, 'table:number-rows-repeated');
          cells = [];
          column = 0;
          break;
        case 'table:table-cell':
        case 'table:covered-table-cell':
          columnRepeat = repeatOf(attributes, 'table:number-columns-repeated');
          text = '';
          break;
        case 'office:annotation':
          comment = '';
          break;
        case 'text:p':
          paragraphDepth++;
          break;
        case 'text:s':
        case 'text:tab':
        case 'text:line-break':
          text += ' ';
          break;
        default:
      }
    },
    text(piece) {
      if (paragraphDepth === 0) return;
      if (comment === null) text += piece;
      else comment += piece;
    },
    close(name) {
      switch (name) {
        case 'text:p':
          paragraphDepth--;
          if (comment === null) text += ' ';
          else comment += ' ';
          break;
        case 'office:annotation':
          if (cellText(comment ?? '') !== '') sheet?.comments.push({ row, column, text: cellText(comment ?? '') });
          comment = null;
          break;
        case 'table:table-cell':
        case 'table:covered-table-cell':
          endCell();
          break;
        case 'table:table-row':
          endRow();
          break;
        case 'table:table':
          if (sheet?.isHidden === true) hiddenNames.push(sheet.name);
          else if (sheet !== null) sheets.push(sheet);
          sheet = null;
          break;
        default:
      }
    },
  });
  return { sheets, hiddenNames };
}

function repeatOf(attributes: XmlAttributes, name: string): number {
  const repeat = Number(attributes[name] ?? 1);
  return Number.isSafeInteger(repeat) && repeat > 0 ? Math.min(repeat, 1_048_576) : 1;
}
