/** A piece of extracted text that stays together, and where it begins in the text. */
export interface TextPiece {
  readonly start: number;
  readonly text: string;
}

/** A line, or the rows of a table with their cells. */
export type TextBlock =
  | { readonly type: 'line'; readonly line: TextPiece; readonly isHeading: boolean }
  | { readonly type: 'table'; readonly rows: readonly (readonly TextPiece[])[] };

/** What the cells of a row are separated by, in the text of every format that has tables. */
const CELL_END = ' | ';

/**
 * Returns extracted text as lines and tables; blank lines are left out. Rows are adjacent lines with the same number of
 * cells: a single line may have a bar in its text.
 * @param start where the text begins in the document.
 * @param headings the lines that are headings, beside those of Markdown.
 */
export function blocksOfText(text: string, start: number, headings: ReadonlySet<string>): readonly TextBlock[] {
  const blocks: TextBlock[] = [];
  let rows: (readonly TextPiece[])[] = [];
  const endTable = (): void => {
    if (rows.length > 1) blocks.push({ type: 'table', rows });
    else for (const [cell, ...rest] of rows) if (cell !== undefined) pushLine(lineOf([cell, ...rest]));
    rows = [];
  };
  const pushLine = (line: TextPiece): void => {
    if (line.text.trim() === '') return;
    const isHeading = /^#{1,6} /.test(line.text) || headings.has(line.text.trim());
    blocks.push({ type: 'line', line, isHeading });
  };
  let at = start;
  for (const lineText of text.split('\n')) {
    const cells = cellsOf({ start: at, text: lineText });
    if (cells.length !== rows[0]?.length) endTable();
    if (cells.length > 1) rows.push(cells);
    else pushLine({ start: at, text: lineText });
    at += lineText.length + 1;
  }
  endTable();
  return blocks;
}

/** Returns what a range has of a piece, as offsets in its text; null if nothing. */
export function markedIn(piece: TextPiece, range: { readonly start: number; readonly end: number } | null) {
  if (range === null) return null;
  const from = Math.max(range.start - piece.start, 0);
  const to = Math.min(range.end - piece.start, piece.text.length);
  return from < to ? { from, to } : null;
}

function cellsOf({ start, text }: TextPiece): readonly TextPiece[] {
  let at = start;
  return text.split(CELL_END).map((cell) => {
    const piece = { start: at, text: cell };
    at += cell.length + CELL_END.length;
    return piece;
  });
}

function lineOf(cells: readonly [TextPiece, ...TextPiece[]]): TextPiece {
  return { start: cells[0].start, text: cells.map(({ text }) => text).join(CELL_END) };
}
