import { read, type CellObject, type DenseWorkSheet, type Range, type WorkBook } from '@e965/xlsx';
import { messageOf } from '#shared/errors.ts';
import { ExtractError } from '../extract-error.ts';
import type { Extraction, SourceFile } from '../extraction.ts';
import type { Entries } from '../pptx/relations.ts';
import { openTextBuilder } from '../text-builder.ts';
import { unzip } from '../zip.ts';
import { addSheet, hiddenSheetsWarning } from './add-sheets.ts';
import { addDrawings, DRAWING_FILES, sheetFilesOf } from './drawings.ts';
import { cellText, type Cell, type CellComment, type Row, type Sheet } from './sheet.ts';

/** 60 MB of XML are about 330,000 rows of five cells: SheetJS needs 550 MB and 8 s for them. */
const MAX_XML_BYTES = 60_000_000;
/** An old workbook is not compressed: its cells take 10 to 30 bytes each. */
const MAX_XLS_BYTES = 60_000_000;
/** A million rows of one cell need more memory than the process has, once their text and places are added. */
const MAX_ROWS = 500_000;
/** Rows that merged cells are carried on into, for one sheet. */
const MAX_FILLED_ROWS = 100_000;

const MEDIA_TYPES = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xls: 'application/vnd.ms-excel',
} as const;

/**
 * Extracts a workbook (.xlsx, .xlsm, .xlsb, .xls): numbers, dates and percentages as displayed, formulas by their
 * results; text boxes, diagrams and charts of an .xlsx after the cells of their sheet. Hidden sheets are left out and
 * counted; pictures and macros are never read.
 * @throws ExtractError DAMAGED, ENCRYPTED, TOO_LARGE above 60 MB of XML or 500,000 rows
 */
export async function extractWorkbook(file: SourceFile, format: keyof typeof MEDIA_TYPES): Promise<Extraction> {
  if (format === 'xls' && file.bytes.length > MAX_XLS_BYTES) {
    throw new ExtractError('TOO_LARGE', file.path, `it is more than ${MAX_XLS_BYTES / 1e6} MB; split it`);
  }
  const isZipped = format === 'xlsx';
  const entries: Entries = isZipped
    ? await unzip(file, (name) => DRAWING_FILES.test(name), { maxXmlBytes: MAX_XML_BYTES })
    : new Map();
  const workbook = parse(file);
  checkRows(file, workbook);
  const builder = openTextBuilder(file.path);
  const isBrazilian = isBrazilianBook(workbook);
  const sheetFiles = sheetFilesOf(file, entries);
  const hidden: string[] = [];
  for (const [index, name] of workbook.SheetNames.entries()) {
    // `dense` makes every worksheet a DenseWorkSheet; the sheets of charts and macros have no cells.
    const worksheet = workbook.Sheets[name] as DenseWorkSheet | undefined;
    if (workbook.Workbook?.Sheets?.[index]?.Hidden && file.readsHidden !== true) {
      hidden.push(name);
      continue;
    }
    if (worksheet?.['!data'] !== undefined) addSheet(builder, sheetOf(name, worksheet, isBrazilian));
    delete workbook.Sheets[name]; // its text is in the builder
    const sheetFile = sheetFiles.get(name);
    if (sheetFile !== undefined) addDrawings(file, builder, entries, { sheet: name, sheetFile });
  }
  return builder.build({
    title: workbook.Props?.Title ?? null,
    mediaType: MEDIA_TYPES[format],
    pageCount: null,
    warnings: hiddenSheetsWarning(hidden),
  });
}

function parse(file: SourceFile): WorkBook {
  try {
    return read(file.bytes, {
      type: 'buffer',
      dense: true,
      cellFormula: false,
      cellHTML: false,
      // The short date of a workbook follows the system; this one is read the same everywhere.
      dateNF: 'yyyy-mm-dd',
    });
  } catch (error) {
    if (/password|encrypt/i.test(messageOf(error))) {
      throw new ExtractError('ENCRYPTED', file.path, 'it is password-protected; remove the password and drop it again');
    }
    throw new ExtractError(
      'DAMAGED',
      file.path,
      `its content is damaged (${messageOf(error)}); open it in a spreadsheet program and save it again`,
      { cause: error },
    );
  }
}

function checkRows(file: SourceFile, workbook: WorkBook): void {
  let rowCount = 0;
  // The values of a sparse array that are present are its rows.
  for (const sheet of Object.values(workbook.Sheets)) rowCount += Object.keys(sheet['!data'] ?? []).length;
  if (rowCount <= MAX_ROWS) return;
  throw new ExtractError('TOO_LARGE', file.path, `it has more than ${MAX_ROWS} rows; split it`);
}

interface FillableRow extends Row {
  readonly cells: Cell[];
}

function sheetOf(name: string, worksheet: DenseWorkSheet, isBrazilian: boolean): Sheet {
  const rows: FillableRow[] = [];
  const comments: CellComment[] = [];
  // A sheet may have cells in its first and last row only: forEach skips what is absent.
  worksheet['!data'].forEach((columns, index) => {
    const cells: Cell[] = [];
    // A row may have its first and its last cell only, in every row: forEach would count to 16,384 in each.
    for (const [key, cell] of Object.entries(columns)) {
      const column = Number(key);
      const text = textOf(cell, isBrazilian);
      if (text !== '') cells.push({ column, text });
      for (const comment of cell.c ?? []) comments.push({ row: index, column, text: cellText(comment.t) });
    }
    if (cells.length > 0) rows.push({ index, cells });
  });
  fillMerged(rows, worksheet['!merges'] ?? []);
  return { name, rows, comments: comments.filter(({ text }) => text !== '') };
}

/** What a cell displays; SheetJS writes numbers as in the United States. */
function textOf(cell: CellObject, isBrazilian: boolean): string {
  const text = cellText(cell.w ?? String(cell.v ?? ''));
  if (!isBrazilian || cell.t !== 'n' || !NUMBER.test(text)) return text;
  return text.replaceAll(/[.,]/g, (mark) => (mark === '.' ? ',' : '.'));
}

const NUMBER = /^[^\d.,/:]*(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?[^\d.,/:]*$/;

/** Returns whether a number format of the workbook is Brazilian or Portuguese: 1.234,50 is then how people read it. */
function isBrazilianBook(workbook: WorkBook): boolean {
  // Every reader of SheetJS sets SSF, the number formats of the file by their numbers; its types do not name it.
  const { SSF: formats = {} } = workbook as { readonly SSF?: Readonly<Record<string, unknown>> };
  return Object.values(formats).some((format) => /R\$|-[48]16\]/.test(String(format)));
}

/** Gives the text of a cell that is merged over several rows to each of these rows, which it belongs to. */
function fillMerged(rows: readonly FillableRow[], merges: readonly Range[]): void {
  const byIndex = new Map(rows.map((row) => [row.index, row]));
  let left = MAX_FILLED_ROWS;
  for (const { s: start, e: end } of merges) {
    const text = byIndex.get(start.r)?.cells.find(({ column }) => column === start.c)?.text;
    if (text === undefined) continue;
    for (let index = start.r + 1; index <= end.r && left > 0; index++, left--) {
      const cells = byIndex.get(index)?.cells ?? [];
      const at = cells.findIndex(({ column }) => column >= start.c);
      if (cells.length === 0 || cells[at]?.column === start.c) continue;
      cells.splice(at === -1 ? cells.length : at, 0, { column: start.c, text });
    }
  }
}
