import type { BlockKind } from '../extraction.ts';
import type { TextBuilder } from '../text-builder.ts';

/** How text is to be taken: what the innermost block element around it makes of it. */
export interface HtmlContext {
  readonly kind: BlockKind;
  readonly level?: number;
  /** Lines of one list, one table or one listing share a block; null begins a new block with each line. */
  readonly owner: object | null;
  /** Before a line of a list: two spaces for each list around it. */
  readonly indent: string;
}

/** Collects the text of inline elements into lines, and lines into blocks. */
export interface HtmlLines {
  write(text: string, context: HtmlContext): void;
  /** `<br>`: ends a line inside its block; a blank in headings and tables. */
  breakLine(context: HtmlContext): void;
  /** The border of a block element. */
  endLine(context: HtmlContext): void;
  /** The next line is an item of a list. @param mark such as `- `. */
  beginItem(mark: string): void;
  /** The next text is a cell of a table. */
  beginCell(): void;
  /** The end of the page. */
  close(): void;
}

/** @param builder receives the finished blocks. */
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

/** Only `<br>` has left line ends in the text; blanks beside them and double ones are the page's layout. */
function folded(text: string): string {
  return text
    .split('\n')
    .map((part) => part.replaceAll(/ +/g, ' ').trim())
    .filter((part) => part !== '')
    .join('\n');
}
