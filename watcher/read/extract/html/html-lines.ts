import type { BlockKind } from '../extraction.ts';
import type { TextBuilder } from '../text-builder.ts';

/** What text belongs to, as decided by the innermost block element around it. */
export interface HtmlContext {
  readonly kind: BlockKind;
  /** 1 to 6; headings only. */
  readonly level?: number;
  /** The list, table or code listing whose lines share one block; null starts a new block with each line. */
  readonly owner: object | null;
  /** Indentation of a list line: two spaces for each enclosing list. */
  readonly indent: string;
}

/** Collects the text of inline elements into lines, and lines into blocks. */
export interface HtmlLines {
  /** Appends text to the line. */
  write(text: string, context: HtmlContext): void;
  /** Handles `<br>`: ends the line but not the block, or writes a space in headings and tables. */
  breakLine(context: HtmlContext): void;
  /** Ends the line at the start or end of a block element. */
  endLine(context: HtmlContext): void;
  /** Makes the next line a list item. @param mark the bullet or number, such as `- `. */
  beginItem(mark: string): void;
  /** Makes the next text a table cell. */
  beginCell(): void;
  /** Ends the last block of the page. */
  close(): void;
}

/** Opens a collector without lines. @param builder receives the finished blocks. */
export function openHtmlLines(builder: TextBuilder): HtmlLines {
  let line = '';
  let itemMark = '';
  let cellsInRow = 0;
  let open: { readonly context: HtmlContext; readonly lines: string[] } | null = null;

  const closeBlock = (): void => {
    if (open === null) return;
    const { kind, level } = open.context;
    builder.addBlock(kind, open.lines.join('\n'), level === undefined ? {} : { level });
    open = null;
  };

  return {
    write(text, context) {
      line += context.kind === 'code' ? text : text.replaceAll(/\s+/g, ' ');
    },
    breakLine(context) {
      line += context.kind === 'heading' || context.kind === 'table' ? ' ' : '\n';
    },
    endLine(context) {
      const text = context.kind === 'code' ? line.replace(/\n$/, '') : folded(line);
      line = '';
      cellsInRow = 0;
      if (!/[^\s|]/.test(text)) return;
      if (open === null || context.owner === null || open.context.owner !== context.owner) {
        closeBlock();
        open = { context, lines: [] };
      }
      open.lines.push(context.kind === 'list' ? context.indent + (itemMark || '  ') + text : text);
      itemMark = '';
    },
    beginItem(mark) {
      itemMark = mark;
    },
    beginCell() {
      line += cellsInRow > 0 ? ' | ' : ' ';
      cellsInRow++;
    },
    close: closeBlock,
  };
}

/** Collapses runs of spaces and of line ends, which are layout: only `<br>` has left line ends in the text. */
function folded(text: string): string {
  return text
    .split('\n')
    .map((part) => part.replaceAll(/ +/g, ' ').trim())
    .filter((part) => part !== '')
    .join('\n');
}
